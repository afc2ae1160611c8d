package org.chatbridge.streams;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.avro.Schema;
import org.chatbridge.schema.Nullables;
import org.chatbridge.schema.ViewTopic;

/** Describes rows, and the answers that hold them, as JSON schemas, from the Avro schemas that {@link RowJson} writes by. */
final class RowSchemas {
    private RowSchemas() {}

    /** The name of the schema of a view's list. */
    static String list(ViewTopic view) {
        return view.schema().getName().replace("Row", "List");
    }

    /** The name of the schema of the answer that is one row. */
    static String one(ViewTopic view) {
        return view.schema().getName().replace("Row", "One");
    }

    /** The name of the schema of a row's history. */
    static String history(ViewTopic view) {
        return view.schema().getName().replace("Row", "History");
    }

    /** Writes the schemas of all views into an object that is begun. */
    static void writeTo(JsonGenerator json) throws IOException {
        Set<String> written = new LinkedHashSet<>();
        for (View<?, ?> view : Views.ALL) {
            records(view.topic().schema(), written, json);
            answer(one(view.topic()), view.topic(), json);
            answer(list(view.topic()), view.topic(), json);
            if (view.keepsHistory()) {
                history(view.topic(), json);
            }
        }
    }

    private static void history(ViewTopic view, JsonGenerator json) throws IOException {
        Schema row = view.schema();
        Schema.Field key = row.getFields().get(0);
        String version = row.getName().replace("Row", "Version");
        begin(version, "What the row was for some time.", List.of("from", "to", "row"), json);
        json.writeObjectFieldStart("from");
        json.writeStringField("description", "When the push arrived that made it so.");
        instant(false, json);
        json.writeEndObject();
        json.writeObjectFieldStart("to");
        json.writeStringField("description", "When it ended; null where it still is so.");
        instant(true, json);
        json.writeEndObject();
        reference("row", row.getName(), json);
        json.writeEndObject();
        json.writeEndObject();

        json.writeObjectFieldStart(history(view));
        json.writeArrayFieldStart("allOf");
        json.writeStartObject();
        SchemaWords.reference("HistoryAnswer", json);
        json.writeEndObject();
        json.writeStartObject();
        SchemaWords.members(List.of(key.name(), "history"), json);
        json.writeObjectFieldStart(key.name());
        json.writeStringField("description", key.doc());
        type(key.schema(), false, new ArrayDeque<>(), json);
        json.writeEndObject();
        list("history", version, json);
        json.writeEndObject();
        json.writeEndObject();
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void records(Schema row, Set<String> written, JsonGenerator json) throws IOException {
        Deque<Schema> todo = new ArrayDeque<>(List.of(row));
        while (!todo.isEmpty()) {
            Schema record = todo.remove();
            if (!written.add(record.getName())) {
                continue;
            }
            begin(
                    record.getName(),
                    record.getDoc(),
                    record.getFields().stream().map(Schema.Field::name).toList(),
                    json);
            for (Schema.Field field : record.getFields()) {
                json.writeObjectFieldStart(field.name());
                json.writeStringField("description", field.doc());
                type(field.schema(), RowJson.isJsonText(field), todo, json);
                json.writeEndObject();
            }
            json.writeEndObject();
            json.writeEndObject();
        }
    }

    private static void type(Schema schema, boolean jsonText, Deque<Schema> todo, JsonGenerator json)
            throws IOException {
        Schema type = Nullables.valueOf(schema);
        boolean nullable = schema.isUnion();
        switch (type.getType()) {
            case RECORD -> {
                todo.add(type);
                SchemaWords.reference(type.getName(), nullable, json);
            }
            case ARRAY -> {
                named("array", nullable, json);
                json.writeObjectFieldStart("items");
                type(type.getElementType(), jsonText, todo, json);
                json.writeEndObject();
            }
            case MAP -> {
                named("object", nullable, json);
                json.writeObjectFieldStart("additionalProperties");
                type(type.getValueType(), jsonText, todo, json);
                json.writeEndObject();
            }
            case LONG -> {
                if (type.getLogicalType() == null) {
                    named("integer", nullable, json);
                    json.writeStringField("format", "int64");
                } else {
                    instant(nullable, json);
                }
            }
            case DOUBLE -> named("number", nullable, json);
            case BOOLEAN -> named("boolean", nullable, json);
            default -> {
                if (!jsonText) {
                    named("string", nullable, json);
                }
            }
        }
    }

    private static void begin(String name, String description, List<String> required, JsonGenerator json)
            throws IOException {
        json.writeObjectFieldStart(name);
        json.writeStringField("description", description);
        SchemaWords.members(required, json);
    }

    private static void list(String name, String items, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart(name);
        json.writeStringField("type", "array");
        reference("items", items, json);
        json.writeEndObject();
    }

    private static void reference(String name, String schema, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart(name);
        SchemaWords.reference(schema, json);
        json.writeEndObject();
    }

    private static void instant(boolean nullable, JsonGenerator json) throws IOException {
        named("string", nullable, json);
        json.writeStringField("format", "date-time");
    }

    private static void named(String type, boolean nullable, JsonGenerator json) throws IOException {
        if (nullable) {
            json.writeArrayFieldStart("type");
            json.writeString(type);
            json.writeString("null");
            json.writeEndArray();
        } else {
            json.writeStringField("type", type);
        }
    }

    /** What an answer has beside its rows is in {@code openapi-frame.json}, as OneAnswer and ListAnswer. */
    private static void answer(String name, ViewTopic view, JsonGenerator json) throws IOException {
        boolean isList = name.equals(list(view));
        json.writeObjectFieldStart(name);
        json.writeArrayFieldStart("allOf");
        json.writeStartObject();
        SchemaWords.reference((isList ? "ListAnswer" : "OneAnswer"), json);
        json.writeEndObject();
        json.writeStartObject();
        if (isList) {
            SchemaWords.members(List.of(view.view()), json);
            list(view.view(), view.schema().getName(), json);
            json.writeEndObject();
        } else {
            SchemaWords.reference(view.schema().getName(), json);
        }
        json.writeEndObject();
        json.writeEndArray();
        json.writeEndObject();
    }
}
