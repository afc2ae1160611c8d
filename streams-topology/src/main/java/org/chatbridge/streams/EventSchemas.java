package org.chatbridge.streams;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import org.chatbridge.schema.ViewTopic;

/**
 * Describes the events of {@code /v1/changes} as JSON schemas: each as an object of its type, its id and its data, which are
 * JSON text of a schema of their own.
 */
final class EventSchemas {
    /** The schema of an event, whichever it is. */
    static final String EVENT = "ChangesEvent";

    private static final String ROW = "RowTold";
    private static final String CHANGE = "RowChanged";
    private static final String LIVE = "AllRowsTold";
    private static final String NOTHING = "Nothing";

    private EventSchemas() {}

    /** Writes the schemas into an object that is begun. */
    static void writeTo(JsonGenerator json) throws IOException {
        json.writeObjectFieldStart(EVENT);
        json.writeArrayFieldStart("oneOf");
        event("row", "A row as it is.", true, ROW, json);
        event(
                "live",
                "All rows were told; what follows is changes. Not again for a reader that goes on after it.",
                true,
                LIVE,
                json);
        event("change", "A row has changed, or is gone.", true, CHANGE, json);
        event("reset", "Forget all rows: they come again.", true, NOTHING, json);
        event("freshness", "At the beginning and every 5 seconds; the heartbeat.", false, "Freshness", json);
        json.writeEndArray();
        json.writeEndObject();

        rows(ROW, false, json);
        rows(CHANGE, true, json);
        json.writeObjectFieldStart(LIVE);
        SchemaWords.members(List.of("views"), json);
        json.writeObjectFieldStart("views");
        json.writeStringField("type", "array");
        json.writeObjectFieldStart("items");
        json.writeStringField("type", "string");
        json.writeArrayFieldStart("enum");
        for (View<?, ?> view : Views.ALL) {
            json.writeString(view.name());
        }
        json.writeEndArray();
        json.writeEndObject();
        json.writeEndObject();
        json.writeEndObject();
        json.writeEndObject();
        json.writeObjectFieldStart(NOTHING);
        SchemaWords.members(List.of(), json);
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void event(String type, String description, boolean hasId, String data, JsonGenerator json)
            throws IOException {
        json.writeStartObject();
        json.writeStringField("description", description);
        SchemaWords.members(hasId ? List.of("event", "id", "data") : List.of("event", "data"), json);
        constant("event", type, json);
        json.writeObjectFieldStart("id");
        SchemaWords.reference("EventId", json);
        json.writeEndObject();
        json.writeObjectFieldStart("data");
        json.writeStringField("type", "string");
        json.writeStringField("contentMediaType", "application/json");
        json.writeObjectFieldStart("contentSchema");
        SchemaWords.reference(data, json);
        json.writeEndObject();
        json.writeEndObject();
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void rows(String name, boolean mayBeGone, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart(name);
        json.writeArrayFieldStart("oneOf");
        for (View<?, ?> view : Views.ALL) {
            row(view.topic(), mayBeGone, json);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void row(ViewTopic view, boolean mayBeGone, JsonGenerator json) throws IOException {
        json.writeStartObject();
        SchemaWords.members(List.of("view", "key", "row"), json);
        constant("view", view.view(), json);
        json.writeObjectFieldStart("key");
        json.writeStringField("type", "string");
        json.writeStringField("description", "What the row's first member says.");
        json.writeEndObject();
        json.writeObjectFieldStart("row");
        if (mayBeGone) {
            json.writeStringField("description", "Null where it is gone.");
        }
        SchemaWords.reference(view.schema().getName(), mayBeGone, json);
        json.writeEndObject();
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void constant(String name, String value, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart(name);
        json.writeStringField("type", "string");
        json.writeStringField("const", value);
        json.writeEndObject();
    }
}
