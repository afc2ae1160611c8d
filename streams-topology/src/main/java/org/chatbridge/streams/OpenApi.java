package org.chatbridge.streams;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.List;
import org.chatbridge.program.HttpProblem;
import org.chatbridge.program.Response;

/** The description of the interface, made from the endpoints themselves. */
final class OpenApi {
    /** The schema of what the health endpoints answer. */
    static final String STATUS = "Status";

    private final List<Endpoint> endpoints;
    private final String schemas;

    /** @param schemas JSON text of an object: by name the schemas of what the endpoints answer beside rows */
    OpenApi(List<Endpoint> endpoints, String schemas) {
        this.endpoints = endpoints;
        this.schemas = schemas;
    }

    Response document() {
        return Response.json(json -> {
            json.writeStartObject();
            json.writeStringField("openapi", "3.1.0");
            json.writeObjectFieldStart("info");
            json.writeStringField("title", "chatbridge views");
            json.writeStringField("version", "1");
            json.writeEndObject();
            json.writeObjectFieldStart("paths");
            for (Endpoint endpoint : endpoints) {
                path(endpoint, json);
            }
            json.writeEndObject();
            json.writeObjectFieldStart("components");
            json.writeObjectFieldStart("schemas");
            RowSchemas.writeTo(json);
            copyMembers(schemas, json);
            json.writeEndObject();
            json.writeEndObject();
            json.writeEndObject();
        });
    }

    private static void copyMembers(String object, JsonGenerator json) throws IOException {
        try (JsonParser members = new JsonFactory().createParser(object)) {
            members.nextToken();
            while (members.nextToken() == JsonToken.FIELD_NAME) {
                json.copyCurrentStructure(members);
            }
        }
    }

    private static void path(Endpoint endpoint, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart(endpoint.path());
        json.writeObjectFieldStart("get");
        json.writeStringField("summary", endpoint.summary());
        json.writeArrayFieldStart("parameters");
        for (Endpoint.Parameter parameter : endpoint.parameters()) {
            json.writeStartObject();
            json.writeStringField("name", parameter.name());
            json.writeStringField("in", parameter.in());
            json.writeBooleanField("required", parameter.in().equals("path"));
            json.writeStringField("description", parameter.description());
            json.writeFieldName("schema");
            json.writeRawValue(parameter.type());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeObjectFieldStart("responses");
        response(200, "The answer.", endpoint.contentType(), endpoint.schema(), json);
        for (int status : endpoint.problems()) {
            if (endpoint.schema().equals(STATUS)) {
                // Not to be ready is an answer to the question, no problem.
                response(status, "The answer is no.", endpoint.contentType(), STATUS, json);
            } else {
                response(status, "A problem.", HttpProblem.CONTENT_TYPE, "Problem", json);
            }
        }
        json.writeEndObject();
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void response(int status, String description, String contentType, String schema, JsonGenerator json)
            throws IOException {
        json.writeObjectFieldStart(Integer.toString(status));
        json.writeStringField("description", description);
        json.writeObjectFieldStart("content");
        json.writeObjectFieldStart(contentType);
        if (!schema.isEmpty()) {
            json.writeObjectFieldStart("schema");
            json.writeStringField("$ref", "#/components/schemas/" + schema);
            json.writeEndObject();
        }
        json.writeEndObject();
        json.writeEndObject();
        json.writeEndObject();
    }
}
