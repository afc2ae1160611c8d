package org.chatbridge.streams;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;

/** Writes what JSON schemas are made of, into an object that is begun. */
final class SchemaWords {
    private static final String REF = "#/components/schemas/";

    private SchemaWords() {}

    /** An object with these members and others; begins {@code properties}, which the caller ends. */
    static void members(List<String> required, JsonGenerator json) throws IOException {
        json.writeStringField("type", "object");
        json.writeArrayFieldStart("required");
        for (String name : required) {
            json.writeString(name);
        }
        json.writeEndArray();
        json.writeObjectFieldStart("properties");
    }

    /** The schema of that name. */
    static void reference(String schema, JsonGenerator json) throws IOException {
        json.writeStringField("$ref", REF + schema);
    }

    /** The schema of that name, or null where {@code nullable}. */
    static void reference(String schema, boolean nullable, JsonGenerator json) throws IOException {
        if (!nullable) {
            reference(schema, json);
            return;
        }
        json.writeArrayFieldStart("anyOf");
        json.writeStartObject();
        reference(schema, json);
        json.writeEndObject();
        json.writeStartObject();
        json.writeStringField("type", "null");
        json.writeEndObject();
        json.writeEndArray();
    }
}
