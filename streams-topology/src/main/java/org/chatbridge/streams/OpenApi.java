package org.chatbridge.streams;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.chatbridge.program.Response;
import org.chatbridge.streams.Endpoint.Trait;

/** The description of the interface, OpenAPI 3.1, made from the endpoints themselves. */
final class OpenApi {
    /** The schema of what the health endpoints answer. */
    static final String STATUS = "Status";

    /** The schema of the description itself. */
    static final String DESCRIPTION = "OpenApi";

    private static final String EVENTS = "text/event-stream";
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9]+");

    /** Beside 200, by status: the name of the response among the components. */
    private static final Map<Integer, String> RESPONSES = Map.of(
            304, "NotModified",
            400, "BadRequest",
            401, "Unauthorized",
            404, "NotFound",
            405, "MethodNotAllowed",
            414, "UriTooLong",
            431, "HeadersTooLarge",
            500, "Unexpected",
            503, "Unavailable");

    private final List<Endpoint> endpoints;
    private final String frame;

    /**
     * @param frame JSON text of an object: the document without paths and without the schemas of rows; its member
     *     {@code components} comes last and begins with {@code schemas}
     */
    OpenApi(List<Endpoint> endpoints, String frame) {
        this.endpoints = List.copyOf(endpoints);
        this.frame = frame;
    }

    Response document() {
        return Response.json(json -> {
            try (JsonParser members = new JsonFactory().createParser(frame)) {
                members.nextToken();
                json.writeStartObject();
                while (members.nextToken() == JsonToken.FIELD_NAME
                        && !members.currentName().equals("components")) {
                    json.copyCurrentStructure(members);
                }
                json.writeObjectFieldStart("paths");
                for (Endpoint endpoint : endpoints) {
                    path(endpoint, json);
                }
                json.writeEndObject();
                json.writeObjectFieldStart("components");
                members.nextToken();
                members.nextToken();
                json.writeObjectFieldStart(members.currentName());
                RowSchemas.writeTo(json);
                EventSchemas.writeTo(json);
                members.nextToken();
                copyMembers(members, json);
                json.writeEndObject();
                copyMembers(members, json);
                json.writeEndObject();
                json.writeEndObject();
            }
        });
    }

    /** What is left of the object that is begun. */
    private static void copyMembers(JsonParser members, JsonGenerator json) throws IOException {
        while (members.nextToken() == JsonToken.FIELD_NAME) {
            json.copyCurrentStructure(members);
        }
    }

    private static void path(Endpoint endpoint, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart(endpoint.path());
        json.writeArrayFieldStart("parameters");
        for (Endpoint.Parameter parameter : endpoint.parameters()) {
            parameter(parameter, json);
        }
        if (endpoint.is(Trait.TAGGED)) {
            reference("parameters", "IfNoneMatch", json);
        }
        json.writeEndArray();
        operation("get", endpoint, json);
        operation("head", endpoint, json);
        // What every other method is answered with; the format has no place for it.
        json.writeFieldName("x-other-methods");
        reference("responses", response(405), json);
        json.writeEndObject();
    }

    private static void parameter(Endpoint.Parameter parameter, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", parameter.name());
        json.writeStringField("in", parameter.in());
        json.writeBooleanField("required", parameter.in().equals("path"));
        json.writeStringField("description", parameter.description());
        if (parameter.isList()) {
            json.writeStringField("style", "form");
            json.writeBooleanField("explode", false);
        }
        json.writeFieldName("schema");
        json.writeRawValue(parameter.type());
        json.writeEndObject();
    }

    private static void operation(String method, Endpoint endpoint, JsonGenerator json) throws IOException {
        boolean hasBody = method.equals("get");
        json.writeObjectFieldStart(method);
        json.writeStringField("operationId", method + name(endpoint.path()));
        json.writeStringField(
                "summary", hasBody ? endpoint.summary() : "The headers of GET, without a body, whatever the status.");
        if (endpoint.is(Trait.OPEN)) {
            json.writeArrayFieldStart("security");
            json.writeEndArray();
        }
        json.writeStringField("x-unknown-parameters", endpoint.is(Trait.LENIENT) ? "ignored" : "refused");
        json.writeObjectFieldStart("responses");
        answer(200, "The answer.", endpoint, hasBody, json);
        for (int status : endpoint.otherStatuses()) {
            if (status == 503 && endpoint.is(Trait.MAY_BE_NO)) {
                answer(status, "The answer is no.", endpoint, hasBody, json);
            } else {
                json.writeFieldName(Integer.toString(status));
                reference("responses", response(status), json);
            }
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void answer(int status, String description, Endpoint endpoint, boolean hasBody, JsonGenerator json)
            throws IOException {
        json.writeObjectFieldStart(Integer.toString(status));
        json.writeStringField("description", description);
        json.writeObjectFieldStart("headers");
        header("Cache-Control", "CacheControl", json);
        if (status == 503) {
            header("Retry-After", "RetryAfter", json);
        } else if (endpoint.is(Trait.TAGGED)) {
            header("ETag", "ETag", json);
        }
        json.writeEndObject();
        if (hasBody) {
            content(endpoint, json);
        }
        json.writeEndObject();
    }

    private static void content(Endpoint endpoint, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("content");
        json.writeObjectFieldStart(endpoint.contentType());
        if (endpoint.contentType().equals(EVENTS)) {
            // OpenAPI 3.2 has itemSchema for it; of the stream as a whole 3.1 can say that it is text.
            json.writeObjectFieldStart("schema");
            json.writeStringField("type", "string");
            json.writeEndObject();
            json.writeFieldName("x-itemSchema");
            reference("schemas", endpoint.schema(), json);
        } else if (endpoint.schema().isEmpty()) {
            json.writeObjectFieldStart("schema");
            json.writeStringField("type", "string");
            json.writeEndObject();
        } else {
            json.writeFieldName("schema");
            reference("schemas", endpoint.schema(), json);
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private static String response(int status) {
        return Objects.requireNonNull(RESPONSES.get(status), () -> "no response is described for " + status);
    }

    private static void header(String header, String component, JsonGenerator json) throws IOException {
        json.writeFieldName(header);
        reference("headers", component, json);
    }

    private static void reference(String kind, String name, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("$ref", "#/components/" + kind + "/" + name);
        json.writeEndObject();
    }

    /** Such as {@code V1AgentsAgentIdHistory}. */
    private static String name(String path) {
        StringBuilder name = new StringBuilder();
        Matcher words = WORD.matcher(path);
        while (words.find()) {
            String word = words.group();
            name.append(word.substring(0, 1).toUpperCase(Locale.ROOT)).append(word.substring(1));
        }
        return name.toString();
    }
}
