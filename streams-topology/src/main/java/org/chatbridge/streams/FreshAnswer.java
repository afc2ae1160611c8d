package org.chatbridge.streams;

import org.chatbridge.program.Json;
import org.chatbridge.program.Response;

/** Makes answers that end with their freshness, which changes while what they tell stays the same: their tag is of the rest. */
final class FreshAnswer {
    private FreshAnswer() {}

    /** @param members writes members into an object that is begun */
    static Response of(Json.Body members, Freshness freshness) {
        return Response.json(
                json -> {
                    json.writeStartObject();
                    members.writeTo(json);
                },
                json -> {
                    freshness.writeTo(json);
                    json.writeEndObject();
                });
    }
}
