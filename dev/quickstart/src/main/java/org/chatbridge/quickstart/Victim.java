package org.chatbridge.quickstart;

import java.util.function.BooleanSupplier;

/** A server that things happen to, seen as nothing else. */
record Victim(
        BooleanSupplier isRunning, Runnable start, Runnable stop, Runnable kill, Runnable suspend, Runnable resume) {
    static Victim in(Plan.Room room, Machine machine) {
        return switch (room) {
            case BROKER ->
                new Victim(
                        machine.broker()::isRunning,
                        machine.broker()::start,
                        machine.broker()::stop,
                        machine.broker()::kill,
                        machine.broker()::suspend,
                        machine.broker()::resume);
            case REGISTRY ->
                new Victim(
                        machine.registry()::isRunning,
                        machine.registry()::start,
                        machine.registry()::stop,
                        machine.registry()::stop,
                        machine.registry()::suspend,
                        machine.registry()::resume);
            case BRIDGE -> program(machine.bridge());
            case VIEWS -> program(machine.views());
            case LIVECHAT -> throw new IllegalArgumentException("LiveChat is no process");
        };
    }

    private static Victim program(org.chatbridge.sandbox.JarProgram program) {
        return new Victim(
                program::isRunning, program::start, program::stop, program::kill, program::suspend, program::resume);
    }
}
