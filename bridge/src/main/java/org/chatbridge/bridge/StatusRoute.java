package org.chatbridge.bridge;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.chatbridge.bridge.connection.ConnectionStatus;
import org.chatbridge.bridge.frames.FrameQueue;
import org.chatbridge.bridge.ledger.Gap;
import org.chatbridge.bridge.ledger.Ledger;
import org.chatbridge.program.Response;
import org.chatbridge.program.Route;
import org.jspecify.annotations.Nullable;

/** {@code GET /status}: the connection, the journal and the ledger of gaps at this moment. */
final class StatusRoute {
    /** The windows of which the coverage is told, by their names. */
    static final Map<String, Duration> COVERAGE =
            new TreeMap<>(Map.of("last_hour", Duration.ofHours(1), "last_day", Duration.ofDays(1)));

    private StatusRoute() {}

    static Route of(Supplier<ConnectionStatus> connection, FrameQueue queue, Ledger ledger, Supplier<String> role) {
        return new Route(
                "/status", request -> Response.json(json -> write(json, connection.get(), queue, ledger, role.get())));
    }

    private static void write(JsonGenerator json, ConnectionStatus status, FrameQueue queue, Ledger ledger, String role)
            throws IOException {
        json.writeStartObject();
        json.writeStringField("state", status.state().label());
        json.writeStringField("role", role);
        json.writeStringField("connection_id", status.connectionId());
        writeInstant(json, "connected_since", status.connectedSince());
        writeInstant(json, "last_push_at", status.lastPushAt());
        json.writeNumberField("sequence", status.sequence());
        json.writeObjectFieldStart("journal");
        json.writeNumberField("pending", queue.pending());
        json.writeNumberField("bytes", queue.bytes());
        json.writeEndObject();
        json.writeNumberField("reconnects", status.reconnects());
        ConnectionStatus.Disconnect last = status.lastDisconnect();
        if (last == null) {
            json.writeNullField("last_disconnect");
        } else {
            json.writeObjectFieldStart("last_disconnect");
            json.writeStringField("reason", last.reason());
            writeInstant(json, "at", last.at());
            json.writeEndObject();
        }
        json.writeObjectFieldStart("coverage");
        for (Map.Entry<String, Duration> window : COVERAGE.entrySet()) {
            double share = ledger.coverage(window.getValue());
            if (Double.isNaN(share)) {
                json.writeNullField(window.getKey());
            } else {
                json.writeNumberField(window.getKey(), share);
            }
        }
        json.writeEndObject();
        Gap gap = ledger.openGap();
        if (gap == null) {
            json.writeNullField("gap");
        } else {
            json.writeObjectFieldStart("gap");
            json.writeStringField("connection_id", gap.connectionId());
            writeInstant(json, "opened_at", gap.openedAt());
            json.writeStringField("cause", gap.cause().label());
            json.writeStringField("detail", gap.detail());
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private static void writeInstant(JsonGenerator json, String name, @Nullable Instant instant) throws IOException {
        json.writeStringField(name, instant == null ? null : instant.toString());
    }
}
