package org.chatbridge.streams;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.chatbridge.program.HttpProblem;
import org.chatbridge.program.Request;
import org.chatbridge.schema.ViewTopic;
import org.chatbridge.streams.Endpoint.Parameter;

/**
 * The stretch of time of which the history of a row is asked, and how it is told.
 *
 * @param limit most versions of the answer
 */
record Stretch(Instant from, Instant to, int limit) {
    /** What a path ends with that asks for a history. */
    static final String PATH = "/history";

    static final List<Parameter> PARAMETERS = List.of(
            Parameter.query(
                    "from",
                    "{\"type\":\"string\",\"format\":\"date-time\"}",
                    "Only what held then or later; from the beginning of what is kept where it is not given."),
            Parameter.query(
                    "to",
                    "{\"type\":\"string\",\"format\":\"date-time\"}",
                    "Only what held before; up to now, or to from where that is later, where it is not given."));

    /** @throws HttpProblem 400 naming the parameter that is not as expected */
    static Stretch of(Request request, Instant now) {
        Instant from = request.queryParameter("from")
                .map(text -> Filter.instant("from", text))
                .orElse(Instant.EPOCH);
        Instant to = request.queryParameter("to")
                .map(text -> Filter.instant("to", text))
                // The clocks of those who ask may be ahead: who asks from then on is told what holds.
                .orElse(from.isAfter(now) ? from : now);
        if (to.isBefore(from)) {
            throw HttpProblem.badParameter("to", "expected a moment that is not before from");
        }
        return new Stretch(from, to, Paging.of(request).limit());
    }

    /**
     * Writes the members of the answer.
     *
     * @param spans one more than asked for where there are more
     */
    void write(ViewTopic view, String key, List<Versions.Span> spans, Position position, JsonGenerator json)
            throws IOException {
        json.writeStringField(view.schema().getFields().get(0).name(), key);
        json.writeArrayFieldStart("history");
        for (Versions.Span span : spans.subList(0, Math.min(limit, spans.size()))) {
            SpecificRecord row = span.row();
            if (row != null) {
                json.writeStartObject();
                json.writeStringField("from", span.from().toString());
                json.writeStringField("to", span.to() == null ? null : span.to().toString());
                json.writeObjectFieldStart("row");
                RowJson.members(row, json);
                json.writeEndObject();
                json.writeEndObject();
            }
        }
        json.writeEndArray();
        json.writeStringField(
                "next_from", spans.size() > limit ? spans.get(limit).from().toString() : null);
        json.writeStringField("position", position.toString());
    }
}
