package org.chatbridge.bridge.convert;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.apache.avro.Schema;
import org.chatbridge.avro.Push;
import org.chatbridge.bridge.frames.Frame;

/** The {@code push} of a record: what the bridge says of the frame, and the members of the envelope that are nobody else's. */
final class Stamp {
    private final RecordDecoder decoder = new RecordDecoder(Push.getClassSchema());
    private final Slots slots = new Slots(decoder.plan());
    private final int receivedAt = position("received_at");
    private final int connectionId = position("connection_id");
    private final int sequence = position("sequence");
    private final int origin = position("origin");
    private final int apiVersion = position("api_version");
    private final int action = position("action");

    /** Of the connection of the last frame, most often that of the next. */
    private String lastId = "";

    private byte[] lastIdUtf8 = {};

    private static int position(String field) {
        Schema schema = Push.getClassSchema();
        return PayloadType.position(schema, field);
    }

    /** Nothing is read. */
    void clear() {
        slots.clear();
    }

    /** Reads the member whose name the cursor stands on. */
    void readMember(JsonInput in, AvroBytes values) {
        decoder.readMember(slots, in, values);
    }

    /** Keeps the value that the cursor stands on as one that has no place. */
    void keep(String name, JsonInput in, AvroBytes values) {
        RecordDecoder.keep(slots, name, in.valueStart(), in.skipValue(), in, values);
    }

    /** Says of the frame what the bridge knows. */
    Slots of(Frame frame, byte[] originOf, byte[] version, byte[] name, AvroBytes values) {
        put(receivedAt, frame.receivedAtMicros(), values);
        putText(connectionId, utf8(frame.connectionId()));
        put(sequence, frame.sequence(), values);
        putText(origin, originOf);
        putText(apiVersion, version);
        putText(action, name);
        return slots;
    }

    private byte[] utf8(String id) {
        if (!id.equals(lastId)) {
            lastId = id;
            lastIdUtf8 = id.getBytes(UTF_8);
        }
        return lastIdUtf8;
    }

    private void put(int field, long number, AvroBytes values) {
        int start = values.size();
        values.number(number);
        slots.put(field, start, values.size());
    }

    private void putText(int field, byte[] utf8) {
        slots.putText(field, utf8, 0, utf8.length);
    }
}
