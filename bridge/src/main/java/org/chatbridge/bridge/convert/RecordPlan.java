package org.chatbridge.bridge.convert;

import java.util.List;
import org.apache.avro.Schema;
import org.chatbridge.schema.Nullables;
import org.jspecify.annotations.Nullable;

/** How the fields of a record follow each other in Avro's binary encoding. */
final class RecordPlan {
    /** In place of the index of a branch: the field has none, for it may not be null. */
    static final int REQUIRED = -1;

    private static final String EXTRA = "extra";

    private final Schema schema;
    private final long extra;
    private final long required;
    private final byte[] nulls;
    private final byte[] values;
    private final @Nullable RecordPlan[] records;
    private final Schema.Type[] types;

    /** @throws IllegalArgumentException where a union is not of null and one type, or fields are more than a word has bits */
    RecordPlan(Schema schema) {
        this.schema = schema;
        List<Schema.Field> fields = schema.getFields();
        Schema.Field extraField = schema.getField(EXTRA);
        if (fields.size() > Long.SIZE) {
            throw new IllegalArgumentException("more than " + Long.SIZE + " fields: " + schema.getFullName());
        }
        this.extra = extraField == null ? 0 : 1L << extraField.pos();
        this.nulls = new byte[fields.size()];
        this.values = new byte[fields.size()];
        this.records = new @Nullable RecordPlan[fields.size()];
        this.types = new Schema.Type[fields.size()];
        long all = 0;
        for (Schema.Field field : fields) {
            Schema value = Nullables.valueOf(field.schema());
            int indexOfNull = indexOfNull(field.schema());
            if (indexOfNull == REQUIRED) {
                all |= 1L << field.pos();
            }
            // A small number in Avro's encoding is twice itself.
            nulls[field.pos()] = (byte) (indexOfNull == REQUIRED ? REQUIRED : 2 * indexOfNull);
            values[field.pos()] = (byte) (indexOfNull == REQUIRED ? REQUIRED : 2 * (1 - indexOfNull));
            types[field.pos()] = value.getType();
            records[field.pos()] = value.getType() == Schema.Type.RECORD ? new RecordPlan(value) : null;
        }
        this.required = all & ~extra;
    }

    private static int indexOfNull(Schema schema) {
        if (schema.getType() != Schema.Type.UNION) {
            return REQUIRED;
        }
        for (int i = 0; i < 2; i++) {
            if (schema.getTypes().get(i).getType() == Schema.Type.NULL) {
                return i;
            }
        }
        throw new IllegalArgumentException("neither null nor one type: " + schema);
    }

    Schema schema() {
        return schema;
    }

    int size() {
        return nulls.length;
    }

    /** The bit of the map of what has no field; 0 where there is none. */
    long extra() {
        return extra;
    }

    /** A bit for each other field that may not be null. */
    long required() {
        return required;
    }

    /** By the position of a field what is written for null, as it is encoded, or {@link #REQUIRED}; not to be changed. */
    byte[] nulls() {
        return nulls;
    }

    /** The same of what is written before a value. */
    byte[] values() {
        return values;
    }

    /** Of a field that is a record; null where it is none. */
    @Nullable
    RecordPlan record(int field) {
        return records[field];
    }

    Schema.Type type(int field) {
        return types[field];
    }
}
