package org.chatbridge.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.chatbridge.quickstart.QuickstartSettings.Server;
import org.junit.jupiter.api.Test;

/** The whole product, as it is packaged: what the simulated LiveChat pushes is on the topics and in the views. */
class QuickstartIT {
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);

    @Test
    void shouldShowTheTruthInBothViews() throws Exception {
        Properties properties = freePorts();
        properties.setProperty("quickstart.seconds", "15");
        properties.setProperty("quickstart.rate", "300");
        properties.setProperty("quickstart.seed", "7");
        try (Quickstart quickstart = new Quickstart(QuickstartSettings.of(properties), out, false)) {
            quickstart.start();

            assertThat(quickstart.run()).as(text()).isTrue();
            assertThat(quickstart.machine().liveChat().truth().totalPushes()).isGreaterThan(3_000);
            assertThatAllIsToldThatIsWatched(quickstart.machine());
        }
        assertThat(text())
                .contains("every push is a record on its topic, and both views equal the truth")
                .contains("of 16 actions");
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

            assertThatThrownBy(() -> new Quickstart(QuickstartSettings.of(properties), out, false))
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
