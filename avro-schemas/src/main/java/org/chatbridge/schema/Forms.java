package org.chatbridge.schema;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.Encoder;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.chatbridge.schema.RecordForm.Form;
import org.chatbridge.schema.RecordForm.ListOf;
import org.chatbridge.schema.RecordForm.MapOf;
import org.chatbridge.schema.RecordForm.OrNull;
import org.jspecify.annotations.Nullable;

/** Makes the forms of a schema, of each record in it one. */
final class Forms {
    private static final long MICROS_A_SECOND = 1_000_000;
    private static final long NANOS_A_MICRO = 1_000;

    private final Map<String, RecordOf> records = new HashMap<>();

    private static final Form TEXT = new Form() {
        @Override
        public void write(Object value, Encoder out) throws IOException {
            out.writeString((String) value);
        }

        @Override
        public Object read(Decoder in) throws IOException {
            return in.readString();
        }
    };

    private static final Form LONG = new Form() {
        @Override
        public void write(Object value, Encoder out) throws IOException {
            out.writeLong((Long) value);
        }

        @Override
        public Object read(Decoder in) throws IOException {
            return in.readLong();
        }
    };

    private static final Form INT = new Form() {
        @Override
        public void write(Object value, Encoder out) throws IOException {
            out.writeInt((Integer) value);
        }

        @Override
        public Object read(Decoder in) throws IOException {
            return in.readInt();
        }
    };

    private static final Form DOUBLE = new Form() {
        @Override
        public void write(Object value, Encoder out) throws IOException {
            out.writeDouble((Double) value);
        }

        @Override
        public Object read(Decoder in) throws IOException {
            return in.readDouble();
        }
    };

    private static final Form BOOLEAN = new Form() {
        @Override
        public void write(Object value, Encoder out) throws IOException {
            out.writeBoolean((Boolean) value);
        }

        @Override
        public Object read(Decoder in) throws IOException {
            return in.readBoolean();
        }
    };

    /** timestamp-micros: what is finer is cut off, as Avro's conversion does. */
    private static final Form MICROS = new Form() {
        @Override
        public void write(Object value, Encoder out) throws IOException {
            Instant instant = (Instant) value;
            out.writeLong(Math.addExact(
                    Math.multiplyExact(instant.getEpochSecond(), MICROS_A_SECOND), instant.getNano() / NANOS_A_MICRO));
        }

        @Override
        public Object read(Decoder in) throws IOException {
            long micros = in.readLong();
            return Instant.ofEpochSecond(
                    Math.floorDiv(micros, MICROS_A_SECOND), Math.floorMod(micros, MICROS_A_SECOND) * NANOS_A_MICRO);
        }
    };

    Form of(Schema schema) {
        return switch (schema.getType()) {
            case STRING -> TEXT;
            case LONG -> schema.getLogicalType() == null ? LONG : instant(schema);
            case INT -> INT;
            case DOUBLE -> DOUBLE;
            case BOOLEAN -> BOOLEAN;
            case ARRAY -> new ListOf(of(schema.getElementType()));
            case MAP -> new MapOf(of(schema.getValueType()));
            case UNION -> orNull(schema);
            case RECORD -> record(schema);
            default -> throw unknown(schema);
        };
    }

    private static Form instant(Schema schema) {
        if (schema.getLogicalType() instanceof LogicalTypes.TimestampMicros) {
            return MICROS;
        }
        throw unknown(schema);
    }

    private Form orNull(Schema union) {
        List<Schema> types = union.getTypes();
        for (int i = 0; types.size() == 2 && i < 2; i++) {
            if (types.get(i).getType() == Schema.Type.NULL) {
                return new OrNull(of(types.get(1 - i)), i);
            }
        }
        throw unknown(union);
    }

    private Form record(Schema schema) {
        RecordOf known = records.get(schema.getFullName());
        if (known != null) {
            return known;
        }
        RecordOf form = new RecordOf(schema);
        records.put(schema.getFullName(), form);
        form.fields =
                schema.getFields().stream().map(field -> of(field.schema())).toArray(Form[]::new);
        return form;
    }

    private static IllegalArgumentException unknown(Schema schema) {
        return new IllegalArgumentException("a schema of this project holds no type like " + schema);
    }

    /** A record, made by the constructor of its class that sets nothing. */
    private static final class RecordOf implements Form {
        private final Schema schema;
        private final MethodHandle constructor;
        private Form[] fields = {};

        RecordOf(Schema schema) {
            this.schema = schema;
            Class<?> type = SpecificData.get().getClass(schema);
            if (type == null || !SpecificRecord.class.isAssignableFrom(type)) {
                throw new IllegalArgumentException("no class was generated for " + schema.getFullName());
            }
            try {
                constructor = MethodHandles.publicLookup()
                        .findConstructor(type, MethodType.methodType(void.class))
                        .asType(MethodType.methodType(SpecificRecord.class));
            } catch (ReflectiveOperationException e) {
                throw new IllegalArgumentException(type + " cannot be made: " + e, e);
            }
        }

        @Override
        public void write(Object value, Encoder out) throws IOException {
            SpecificRecord record = (SpecificRecord) value;
            for (int i = 0; i < fields.length; i++) {
                Object of = record.get(i);
                if (fields[i] instanceof OrNull orNull) {
                    orNull.writeOrNull(of, out);
                } else if (of == null) {
                    throw new IllegalArgumentException(schema.getFullName() + " has no "
                            + schema.getFields().get(i).name() + ", which may not be null");
                } else {
                    fields[i].write(of, out);
                }
            }
        }

        @Override
        public Object read(Decoder in) throws IOException {
            SpecificRecord record = make();
            for (int i = 0; i < fields.length; i++) {
                put(record, i, fields[i] instanceof OrNull orNull ? orNull.readOrNull(in) : fields[i].read(in));
            }
            return record;
        }

        @SuppressWarnings("NullAway") // Avro's interface does not say that a field may be null
        private static void put(SpecificRecord record, int field, @Nullable Object value) {
            record.put(field, value);
        }

        private SpecificRecord make() {
            try {
                return (SpecificRecord) constructor.invokeExact();
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException(schema.getFullName() + " cannot be made: " + e, e);
            }
        }

        @Override
        public boolean equal(Object one, Object other) {
            if (one == other) {
                return true;
            }
            SpecificRecord here = (SpecificRecord) one;
            SpecificRecord there = (SpecificRecord) other;
            boolean equal = true;
            for (int i = 0; equal && i < fields.length; i++) {
                Object mine = here.get(i);
                Object its = there.get(i);
                equal = fields[i] instanceof OrNull orNull ? orNull.equalOrNull(mine, its) : fields[i].equal(mine, its);
            }
            return equal;
        }

        @Override
        public int hash(Object value) {
            SpecificRecord record = (SpecificRecord) value;
            int hash = 1;
            for (int i = 0; i < fields.length; i++) {
                Object of = record.get(i);
                hash = 31 * hash + (fields[i] instanceof OrNull orNull ? orNull.hashOrNull(of) : fields[i].hash(of));
            }
            return hash;
        }
    }
}
