package org.chatbridge.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.chatbridge.quickstart.QuickstartSettings.Server;
import org.junit.jupiter.api.Test;

/** Rows are read while they change, by several readers at once: each is answered, and in the end with the truth. */
class QueriesUnderLoadIT {
    private static final int READERS = 4;

    @Test
    void shouldAnswerEveryQueryWhileRowsChange() throws Exception {
        Properties properties = new Properties();
        properties.setProperty("quickstart.root", "../..");
        properties.setProperty("quickstart.seconds", "12");
        properties.setProperty("quickstart.rate", "200");
        for (Server server : Server.values()) {
            properties.setProperty(server.key(), "0");
        }
        PrintStream out = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        AtomicBoolean done = new AtomicBoolean();
        ExecutorService readers = Executors.newFixedThreadPool(READERS);
        try (Quickstart quickstart = new Quickstart(QuickstartSettings.of(properties), out, false)) {
            quickstart.start();
            List<Future<Long>> answers = new ArrayList<>();
            for (int i = 0; i < READERS; i++) {
                answers.add(readers.submit(
                        reader(new HttpQueries(quickstart.machine().viewsHttp().base()), done)));
            }

            assertThat(quickstart.run()).as("both views equal the truth").isTrue();

            done.set(true);
            for (Future<Long> count : answers) {
                assertThat(count.get()).as("answers of a reader").isGreaterThan(50);
            }
        } finally {
            readers.shutdownNow();
        }
    }

    /** Asks until it is done; fails with the first question that is not answered. */
    private static Callable<Long> reader(HttpQueries views, AtomicBoolean done) {
        return () -> {
            long answered = 0;
            while (!done.get()) {
                ask(views, "threads");
                ask(views, "agents");
                answered += 2;
            }
            return answered;
        };
    }

    private static void ask(HttpQueries views, String list) throws IOException, InterruptedException {
        assertThat(views.rows(list)).isNotNull();
    }
}
