package org.chatbridge.bridge.convert;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Makes the members of each object of a frame distinct: the last of a name keeps it, as most readers of JSON have it; the
 * earlier ones become {@code name#1}, {@code name#2} … and so are kept like any unknown member. What is kept as JSON text is
 * without these additions again, and in a map such names are none.
 *
 * <p>Reads the frame twice and copies it with the longer names: only for the few frames that need it.
 */
final class RepeatedMembers {
    /** For what is added to the names, in bytes; more is made where it is not enough. */
    private static final int ROOM = 256;

    private RepeatedMembers() {}

    /**
     * A frame with distinct members, and all else as it is.
     *
     * @param added where it has what was added to its names: start and end, exclusive, of each stretch, in order
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Renamed(byte[] frame, int[] added) {}

    /**
     * The frame with distinct members.
     *
     * @throws IOException where the frame is not JSON
     */
    static Renamed rename(byte[] frame) throws IOException {
        Map<Integer, Map<String, Integer>> repeating = repeating(frame);
        ByteArrayOutputStream out = new ByteArrayOutputStream(frame.length + ROOM);
        IntStream.Builder added = IntStream.builder();
        int copied = 0;
        try (JsonParser in = MalformedJson.FACTORY.createParser(frame)) {
            Deque<Names> open = new ArrayDeque<>();
            int objects = 0;
            JsonToken token = in.nextToken();
            while (token != null) {
                if (token == JsonToken.START_OBJECT) {
                    open.push(new Names(repeating.getOrDefault(objects++, Map.of()), new HashMap<>()));
                } else if (token == JsonToken.END_OBJECT) {
                    open.pop();
                } else if (token == JsonToken.FIELD_NAME) {
                    String suffix = open.element().suffix(in.currentName());
                    if (!suffix.isEmpty()) {
                        int quote =
                                endOfName(frame, (int) in.currentTokenLocation().getByteOffset());
                        out.write(frame, copied, quote - copied);
                        added.accept(out.size());
                        out.writeBytes(suffix.getBytes(StandardCharsets.US_ASCII));
                        added.accept(out.size());
                        copied = quote;
                    }
                }
                token = in.nextToken();
            }
        }
        out.write(frame, copied, frame.length - copied);
        return new Renamed(out.toByteArray(), added.build().toArray());
    }

    /** The offset of the quote that ends the name which begins there with its own. */
    private static int endOfName(byte[] frame, int quote) {
        int at = quote + 1;
        while (frame[at] != '"') {
            at += frame[at] == '\\' ? 2 : 1;
        }
        return at;
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
        /** What makes the next of a name distinct; empty where nothing has to. */
        String suffix(String name) {
            if (left.isEmpty() || left.merge(name, -1, Integer::sum) == 0) {
                return "";
            }
            String suffix = "#" + renamed.merge(name, 1, Integer::sum);
            while (left.containsKey(name + suffix)) {
                suffix = "#" + renamed.merge(name, 1, Integer::sum);
            }
            return suffix;
        }
    }
}
