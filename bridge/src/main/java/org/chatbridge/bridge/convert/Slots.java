package org.chatbridge.bridge.convert;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.apache.avro.Schema;
import org.chatbridge.schema.RecordKey;
import org.jspecify.annotations.Nullable;

/**
 * A record while its object is read, in whatever order the members come: where the encoded value of each field stands. Used for one
 * record after the other.
 */
final class Slots implements RecordKey.Fields {
    private static final int ABSENT = -1;
    private static final int RECORD = -2;
    private static final int REFUSED = -3;

    private final RecordPlan plan;
    private final int[] starts;
    private final int[] ends;

    /** Of a text that stands outside of the values, and is not encoded: where. */
    private final byte[] @Nullable [] texts;

    private final @Nullable Slots[] records;

    /** Start and end of each entry of {@code extra}. */
    private int[] kept = new int[8];

    private int keptCount;
    private @Nullable Set<String> keptNames;

    /** Where the values of the record last read stand. */
    private @Nullable AvroBytes values;

    /** A field that has to be there is not. */
    static final class IncompleteException extends RuntimeException {
        private static final long serialVersionUID = 1;

        IncompleteException(Schema schema, int field) {
            super(schema.getName() + " without " + schema.getFields().get(field).name(), null, false, false);
        }
    }

    Slots(RecordPlan plan) {
        this.plan = plan;
        this.starts = new int[plan.size()];
        this.ends = new int[plan.size()];
        this.texts = new byte[plan.size()] @Nullable [];
        this.records = new @Nullable Slots[plan.size()];
        clear();
    }

    /** Nothing is in it. */
    void clear() {
        Arrays.fill(starts, ABSENT);
        keptCount = 0;
        keptNames = null;
    }

    boolean has(int field) {
        return starts[field] >= 0 || starts[field] == RECORD;
    }

    /** A member that belongs into a field, which has no value, does not fit it. */
    void refuse(int field) {
        starts[field] = REFUSED;
    }

    /** Whether there was such a member, and no other since. */
    boolean hasRefused(int field) {
        return starts[field] == REFUSED;
    }

    /** The value of a field stands there, encoded. */
    void put(int field, int start, int end) {
        starts[field] = start;
        ends[field] = end;
        texts[field] = null;
    }

    /** The value of a field is a text that stays where it is until the record is written. */
    void putText(int field, byte[] utf8, int start, int end) {
        starts[field] = start;
        ends[field] = end;
        texts[field] = utf8;
    }

    /** The field is a record read elsewhere. */
    void put(int field, Slots record) {
        starts[field] = RECORD;
        records[field] = record;
    }

    /** The record in a field: the one that is there, or an empty one. */
    Slots record(int field) {
        Slots record = records[field];
        if (record == null) {
            RecordPlan nested = plan.record(field);
            if (nested == null) {
                throw new IllegalStateException(plan.schema() + ": no record at " + field);
            }
            record = new Slots(nested);
            records[field] = record;
        }
        if (starts[field] != RECORD) {
            starts[field] = RECORD;
            record.clear();
        }
        return record;
    }

    /**
     * An entry of {@code extra} stands there.
     *
     * @param name not there yet, see {@link #hasKept}
     */
    void keep(String name, int start, int end) {
        if (2 * keptCount == kept.length) {
            kept = Arrays.copyOf(kept, 2 * kept.length);
        }
        kept[2 * keptCount] = start;
        kept[2 * keptCount + 1] = end;
        keptCount++;
        if (keptNames == null) {
            keptNames = new HashSet<>();
        }
        keptNames.add(name);
    }

    /** Whether {@code extra} has an entry of that name. */
    boolean hasKept(String name) {
        return keptNames != null && keptNames.contains(name);
    }

    /**
     * Writes the record.
     *
     * @param from where its values stand; may be the same as where it is written
     * @throws IncompleteException where a field is missing that may not be
     */
    void write(AvroBytes from, AvroBytes to) {
        values = from;
        byte[] nulls = plan.nulls();
        byte[] branches = plan.values();
        int extra = plan.extra();
        for (int i = 0; i < starts.length; i++) {
            if (i == extra) {
                writeKept(from, to);
            } else if (!has(i)) {
                if (nulls[i] == RecordPlan.REQUIRED) {
                    throw new IncompleteException(plan.schema(), i);
                }
                to.encoded(nulls[i]);
            } else {
                if (nulls[i] != RecordPlan.REQUIRED) {
                    to.encoded(branches[i]);
                }
                writeValue(i, from, to);
            }
        }
    }

    private void writeValue(int field, AvroBytes from, AvroBytes to) {
        int start = starts[field];
        byte[] text = texts[field];
        Slots record = records[field];
        if (record != null && start == RECORD) {
            record.write(from, to);
        } else if (text != null) {
            to.text(text, start, ends[field]);
        } else {
            to.raw(from, start, ends[field]);
        }
    }

    private void writeKept(AvroBytes from, AvroBytes to) {
        if (keptCount > 0) {
            to.number(keptCount);
            for (int i = 0; i < keptCount; i++) {
                to.raw(from, kept[2 * i], kept[2 * i + 1]);
            }
        }
        to.number(0);
    }

    /** A string, a whole number or a record, once it was written; null where there is none. */
    @Override
    public @Nullable Object get(int field) {
        AvroBytes from = values;
        if (!has(field) || from == null) {
            return null;
        }
        if (starts[field] == RECORD) {
            return records[field];
        }
        byte[] text = texts[field];
        if (text != null) {
            return new String(text, starts[field], ends[field] - starts[field], UTF_8);
        }
        long number = 0;
        int at = starts[field];
        for (int shift = 0; ; shift += 7) {
            byte b = from.at(at++);
            number |= (b & 0x7FL) << shift;
            if (b >= 0) {
                break;
            }
        }
        number = (number >>> 1) ^ -(number & 1);
        return plan.type(field) == Schema.Type.STRING
                ? new String(from.copy(at, at + (int) number), UTF_8)
                : (Object) number;
    }
}
