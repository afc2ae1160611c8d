package org.chatbridge.bridge.convert;

import com.fasterxml.jackson.core.JsonToken;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.Schema;
import org.chatbridge.schema.RecordKey;
import org.jspecify.annotations.Nullable;

/** How the payloads of one action are read, one after the other. */
final class PayloadType {
    private final RecordDecoder decoder;
    private final Slots slots;
    private final RecordKey key;
    private final int push;
    private final int[] recognise;

    /**
     * Of one action.
     *
     * @param recognise fields of which one has to be there; none where the name of the action is enough
     * @param renamed members that mean another field than that of their name
     */
    PayloadType(Schema schema, RecordKey key, List<String> recognise, Map<String, String> renamed) {
        this.decoder = new RecordDecoder(schema, renamed);
        this.slots = new Slots(decoder.plan());
        this.key = key;
        this.push = position(schema, "push");
        this.recognise =
                recognise.stream().mapToInt(field -> position(schema, field)).toArray();
    }

    static int position(Schema schema, String field) {
        return Objects.requireNonNull(schema.getField(field), field).pos();
    }

    /** Nothing is read. */
    void clear() {
        slots.clear();
    }

    /** Reads the payload that the cursor stands on; one that is no object is kept whole. */
    void read(JsonInput in, AvroBytes values) {
        slots.clear();
        if (in.token() == JsonToken.START_OBJECT) {
            decoder.readMembers(slots, in, values);
        } else if (in.token() != JsonToken.VALUE_NULL) {
            RecordDecoder.keep(slots, "payload", in.valueStart(), in.skipValue(), in, values);
        }
    }

    /** Whether what was read is a payload of this type. */
    boolean recognises() {
        boolean recognised = recognise.length == 0;
        for (int field : recognise) {
            recognised |= slots.has(field);
        }
        return recognised;
    }

    /** What was read, as a record whose stamp stands there. */
    Slots record(int stampStart, int stampEnd) {
        slots.put(push, stampStart, stampEnd);
        return slots;
    }

    /** The key of what was written last. */
    String key(@Nullable String ownAgentId) {
        return key.of(slots, ownAgentId);
    }
}
