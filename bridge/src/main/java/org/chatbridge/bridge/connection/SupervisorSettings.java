package org.chatbridge.bridge.connection;

import java.net.URI;
import java.time.Duration;

/**
 * What the supervisor keeps to. PROTOCOL 1.4 and 1.5.
 *
 * @param url where the first connection goes
 * @param application version of this program
 * @param connectTimeout for the socket, TLS and the handshake together
 * @param answerTimeout for {@code login} and each request after it
 * @param pingInterval between two pings of LiveChat's own; the first goes with the login
 * @param probeInterval between two control frames whose answers show that all was read which was sent before: so much earlier a
 *     gap may begin than the connection was lost
 * @param silence without any frame after which the connection counts as dead
 * @param partitions of the topics
 * @param customerMonitoring of which customers LiveChat is to tell
 * @param waitsForItsTurn whether it connects only when it is told to
 * @param stable time in STREAMING after which earlier failures are forgotten
 */
public record SupervisorSettings(
        URI url,
        ApiVersion version,
        String application,
        Duration connectTimeout,
        Duration answerTimeout,
        Duration pingInterval,
        Duration probeInterval,
        Duration silence,
        Duration stable,
        int partitions,
        CustomerMonitoring customerMonitoring,
        boolean waitsForItsTurn) {
    public SupervisorSettings {
        if (silence.compareTo(pingInterval) <= 0) {
            throw new IllegalArgumentException("pings every " + pingInterval + " with silence of " + silence);
        }
    }

    /** The times that PROTOCOL.md recommends. */
    public static SupervisorSettings recommended(
            URI url,
            ApiVersion version,
            String application,
            int partitions,
            CustomerMonitoring customerMonitoring,
            boolean waitsForItsTurn) {
        return new SupervisorSettings(
                url,
                version,
                application,
                Duration.ofSeconds(20),
                Duration.ofSeconds(20),
                Duration.ofSeconds(15),
                Duration.ofMillis(250),
                Duration.ofSeconds(30),
                Duration.ofSeconds(60),
                partitions,
                customerMonitoring,
                waitsForItsTurn);
    }
}
