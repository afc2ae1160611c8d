package org.chatbridge.bridge.convert;

import java.util.List;
import org.apache.avro.Schema;
import org.chatbridge.schema.Nullables;
import org.jspecify.annotations.Nullable;

/** How the fields of a record follow each other in Avro's binary encoding. */
final class RecordPlan {
    /** In place of an index: the field may not be null. */
    static final int REQUIRED = -1;

    private static final String EXTRA = "extra";

    private final Schema schema;
    private final int extra;
    private final int[] indexOfNull;
    private final @Nullable RecordPlan[] records;
    private final Schema.Type[] types;

    /** @throws IllegalArgumentException where a union is not of null and one type */
    RecordPlan(Schema schema) {
        this.schema = schema;
        List<Schema.Field> fields = schema.getFields();
        Schema.Field extraField = schema.getField(EXTRA);
        this.extra = extraField == null ? -1 : extraField.pos();
        this.indexOfNull = new int[fields.size()];
        this.records = new @Nullable RecordPlan[fields.size()];
        this.types = new Schema.Type[fields.size()];
        for (Schema.Field field : fields) {
            Schema value = Nullables.valueOf(field.schema());
            indexOfNull[field.pos()] = indexOfNull(field.schema());
            types[field.pos()] = value.getType();
            records[field.pos()] = value.getType() == Schema.Type.RECORD ? new RecordPlan(value) : null;
        }
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
        return indexOfNull.length;
    }

    /** Position of the map of what has no field; negative where there is none. */
    int extra() {
        return extra;
    }

    /** Index of null in the field's union, or {@link #REQUIRED}. */
    int indexOfNull(int field) {
        return indexOfNull[field];
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
