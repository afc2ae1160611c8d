package org.chatbridge.streams;

import org.chatbridge.program.Json;
import org.chatbridge.program.Response;

/**
 * Makes answers that end with their freshness, which changes while what they tell stays the same: their tag is of the rest,
 * and of as much of the freshness as a reader decides by. A browser gives a script the body that it had in place of a 304.
 */
final class FreshAnswer {
    private FreshAnswer() {}

    /** @param members writes members into an object that is begun */
    static Response of(Json.Body members, Freshness freshness) {
        Response answer = Response.json(
                json -> {
                    json.writeStartObject();
                    members.writeTo(json);
                },
                json -> {
                    freshness.writeTo(json);
                    json.writeEndObject();
                });
        return answer.withTag(answer.tag() + "-" + freshness.roughly());
    }
}
