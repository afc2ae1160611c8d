package org.chatbridge.bridge.connection;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What the members of a frame beside its payload say; of one that is repeated the last. The payload is stepped over, and read
 * only where it is asked for. PROTOCOL 1.2.
 */
final class Envelope {
    /** Of a frame that goes deeper counts what it says before that. Half of what a record can take: what is told on has a place there. */
    private static final int MAX_DEPTH = 10_000;

    /** Of a payload as a tree: nothing that matters to the connection is as deep, and who walks through it does so on the stack. */
    private static final int MAX_LEVELS = 50;

    private static final JsonFactory JSON = new JsonFactoryBuilder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build())
            .disable(JsonFactory.Feature.CHARSET_DETECTION) // a frame is UTF-8, whatever it begins with
            // Names of properties are LiveChat's customers' own: neither intern them nor fail on a collision.
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
            .build();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final byte[] frame;
    private boolean typed;
    private @Nullable String type;
    private @Nullable String action;
    private @Nullable String id;
    private @Nullable String requestId;
    private @Nullable Boolean success;
    private int payloadStart;
    private int payloadBytes;

    private Envelope(byte[] frame) {
        this.frame = frame;
    }

    /**
     * Reads the envelope of a frame.
     *
     * @param frame UTF-8
     * @return null where it is no JSON object, or something follows the object
     */
    static @Nullable Envelope read(byte[] frame) {
        Envelope envelope = new Envelope(frame);
        try (JsonParser in = JSON.createParser(frame)) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
                envelope.readMember(name, in.nextToken(), in);
            }
            return in.nextToken() == null ? envelope : null;
        } catch (StreamConstraintsException e) {
            return envelope; // too deep
        } catch (IOException e) {
            return null;
        }
    }

    private void readMember(String name, JsonToken value, JsonParser in) throws IOException {
        switch (name) {
            case "type" -> {
                typed = value != JsonToken.VALUE_NULL;
                type = string(value, in);
            }
            case "action" -> action = string(value, in);
            case "id" -> id = string(value, in);
            case "request_id" -> requestId = string(value, in);
            case "success" -> success = value.isBoolean() ? in.getBooleanValue() : null;
            case "payload" -> {
                payloadStart = (int) in.currentTokenLocation().getByteOffset();
                in.skipChildren();
                payloadBytes =
                        value.isStructStart() ? (int) in.currentLocation().getByteOffset() - payloadStart : 0;
            }
            default -> {
                // what else there is
            }
        }
        in.skipChildren();
    }

    private static @Nullable String string(JsonToken value, JsonParser in) throws IOException {
        return value == JsonToken.VALUE_STRING ? in.getText() : null;
    }

    /**
     * Whether it is an answer to a request: its {@code type} says so, or it has none and {@code success}, or both the id and the
     * action of a request of ours. A push may carry the id of our request, so the id alone says nothing.
     */
    boolean answers() {
        return typed ? "response".equals(type) : success != null || Requests.isOurs(requestId(), action);
    }

    /** Empty where there is none. */
    String action() {
        return action == null ? "" : action;
    }

    /** The id of the request that it answers; null where it has none. */
    @Nullable
    String requestId() {
        return requestId == null ? id : requestId;
    }

    /** Whether the request was granted; null where it does not say so. */
    @Nullable
    Boolean success() {
        return success;
    }

    /**
     * The payload: a missing node where there is none that is an object or an array, or where it is too deep. In it every number, and
     * what is deeper than anybody looks, is the JSON text that it was on the wire.
     */
    JsonNode payload() {
        if (payloadBytes == 0) {
            return MissingNode.getInstance();
        }
        try (JsonParser in = JSON.createParser(frame, payloadStart, payloadBytes)) {
            in.nextToken();
            return tree(in, MAX_LEVELS);
        } catch (IOException e) {
            throw new UncheckedIOException("reading what was read before", e);
        }
    }

    /** What a value of a payload says: a text as it is, of all else the JSON that it was on the wire; empty where it is missing. */
    static String text(JsonNode value) {
        return value.isTextual() ? value.textValue() : value.toString();
    }

    private JsonNode tree(JsonParser in, int levels) throws IOException {
        switch (in.currentToken()) {
            case START_OBJECT -> {
                if (levels == 0) {
                    return raw(in);
                }
                ObjectNode object = NODES.objectNode();
                for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
                    in.nextToken();
                    object.set(name, tree(in, levels - 1));
                }
                return object;
            }
            case START_ARRAY -> {
                if (levels == 0) {
                    return raw(in);
                }
                ArrayNode array = NODES.arrayNode();
                while (in.nextToken() != JsonToken.END_ARRAY) {
                    array.add(tree(in, levels - 1));
                }
                return array;
            }
            case VALUE_STRING -> {
                return NODES.textNode(in.getText());
            }
            case VALUE_TRUE, VALUE_FALSE -> {
                return NODES.booleanNode(in.getBooleanValue());
            }
            case VALUE_NULL -> {
                return NODES.nullNode();
            }
            default -> {
                return NODES.rawValueNode(new RawValue(in.getText()));
            }
        }
    }

    private JsonNode raw(JsonParser in) throws IOException {
        int start = (int) in.currentTokenLocation().getByteOffset();
        in.skipChildren();
        int bytes = (int) in.currentLocation().getByteOffset() - start;
        return NODES.rawValueNode(new RawValue(new String(frame, payloadStart + start, bytes, StandardCharsets.UTF_8)));
    }
}
