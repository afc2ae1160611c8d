package org.chatbridge.quickstart;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.chatbridge.quickstart.QuickstartSettings.Server;
import org.chatbridge.sandbox.FreePort;

/** The ports of the servers, each free a moment ago. */
final class Ports {
    private final Map<Server, Integer> ports;

    private Ports(Map<Server, Integer> ports) {
        this.ports = ports;
    }

    /**
     * Those that are set, and free ones for 0.
     *
     * @throws Quickstart.CannotStartException where something listens on one; names all of them
     */
    static Ports claim(QuickstartSettings settings) throws Quickstart.CannotStartException {
        Map<Server, Integer> ports = new EnumMap<>(Server.class);
        List<String> taken = new ArrayList<>();
        for (Server server : Server.values()) {
            int port = settings.port(server);
            if (port == 0) {
                ports.put(server, FreePort.find());
            } else {
                ports.put(server, port);
                if (isTaken(port)) {
                    taken.add("port " + port + " for " + server.label()
                            + " is in use: stop what listens there, or choose another with -D" + server.key()
                            + "=PORT");
                }
            }
        }
        if (!taken.isEmpty()) {
            throw new Quickstart.CannotStartException(String.join("\n", taken));
        }
        return new Ports(ports);
    }

    int of(Server server) {
        Integer port = ports.get(server);
        if (port == null) {
            throw new IllegalArgumentException("no port for " + server);
        }
        return port;
    }

    private static boolean isTaken(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            return true;
        } catch (IOException e) {
            return false; // nobody answers
        }
    }
}
