package org.chatbridge.sandbox;

import java.util.concurrent.atomic.AtomicBoolean;

/** What the three mains have in common: one line on standard error for a mistake, exit codes, and running until SIGTERM. */
final class ServerMain {

    private ServerMain() {}

    /** Builds and starts a server from the command line. */
    interface Starter {
        Running start(Arguments arguments) throws Exception;
    }

    /** A started server: how it is ended, and how to wait for an end that nobody asked for. */
    interface Running {
        String ready();

        void close();

        void awaitEnd() throws InterruptedException;
    }

    static void run(String help, String[] line, Starter starter) {
        Running running;
        try {
            Arguments arguments = Arguments.parse(line);
            if (arguments.help()) {
                System.out.println(help);
                return;
            }
            running = starter.start(arguments);
        } catch (Arguments.BadArgument e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        } catch (Exception e) {
            System.err.println(e.getMessage() == null ? e.toString() : e.getMessage());
            System.exit(1);
            return;
        }
        AtomicBoolean stopping = new AtomicBoolean();
        Thread shutdown = new Thread(
                () -> {
                    stopping.set(true);
                    running.close();
                },
                "shutdown");
        Runtime.getRuntime().addShutdownHook(shutdown);
        System.out.println(running.ready());
        try {
            running.awaitEnd();
            if (!stopping.get()) {
                System.err.println("the server has ended by itself; its log says why");
                System.exit(1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
