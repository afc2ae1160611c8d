package org.chatbridge.bridge.convert;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * Makes the members of each object of a frame distinct: the last of a name keeps it, as most readers of JSON have it; the
 * earlier ones become {@code name#1}, {@code name#2} … and so are kept like any unknown member.
 *
 * <p>Reads the frame twice and writes it anew: only for the few frames that need it.
 */
final class RepeatedMembers {
    private RepeatedMembers() {}

    /**
     * The frame with distinct members.
     *
     * @throws IOException where the frame is not JSON
     */
    static byte[] rename(byte[] frame) throws IOException {
        Map<Integer, Map<String, Integer>> repeating = repeating(frame);
        StringWriter text = new StringWriter(frame.length);
        try (JsonParser in = MalformedJson.FACTORY.createParser(frame);
                JsonGenerator out = MalformedJson.FACTORY.createGenerator(text)) {
            out.enable(JsonWriteFeature.ESCAPE_NON_ASCII.mappedFeature());
            Deque<Names> open = new ArrayDeque<>();
            int objects = 0;
            JsonToken token = in.nextToken();
            while (token != null) {
                switch (token) {
                    case START_OBJECT -> {
                        out.writeStartObject();
                        open.push(new Names(repeating.getOrDefault(objects++, Map.of()), new HashMap<>()));
                    }
                    case END_OBJECT -> {
                        out.writeEndObject();
                        open.pop();
                    }
                    case START_ARRAY -> out.writeStartArray();
                    case END_ARRAY -> out.writeEndArray();
                    case FIELD_NAME -> out.writeFieldName(open.element().distinct(in.currentName()));
                    case VALUE_STRING -> out.writeString(in.getText());
                    default -> out.writeRawValue(in.getText());
                }
                token = in.nextToken();
            }
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** How often each object that repeats a name has each of its names; by its number in the order of beginnings. */
    private static Map<Integer, Map<String, Integer>> repeating(byte[] frame) throws IOException {
        record Open(int number, Map<String, Integer> names) {}

        Map<Integer, Map<String, Integer>> repeating = new HashMap<>();
        try (JsonParser in = MalformedJson.FACTORY.createParser(frame)) {
            Deque<Open> open = new ArrayDeque<>();
            int objects = 0;
            JsonToken token = in.nextToken();
            while (token != null) {
                if (token == JsonToken.START_OBJECT) {
                    open.push(new Open(objects++, new HashMap<>()));
                } else if (token == JsonToken.END_OBJECT) {
                    open.pop();
                } else if (token == JsonToken.FIELD_NAME) {
                    Open object = open.element();
                    if (object.names().merge(in.currentName(), 1, Integer::sum) > 1) {
                        repeating.put(object.number(), object.names());
                    }
                }
                token = in.nextToken();
            }
        }
        return repeating;
    }

    /** The names of one object: how many of each are still to come, and how many were written under another. */
    private record Names(Map<String, Integer> left, Map<String, Integer> renamed) {
        String distinct(String name) {
            if (left.isEmpty() || left.merge(name, -1, Integer::sum) == 0) {
                return name;
            }
            String distinct = name + "#" + renamed.merge(name, 1, Integer::sum);
            while (left.containsKey(distinct)) {
                distinct = name + "#" + renamed.merge(name, 1, Integer::sum);
            }
            return distinct;
        }
    }
}
