package org.chatbridge.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.chatbridge.quickstart.QuickstartSettings.Server;
import org.junit.jupiter.api.Test;

/**
 * The whole product, as it is packaged: what the simulated LiveChat pushes is on the topics and in the views, and rows are read while they
 * change, by several readers at once: each is answered, and in the end with the truth.
 */
class QuickstartIT {
    private static final Path DIRECTORY = Path.of("target/quickstart").toAbsolutePath();
    private static final int READERS = 4;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);

    @Test
    void shouldShowTheTruthInBothViewsAndAnswerEveryQueryWhileRowsChange() throws Exception {
        Properties properties = freePorts();
        properties.setProperty("quickstart.seconds", "15");
        properties.setProperty("quickstart.rate", "250");
        properties.setProperty("quickstart.seed", "7");
        ExecutorService readers = Executors.newFixedThreadPool(READERS);
        try (Quickstart quickstart = new Quickstart(QuickstartSettings.of(properties), DIRECTORY, out, false)) {
            quickstart.start();
            List<Future<Long>> answers = new ArrayList<>();
            for (int i = 0; i < READERS; i++) {
                answers.add(readers.submit(reader(quickstart.machine())));
            }

            assertThat(quickstart.run()).as(text()).isTrue();

            for (Future<Long> count : answers) {
                assertThat(count.get()).as("answers of a reader").isGreaterThan(50);
            }
            assertThat(quickstart.machine().liveChat().truth().totalPushes()).isGreaterThan(2_000);
            assertThatAllIsToldThatIsWatched(quickstart.machine());
        } finally {
            readers.shutdownNow();
        }
        assertThat(text())
                .contains("every push is a record on its topic, and both views equal the truth")
                .contains("of 16 actions");
    }

    /** Asks while rows change; fails with the first question that is not answered. */
    private static Callable<Long> reader(Machine machine) {
        return () -> {
            HttpQueries views = new HttpQueries(machine.viewsHttp().base());
            long answered = 0;
            while (!machine.liveChat().truth().paused()) {
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

    /** Renamed, a metric leaves a panel of the dashboard empty, and an alert never fires. */
    private static void assertThatAllIsToldThatIsWatched(Machine machine) throws Exception {
        Watched watched = new Watched(DashboardTest.DEPLOY);
        assertThat(watched.questions()).contains("LiveChat", "$views", "BridgeDeadLetters");

        // These are counted from the first one on.
        machine.liveChat().send("no push");
        machine.liveChat().send("""
                {"action":"agent_updated","type":"push","payload":{"agent_id":"a","routing_status":"offline","mood":"good"}}""");
        String bridge = machine.bridgeHttp().text("/metrics");
        for (int i = 0; i < 100 && !(bridge.contains("dead-letters") && bridge.contains("bridge_drift_total{")); i++) {
            TimeUnit.MILLISECONDS.sleep(100);
            bridge = machine.bridgeHttp().text("/metrics");
        }
        watched.told("bridge", bridge);
        watched.told("views", machine.viewsHttp().text("/metrics"));

        assertThat(watched.unanswered()).isEmpty();
    }

    @Test
    void shouldNameAPortThatIsInUse() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Properties properties = freePorts();
            properties.setProperty(Server.VIEWS.key(), Integer.toString(taken.getLocalPort()));

            assertThatThrownBy(() -> new Quickstart(QuickstartSettings.of(properties), DIRECTORY, out, false))
                    .isInstanceOf(Quickstart.CannotStartException.class)
                    .hasMessage("port " + taken.getLocalPort() + " for the views' HTTP is in use: stop what listens"
                            + " there, or choose another with -Dquickstart.port.views=PORT");
        }
    }

    @Test
    void shouldNameEverySettingThatMakesNoSense() {
        Properties properties = freePorts();
        properties.setProperty("quickstart.rate", "0");
        properties.setProperty("quickstart.port.kafka", "kafka");

        assertThatThrownBy(() -> QuickstartSettings.of(properties))
                .isInstanceOf(QuickstartSettings.MistakesException.class)
                .hasMessage("-Dquickstart.rate=0: expected a whole number from 1 to 10000\n"
                        + "-Dquickstart.port.kafka=kafka: expected a whole number from 0 to 65535");
    }

    private static Properties freePorts() {
        Properties properties = new Properties();
        properties.setProperty("quickstart.root", "../..");
        for (Server server : Server.values()) {
            properties.setProperty(server.key(), "0");
        }
        return properties;
    }

    private String text() {
        return printed.toString(StandardCharsets.UTF_8);
    }
}
