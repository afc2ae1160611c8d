package org.chatbridge.bridge.convert;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import org.apache.avro.Schema;
import org.chatbridge.schema.RecordKey;
import org.jspecify.annotations.Nullable;

/**
 * A record while its object is read, in whatever order the members come: where the encoded value of each field stands. Used for one
 * record after the other.
 */
final class Slots implements RecordKey.Fields {
    /** In place of a start: the value is a record read elsewhere. */
    private static final int RECORD = -1;

    private final RecordPlan plan;
    private final int[] starts;

    /** Of a text that stands in the frame, and is not encoded, less than 0: all bits the other way round. */
    private final int[] ends;

    private final @Nullable Slots[] records;

    /** A bit for each field that has a value. */
    private long present;

    /** And for each without one, to which a member came that did not fit. */
    private long refused;

    /** Start and end of each entry of {@code extra}. */
    private int[] kept = new int[8];

    private int keptCount;

    /** Their names, in the same order. */
    private @Nullable Set<String> keptNames;

    /** Where the values of the record last written stand. */
    private @Nullable AvroBytes values;

    /** And its texts. */
    private @Nullable JsonInput texts;

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
        this.records = new @Nullable Slots[plan.size()];
    }

    /** Nothing is in it. */
    void clear() {
        present = 0;
        refused = 0;
        keptCount = 0;
        keptNames = null;
    }

    boolean has(int field) {
        return (present & 1L << field) != 0;
    }

    /** Whether a member came that belongs into a field. */
    boolean isMet(int field) {
        return ((present | refused) & 1L << field) != 0;
    }

    /** A member that belongs into a field, which has no value, does not fit it. */
    void refuse(int field) {
        refused |= 1L << field;
    }

    /** Whether there was such a member, and no other since. */
    boolean hasRefused(int field) {
        return (refused & 1L << field) != 0;
    }

    /** The value of a field stands there, encoded. */
    void put(int field, int start, int end) {
        set(field, start);
        ends[field] = end;
    }

    /** The value of a field is a text that stands there in the frame. */
    void putText(int field, int start, int end) {
        set(field, start);
        ends[field] = ~end;
    }

    private void set(int field, int start) {
        starts[field] = start;
        present |= 1L << field;
        refused &= ~(1L << field);
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
        if (!has(field) || starts[field] != RECORD) {
            set(field, RECORD);
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
            keptNames = new LinkedHashSet<>();
        }
        keptNames.add(name);
    }

    /** Whether {@code extra} has an entry of that name. */
    boolean hasKept(String name) {
        return keptNames != null && keptNames.contains(name);
    }

    /**
     * Lets all entries of {@code extra} be another record's.
     *
     * @param to has none of their names
     */
    void moveKept(Slots to) {
        if (keptNames == null) {
            return;
        }
        int entry = 0;
        for (String name : keptNames) {
            to.keep(name, kept[entry], kept[entry + 1]);
            entry += 2;
        }
        keptCount = 0;
        keptNames = null;
    }

    /**
     * Writes the record.
     *
     * @param in where its texts stand
     * @param from where its values stand; may be the same as where it is written
     * @throws IncompleteException where a field is missing that may not be
     */
    void write(JsonInput in, AvroBytes from, AvroBytes to) {
        write(0, in, from, to);
    }

    /** The same, from a field on: what comes before it is written already. */
    void write(int first, JsonInput in, AvroBytes from, AvroBytes to) {
        values = from;
        texts = in;
        long missing = plan.required() & ~present & -1L << first;
        if (missing != 0) {
            throw new IncompleteException(plan.schema(), Long.numberOfTrailingZeros(missing));
        }
        byte[] nulls = plan.nulls();
        byte[] branches = plan.values();
        int next = first;
        for (long left = present | plan.extra(); left != 0; left &= left - 1) {
            int field = Long.numberOfTrailingZeros(left);
            to.encoded(nulls, next, field);
            next = field + 1;
            if ((plan.extra() & 1L << field) != 0) {
                writeKept(from, to);
            } else {
                if (branches[field] != RecordPlan.REQUIRED) {
                    to.encoded(branches[field]);
                }
                writeValue(field, in, from, to);
            }
        }
        to.encoded(nulls, next, nulls.length);
    }

    private void writeValue(int field, JsonInput in, AvroBytes from, AvroBytes to) {
        int start = starts[field];
        int end = ends[field];
        Slots record = records[field];
        if (record != null && start == RECORD) {
            record.write(in, from, to);
        } else if (end < 0) {
            in.copySlice(start, ~end, to);
        } else {
            to.raw(from, start, end);
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
        JsonInput in = texts;
        if (!has(field) || from == null || in == null) {
            return null;
        }
        if (starts[field] == RECORD) {
            return records[field];
        }
        if (ends[field] < 0) {
            return in.slice(starts[field], ~ends[field]);
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
