package org.chatbridge.quickstart;

import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Runs the quickstart. Exit codes: 0 all as it should be, or stopped by Ctrl-C; 1 something did not start, ended or
 * differs; 2 a setting is wrong or a port in use.
 */
public final class QuickstartMain {
    private QuickstartMain() {}

    /** Runs until Ctrl-C, or for {@code -Dquickstart.seconds}. */
    public static void main(String[] args) throws InterruptedException {
        System.exit(run());
    }

    private static int run() throws InterruptedException {
        Quickstart quickstart;
        try {
            QuickstartSettings settings = QuickstartSettings.of(System.getProperties());
            quickstart = new Quickstart(
                    settings, settings.root().resolve("dev/quickstart/target/run"), System.out, isConsole());
        } catch (QuickstartSettings.MistakesException | Quickstart.CannotStartException e) {
            System.err.println(e.getMessage());
            return 2;
        }
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            quickstart.stop();
                            await(stopped);
                        },
                        "shutdown"));
        stopWithParent(quickstart);
        try {
            quickstart.start();
            return quickstart.run() ? 0 : 1;
        } catch (Quickstart.CannotStartException e) {
            System.err.println(e.getMessage());
            return 1;
        } finally {
            quickstart.close();
            stopped.countDown();
        }
    }

    /** Maven may be killed without a word to its children. */
    private static void stopWithParent(Quickstart quickstart) {
        Optional<ProcessHandle> parent = ProcessHandle.current().parent();
        parent.ifPresent(process -> {
            Thread watch = new Thread(
                    () -> {
                        process.onExit().join();
                        quickstart.stop();
                    },
                    "parent-watch");
            watch.setDaemon(true);
            watch.start();
        });
    }

    @SuppressWarnings(
            "SystemConsoleNull") // never null from JDK 22 on, were it not for jdk.console=java.base in the POM
    private static boolean isConsole() {
        return System.console() != null && System.getenv("CI") == null;
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(60, TimeUnit.SECONDS)) {
                System.err.println("gave up waiting for the servers to end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
