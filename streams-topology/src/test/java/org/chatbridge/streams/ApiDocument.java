package org.chatbridge.streams;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The description of the interface as a client reads it. Schemas count as closed: what is not described is wrong. */
final class ApiDocument {
    static final ObjectMapper JSON = new ObjectMapper();

    private static final String SCHEMAS = "#/components/schemas/";
    private static final List<String> METHODS = List.of("get", "head", "post", "put", "patch", "delete");

    private final JsonSchemaFactory validators = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);
    private final SchemaValidatorsConfig asserting = SchemaValidatorsConfig.builder()
            .formatAssertionsEnabled(true)
            .locale(Locale.ENGLISH)
            .build();
    private final Map<JsonNode, JsonSchema> compiled = new HashMap<>();
    private final JsonNode root;
    private final ObjectNode closed = JsonNodeFactory.instance.objectNode();

    ApiDocument(String text) throws Exception {
        root = JSON.readTree(text);
        root.at("/components/schemas").properties().forEach(schema -> {
            JsonNode copy = schema.getValue().deepCopy();
            close(copy, false, schema.getKey());
            closed.set(schema.getKey(), copy);
        });
    }

    JsonNode root() {
        return root;
    }

    /** One method of one path. */
    record Operation(String path, String method, JsonNode pathItem, JsonNode node) {
        @Override
        public String toString() {
            return method.toUpperCase(Locale.ROOT) + " " + path;
        }
    }

    List<Operation> operations() {
        List<Operation> operations = new ArrayList<>();
        root.path("paths").properties().forEach(path -> METHODS.stream()
                .filter(method -> path.getValue().has(method))
                .forEach(method -> operations.add(new Operation(
                        path.getKey(), method, path.getValue(), path.getValue().path(method)))));
        return operations;
    }

    List<JsonNode> parameters(Operation operation, String in) {
        return stream(operation.pathItem().path("parameters"))
                .map(this::resolved)
                .filter(parameter -> parameter.path("in").textValue().equals(in))
                .toList();
    }

    /** What a reference points to, or the node itself. */
    JsonNode resolved(JsonNode node) {
        return node.has("$ref") ? resolved(root.at(node.path("$ref").textValue().substring(1))) : node;
    }

    /** What is wrong with a value; empty where nothing is. */
    List<String> mistakes(JsonNode schema, JsonNode value) {
        return compiled.computeIfAbsent(schema, this::compile).validate(value).stream()
                .map(ValidationMessage::toString)
                .sorted()
                .toList();
    }

    private JsonSchema compile(JsonNode schema) {
        JsonNode copy = schema.deepCopy();
        close(copy, true, "an answer");
        ObjectNode whole = JsonNodeFactory.instance.objectNode();
        whole.set("$defs", closed);
        whole.putArray("allOf").add(copy);
        return validators.getSchema(whole.toString().replace(SCHEMAS, "#/$defs/"), asserting);
    }

    /**
     * Refuses members that a schema and all that it is made of do not describe.
     *
     * @param isWhole whether it describes a value by itself, not as a part of another schema
     */
    private static void close(JsonNode schema, boolean isWhole, String where) {
        if (!(schema instanceof ObjectNode object)) {
            return;
        }
        boolean isObject = object.path("type").asText().equals("object");
        if (isObject && !object.has("properties") && !object.has("additionalProperties")) {
            throw new AssertionError("an object that is not described: " + where + " " + schema);
        }
        boolean describesMembers = object.has("$ref")
                || object.has("allOf")
                || object.has("anyOf")
                || object.has("oneOf")
                || object.has("properties");
        object.path("allOf").forEach(part -> close(part, false, where));
        object.path("anyOf").forEach(part -> close(part, true, where));
        object.path("oneOf").forEach(part -> close(part, true, where));
        object.path("properties")
                .properties()
                .forEach(member -> close(member.getValue(), true, where + "." + member.getKey()));
        close(object.path("items"), true, where + "[]");
        close(object.path("additionalProperties"), true, where + ".*");
        close(object.path("contentSchema"), true, where);
        if (isWhole && describesMembers && !object.has("additionalProperties")) {
            object.put("unevaluatedProperties", false);
        }
    }

    /** The text of a parameter as its schema sees it. */
    JsonNode value(JsonNode schema, String text) {
        JsonNode actual = resolved(schema);
        String type = actual.path("type").asText();
        if (type.equals("array")) {
            ArrayNode values = JsonNodeFactory.instance.arrayNode();
            for (String each : text.split(",", -1)) {
                values.add(value(actual.path("items"), each));
            }
            return values;
        }
        return type.equals("integer") && text.matches("-?[0-9]{1,30}")
                ? JsonNodeFactory.instance.numberNode(new BigInteger(text))
                : JsonNodeFactory.instance.textNode(text);
    }

    /** Texts that are not what the schema of a parameter says. */
    List<String> wrong(JsonNode schema) {
        List<String> texts = new ArrayList<>(List.of(
                "",
                "x",
                "x y",
                "!",
                "-1",
                "1.5",
                "1e3",
                "\u0661",
                "null",
                "x,",
                "5m",
                "-PT5M",
                "P",
                "a:1",
                "yesterday",
                "2026-11-22",
                "2026-02-30T10:00:00Z",
                "2026-11-22T10:00:00"));
        JsonNode actual = resolved(schema);
        for (String bound : List.of("minimum", "maximum")) {
            if (actual.has(bound)) {
                texts.add(Long.toString(actual.path(bound).longValue() + (bound.equals("minimum") ? -1 : 1)));
            }
        }
        texts(actual.path("enum")).forEach(right -> texts.add(right.toUpperCase(Locale.ROOT)));
        return texts.stream()
                .distinct()
                .filter(text -> !mistakes(schema, value(schema, text)).isEmpty())
                .toList();
    }

    /** Texts that the schema of a parameter names. */
    List<String> right(JsonNode schema) {
        JsonNode actual = resolved(schema);
        List<String> texts = new ArrayList<>(texts(actual.path("enum")));
        texts.addAll(texts(actual.path("examples")));
        List<String> items = texts(actual.path("items").path("enum"));
        texts.addAll(items);
        if (!items.isEmpty()) {
            texts.add(String.join(",", items));
        }
        for (String one : List.of("default", "minimum", "maximum")) {
            if (actual.has(one)) {
                texts.add(actual.path(one).asText());
            }
        }
        if (actual.path("format").asText().equals("int64")) {
            Stream.of(Long.MIN_VALUE, Long.MAX_VALUE)
                    .map(String::valueOf)
                    .filter(text -> mistakes(schema, value(schema, text)).isEmpty())
                    .forEach(texts::add);
        }
        return texts.stream().distinct().toList();
    }

    private static List<String> texts(JsonNode array) {
        return stream(array).map(JsonNode::asText).toList();
    }

    static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}
