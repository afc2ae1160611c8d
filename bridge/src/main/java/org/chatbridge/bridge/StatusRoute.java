package org.chatbridge.bridge;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.Instant;
import java.util.function.Supplier;
import org.chatbridge.bridge.connection.ConnectionStatus;
import org.chatbridge.bridge.frames.FrameQueue;
import org.chatbridge.program.Response;
import org.chatbridge.program.Route;
import org.jspecify.annotations.Nullable;

/** {@code GET /status}: the connection and the journal at this moment. */
final class StatusRoute {
    private StatusRoute() {}

    static Route of(Supplier<ConnectionStatus> connection, FrameQueue queue) {
        return new Route("/status", request -> Response.json(json -> write(json, connection.get(), queue)));
    }

    private static void write(JsonGenerator json, ConnectionStatus status, FrameQueue queue) throws IOException {
        json.writeStartObject();
        json.writeStringField("state", status.state().label());
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
        json.writeEndObject();
    }

    private static void writeInstant(JsonGenerator json, String name, @Nullable Instant instant) throws IOException {
        json.writeStringField(name, instant == null ? null : instant.toString());
    }
}
