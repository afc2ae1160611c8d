package org.chatbridge.sandbox;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;

/**
 * The first class in every child JVM: runs another {@code main}, until the parent is gone.
 *
 * <p>The parent holds the other end of standard input. When it ends, however it ends, the kernel closes that end, and the
 * read here returns.
 */
final class ChildProcessMain {

    private static final long GRACE_MS = 10_000;

    private ChildProcessMain() {}

    /** Runs the class named by the first argument with the other arguments. */
    public static void main(String[] args) throws ReflectiveOperationException {
        Thread watch = new Thread(ChildProcessMain::endWithParent, "parent-watch");
        watch.setDaemon(true);
        watch.start();
        try {
            Class.forName(args[0]).getMethod("main", String[].class).invoke(null, (Object)
                    Arrays.copyOfRange(args, 1, args.length));
        } catch (InvocationTargetException e) {
            e.getTargetException().printStackTrace();
            System.exit(1);
        }
    }

    private static void endWithParent() {
        try {
            while (System.in.read() >= 0) {
                // the parent writes nothing; whatever comes is dropped
            }
        } catch (IOException e) {
            // as good as the end of the stream
        }
        Thread exit = new Thread(() -> System.exit(143), "exit");
        exit.setDaemon(true);
        exit.start();
        try {
            exit.join(GRACE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(143);
    }
}
