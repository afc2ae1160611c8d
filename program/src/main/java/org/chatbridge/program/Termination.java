package org.chatbridge.program;

import java.lang.reflect.Proxy;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a program does when it is told to end: with SIGTERM, with Ctrl-C, or by itself. */
public final class Termination {
    private static final Logger LOG = LoggerFactory.getLogger(Termination.class);

    /** At which a JVM ends by itself. */
    private static final List<String> SIGNALS = List.of("HUP", "INT", "TERM");

    private Termination() {}

    /**
     * Drains before the process ends, and has it end with exit code 0 where it is told to, whatever fails afterwards because it is ending:
     * by itself the JVM would end with 143 after a SIGTERM. To be called before all else that matters, for the SIGTERM may come while
     * the program is being put together.
     *
     * @param drain ends the program's work, as far as it has begun; it limits its own time
     */
    public static void install(Runnable drain) {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            try {
                                drain.run();
                            } catch (RuntimeException | Error e) {
                                LOG.error("could not end all that had begun", e);
                            }
                        },
                        "termination"));
        SIGNALS.forEach(Termination::exitAt);
    }

    /**
     * The JVM has no other way to another code that does all else it does at its end, such as to delete the native libraries that
     * were unpacked. By reflection, for javac warns of the class whatever is suppressed.
     */
    private static void exitAt(String signal) {
        try {
            Class<?> signals = Class.forName("sun.misc.Signal");
            Class<?> handlers = Class.forName("sun.misc.SignalHandler");
            Object exits = Proxy.newProxyInstance(
                    Termination.class.getClassLoader(), new Class<?>[] {handlers}, (proxy, method, arguments) -> {
                        System.exit(0);
                        return null;
                    });
            signals.getMethod("handle", signals, handlers)
                    .invoke(null, signals.getConstructor(String.class).newInstance(signal), exits);
        } catch (ReflectiveOperationException e) { // such as with -Xrs, which leaves signals alone
            LOG.debug("{} ends the process with a code of the JVM", signal, e);
        }
    }
}
