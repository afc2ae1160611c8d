package org.chatbridge.quickstart;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * What the quickstart is told.
 *
 * @param root the checkout
 * @param seconds after how long it stops and compares by itself; zero for never
 * @param rate pushes a second of the simulated LiveChat
 * @param seed what its world is made from
 * @param ports of the servers, 0 for any free one
 */
record QuickstartSettings(Path root, Duration seconds, int rate, long seed, Map<Server, Integer> ports) {
    /** The servers that listen on a port. */
    enum Server {
        KAFKA("Kafka", 9092),
        REGISTRY("the schema registry", 8085),
        LIVECHAT("the simulated LiveChat", 9300),
        BRIDGE("the bridge's HTTP", 8081),
        VIEWS("the views' HTTP", 8080);

        private final String label;
        private final int port;

        Server(String label, int port) {
            this.label = label;
            this.port = port;
        }

        String label() {
            return label;
        }

        /** The system property that sets its port. */
        String key() {
            return "quickstart.port." + name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** A setting makes no sense; the message has a line for each. */
    static final class MistakesException extends Exception {
        private static final long serialVersionUID = 1;

        MistakesException(List<String> mistakes) {
            super(String.join("\n", mistakes));
        }
    }

    /** Reads {@code quickstart.*}. */
    static QuickstartSettings of(Properties properties) throws MistakesException {
        List<String> mistakes = new ArrayList<>();
        long seconds = number(properties, "quickstart.seconds", 0, 0, 86_400, mistakes);
        long rate = number(properties, "quickstart.rate", 50, 1, 10_000, mistakes);
        long seed = number(properties, "quickstart.seed", 1, Long.MIN_VALUE, Long.MAX_VALUE, mistakes);
        Map<Server, Integer> ports = new LinkedHashMap<>();
        for (Server server : Server.values()) {
            ports.put(server, (int) number(properties, server.key(), server.port, 0, 65_535, mistakes));
        }
        if (!mistakes.isEmpty()) {
            throw new MistakesException(mistakes);
        }
        return new QuickstartSettings(
                Path.of(properties.getProperty("quickstart.root", "")).toAbsolutePath(),
                Duration.ofSeconds(seconds),
                (int) rate,
                seed,
                ports);
    }

    /** Free ports for all servers, and a run that ends when it is asked to. */
    static QuickstartSettings onFreePorts(Path root, int rate, long seed) {
        return new QuickstartSettings(root, Duration.ZERO, rate, seed, Map.of());
    }

    int port(Server server) {
        return ports.getOrDefault(server, 0);
    }

    static long number(
            Properties properties, String key, long byDefault, long least, long most, List<String> mistakes) {
        String text = properties.getProperty(key, Long.toString(byDefault));
        try {
            long number = Long.parseLong(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        mistakes.add("-D" + key + "=" + text + ": expected a whole number from " + least + " to " + most);
        return byDefault;
    }
}
