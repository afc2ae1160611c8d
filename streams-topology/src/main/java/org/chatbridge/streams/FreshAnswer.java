package org.chatbridge.streams;

import java.util.Arrays;
import java.util.Map;
import org.chatbridge.program.Json;
import org.chatbridge.program.Response;

/** Makes answers that end with their freshness, which changes while what they tell stays the same: their tag is of the rest. */
final class FreshAnswer {
    private FreshAnswer() {}

    /** @param members writes at least one member into an object that is begun */
    static Response of(Json.Body members, Freshness freshness) {
        byte[] told = Json.bytes(json -> {
            json.writeStartObject();
            members.writeTo(json);
            json.writeEndObject();
        });
        byte[] fresh = Json.bytes(json -> {
            json.writeStartObject();
            freshness.writeTo(json);
            json.writeEndObject();
        });
        byte[] body = Arrays.copyOf(told, told.length + fresh.length - 1);
        body[told.length - 1] = ',';
        System.arraycopy(fresh, 1, body, told.length, fresh.length - 1);
        return new Response(200, Json.CONTENT_TYPE, body, Map.of()).withTagOf(told);
    }
}
