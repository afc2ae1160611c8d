package org.chatbridge.program;

import java.util.function.IntSupplier;

/** What a program does when it is told to end: with SIGTERM, with Ctrl-C, or by itself. */
public final class Termination {
    private Termination() {}

    /**
     * Drains before the process ends, and sets its exit code: by itself the JVM would end with 143 after a SIGTERM.
     *
     * @param drain ends the program's work; it limits its own time
     * @param exitCode asked after draining, 0 where the end was wanted
     */
    public static void install(Runnable drain, IntSupplier exitCode) {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            drain.run();
                            Runtime.getRuntime().halt(exitCode.getAsInt());
                        },
                        "termination"));
    }
}
