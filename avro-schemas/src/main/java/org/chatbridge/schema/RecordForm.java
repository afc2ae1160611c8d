package org.chatbridge.schema;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.Encoder;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * How generated records of one schema are written, read and compared: a plan, made of the schema once. Avro's own readers
 * and writers look up for each value what it is; and its lists and records, compared, fail where an element has an instant
 * that may be null.
 *
 * <p>Knows the types that the schemas of this project are made of: records, arrays, maps, what may be null, strings,
 * longs, ints, doubles, booleans and timestamp-micros. Lists are plain lists. May be used by several threads.
 */
public final class RecordForm<T extends SpecificRecord> {
    static {
        TrustedRecords.trust();
    }

    private final Form form;

    /**
     * @param schema the schema of a generated class
     * @throws IllegalArgumentException where it holds a type that is not known here, or has no class
     */
    public RecordForm(Schema schema) {
        this.form = new Forms().of(schema);
    }

    /** Writes a record in Avro's binary encoding. */
    public void write(T value, Encoder out) throws IOException {
        form.write(value, out);
    }

    /** Reads a record that was written in the very same schema. */
    @SuppressWarnings("unchecked") // the schema is that of the class
    public T read(Decoder in) throws IOException {
        return (T) form.read(in);
    }

    /** Whether two records have the same values; the order of maps does not matter. */
    public boolean equal(T one, T other) {
        return form.equal(one, other);
    }

    /** Of records that are equal the same. */
    public int hash(T value) {
        return form.hash(value);
    }

    /** One type. What is null is the business of {@link OrNull} alone. */
    interface Form {
        void write(Object value, Encoder out) throws IOException;

        Object read(Decoder in) throws IOException;

        default boolean equal(Object one, Object other) {
            return one.equals(other);
        }

        default int hash(Object value) {
            return value.hashCode();
        }
    }

    /** A type or null, in the order of the schema's union. */
    record OrNull(Form form, int indexOfNull) implements Form {
        void writeOrNull(@Nullable Object value, Encoder out) throws IOException {
            if (value == null) {
                out.writeIndex(indexOfNull);
            } else {
                out.writeIndex(1 - indexOfNull);
                form.write(value, out);
            }
        }

        @Nullable
        Object readOrNull(Decoder in) throws IOException {
            return in.readIndex() == indexOfNull ? null : form.read(in);
        }

        boolean equalOrNull(@Nullable Object one, @Nullable Object other) {
            return (one == null || other == null) ? one == other : form.equal(one, other);
        }

        int hashOrNull(@Nullable Object value) {
            return value == null ? 0 : form.hash(value);
        }

        @Override
        public void write(Object value, Encoder out) throws IOException {
            writeOrNull(value, out);
        }

        @Override
        public Object read(Decoder in) {
            throw new IllegalStateException("only a field may be null");
        }
    }

    /** Arrays: read into plain lists. */
    record ListOf(Form element) implements Form {
        private static final int MOST_AT_ONCE = 1_024;

        @Override
        public void write(Object value, Encoder out) throws IOException {
            List<?> list = (List<?>) value;
            out.writeArrayStart();
            out.setItemCount(list.size());
            for (Object one : list) {
                out.startItem();
                element.write(one, out);
            }
            out.writeArrayEnd();
        }

        @Override
        public Object read(Decoder in) throws IOException {
            long count = in.readArrayStart();
            // The count is only as true as the bytes are.
            List<Object> list = new ArrayList<>((int) Math.min(count, MOST_AT_ONCE));
            for (; count > 0; count = in.arrayNext()) {
                for (long i = 0; i < count; i++) {
                    list.add(element.read(in));
                }
            }
            return list;
        }

        @Override
        public boolean equal(Object one, Object other) {
            if (one == other) {
                return true;
            }
            List<?> here = (List<?>) one;
            List<?> there = (List<?>) other;
            boolean equal = here.size() == there.size();
            for (int i = 0; equal && i < here.size(); i++) {
                equal = element.equal(here.get(i), there.get(i));
            }
            return equal;
        }

        @Override
        public int hash(Object value) {
            int hash = 1;
            for (Object one : (List<?>) value) {
                hash = 31 * hash + element.hash(one);
            }
            return hash;
        }
    }

    /** Maps; their keys are strings. */
    record MapOf(Form values) implements Form {
        @Override
        public void write(Object value, Encoder out) throws IOException {
            Map<?, ?> map = (Map<?, ?>) value;
            out.writeMapStart();
            out.setItemCount(map.size());
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                out.startItem();
                out.writeString((String) entry.getKey());
                values.write(entry.getValue(), out);
            }
            out.writeMapEnd();
        }

        @Override
        public Object read(Decoder in) throws IOException {
            Map<String, Object> map = new HashMap<>();
            for (long count = in.readMapStart(); count > 0; count = in.mapNext()) {
                for (long i = 0; i < count; i++) {
                    map.put(in.readString(), values.read(in));
                }
            }
            return map;
        }

        @Override
        public boolean equal(Object one, Object other) {
            if (one == other) {
                return true;
            }
            Map<?, ?> here = (Map<?, ?>) one;
            Map<?, ?> there = (Map<?, ?>) other;
            if (here.size() != there.size()) {
                return false;
            }
            for (Map.Entry<?, ?> entry : here.entrySet()) {
                Object match = there.get(entry.getKey());
                if (match == null || !values.equal(entry.getValue(), match)) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public int hash(Object value) {
            int hash = 0;
            for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
                hash += entry.getKey().hashCode() ^ values.hash(entry.getValue());
            }
            return hash;
        }
    }
}
