package org.chatbridge.program;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a program does when it is told to end: with SIGTERM, with Ctrl-C, or by itself. */
public final class Termination {
    private static final Logger LOG = LoggerFactory.getLogger(Termination.class);

    private Termination() {}

    /**
     * Drains before the process ends, and sets its exit code: by itself the JVM would end with 143 after a SIGTERM. To be
     * called before all else that matters, for the SIGTERM may come while the program is being put together.
     *
     * @param drain ends the program's work, as far as it has begun; it limits its own time
     * @return how the process ends, to be set before it ends by itself
     */
    public static ExitCode install(Runnable drain) {
        ExitCode exitCode = new ExitCode();
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            exitCode.settle();
                            try {
                                drain.run();
                            } catch (RuntimeException | Error e) {
                                LOG.error("could not end all that had begun", e);
                            } finally {
                                Runtime.getRuntime().halt(exitCode.get());
                            }
                        },
                        "termination"));
        return exitCode;
    }
}
