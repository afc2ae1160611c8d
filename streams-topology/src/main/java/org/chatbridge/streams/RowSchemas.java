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
    private static final String REF = "#/components/schemas/";

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
        Schema.Field key = view.schema().getFields().get(0);
        json.writeObjectFieldStart(history(view));
        json.writeArrayFieldStart("allOf");
        json.writeStartObject();
        json.writeStringField("$ref", REF + "HistoryAnswer");
        json.writeEndObject();
        json.writeStartObject();
        json.writeStringField("type", "object");
        json.writeArrayFieldStart("required");
        json.writeString(key.name());
        json.writeEndArray();
        json.writeObjectFieldStart("properties");
        json.writeObjectFieldStart(key.name());
        json.writeStringField("type", "string");
        json.writeStringField("description", key.doc());
        json.writeEndObject();
        json.writeObjectFieldStart("history");
        json.writeStringField("type", "array");
        json.writeObjectFieldStart("items");
        json.writeStringField("type", "object");
        json.writeObjectFieldStart("properties");
        json.writeObjectFieldStart("row");
        json.writeStringField("$ref", REF + view.schema().getName());
        json.writeEndObject();
        json.writeEndObject();
        json.writeEndObject();
        json.writeEndObject();
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
            json.writeObjectFieldStart(record.getName());
            json.writeStringField("type", "object");
            json.writeStringField("description", record.getDoc());
            json.writeArrayFieldStart("required");
            for (Schema.Field field : record.getFields()) {
                json.writeString(field.name());
            }
            json.writeEndArray();
            json.writeObjectFieldStart("properties");
            for (Schema.Field field : record.getFields()) {
                json.writeObjectFieldStart(field.name());
                json.writeStringField("description", field.doc());
                boolean jsonText = RowJson.JSON_TEXT.equals(field.getProp(RowJson.FORM));
                type(field.schema(), jsonText, todo, json);
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
                if (nullable) {
                    json.writeArrayFieldStart("anyOf");
                    json.writeStartObject();
                    json.writeStringField("$ref", REF + type.getName());
                    json.writeEndObject();
                    json.writeStartObject();
                    json.writeStringField("type", "null");
                    json.writeEndObject();
                    json.writeEndArray();
                } else {
                    json.writeStringField("$ref", REF + type.getName());
                }
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
                    named("string", nullable, json);
                    json.writeStringField("format", "date-time");
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

    /** What an answer has beside its rows is in {@code openapi-schemas.json}, as OneAnswer and ListAnswer. */
    private static void answer(String name, ViewTopic view, JsonGenerator json) throws IOException {
        boolean isList = name.equals(list(view));
        json.writeObjectFieldStart(name);
        json.writeArrayFieldStart("allOf");
        json.writeStartObject();
        json.writeStringField("$ref", REF + (isList ? "ListAnswer" : "OneAnswer"));
        json.writeEndObject();
        json.writeStartObject();
        if (isList) {
            json.writeStringField("type", "object");
            json.writeArrayFieldStart("required");
            json.writeString(view.view());
            json.writeEndArray();
            json.writeObjectFieldStart("properties");
            json.writeObjectFieldStart(view.view());
            json.writeStringField("type", "array");
            json.writeObjectFieldStart("items");
            json.writeStringField("$ref", REF + view.schema().getName());
            json.writeEndObject();
            json.writeEndObject();
            json.writeEndObject();
        } else {
            json.writeStringField("$ref", REF + view.schema().getName());
        }
        json.writeEndObject();
        json.writeEndArray();
        json.writeEndObject();
    }
}
