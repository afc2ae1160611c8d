package org.chatbridge.bridge.convert;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import org.apache.avro.Schema;
import org.chatbridge.avro.Push;
import org.chatbridge.bridge.frames.Frame;

/** The {@code push} of a record: what the bridge says of the frame, and the members of the envelope that are nobody else's. */
final class Stamp {
    /** What the bridge says, in the order of the schema: before all that a frame says. */
    private static final List<String> OWN =
            List.of("received_at", "connection_id", "sequence", "origin", "api_version", "action");

    private final RecordDecoder decoder = new RecordDecoder(Push.getClassSchema());
    private final Slots slots = new Slots(decoder.plan());

    /** Of the connection of the last frame, most often that of the next. */
    private String lastId = "";

    private byte[] lastIdUtf8 = {};

    Stamp() {
        List<String> first = Push.getClassSchema().getFields().stream()
                .limit(OWN.size())
                .map(Schema.Field::name)
                .toList();
        if (!first.equals(OWN)) {
            throw new IllegalStateException("a push begins with " + first);
        }
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

    /** Writes what the bridge knows of the frame, and what was read, behind the values. */
    void write(Frame frame, byte[] origin, byte[] version, byte[] name, JsonInput in, AvroBytes values) {
        values.number(frame.receivedAtMicros());
        values.text(utf8(frame.connectionId()));
        values.number(frame.sequence());
        values.text(origin);
        values.text(version);
        values.text(name);
        slots.write(OWN.size(), in, values, values);
    }

    private byte[] utf8(String id) {
        if (!id.equals(lastId)) {
            lastId = id;
            lastIdUtf8 = id.getBytes(UTF_8);
        }
        return lastIdUtf8;
    }
}
