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
    Slots of(Frame frame, byte[] originOf, byte[] version, String name, AvroBytes values) {
        put(receivedAt, frame.receivedAtMicros(), values);
        put(connectionId, frame.connectionId().getBytes(UTF_8), values);
        put(sequence, frame.sequence(), values);
        put(origin, originOf, values);
        put(apiVersion, version, values);
        put(action, name.getBytes(UTF_8), values);
        return slots;
    }

    private void put(int field, long number, AvroBytes values) {
        int start = values.size();
        values.number(number);
        slots.put(field, start, values.size());
    }

    private void put(int field, byte[] utf8, AvroBytes values) {
        int start = values.size();
        values.text(utf8);
        slots.put(field, start, values.size());
    }
}
