package org.chatbridge.bridge.convert;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonToken;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.chatbridge.schema.Nullables;
import org.jspecify.annotations.Nullable;

/** Makes the decoder of a field from its schema, and holds those of all types but records. */
final class Decoders {
    private static final byte[] VALUE = "value".getBytes(UTF_8);

    private Decoders() {}

    /**
     * The decoder of a field that is no record.
     *
     * @throws IllegalArgumentException where the schema has a type that no decoder reads
     */
    static Decoder of(Schema.Field field) {
        Schema schema = Nullables.valueOf(field.schema());
        String form = field.getProp("livechat.form");
        if (form == null) {
            return of(schema);
        }
        return switch (form) {
            case "json" -> schema.getType() == Schema.Type.MAP ? Decoders::jsonByName : Decoders::json;
            case "properties" -> Decoders::properties;
            default -> throw new IllegalArgumentException(field.name() + ": unknown livechat.form " + form);
        };
    }

    private static Decoder of(Schema schema) {
        return switch (schema.getType()) {
            case STRING -> Decoders::string;
            case BOOLEAN -> Decoders::bool;
            case LONG -> schema.getLogicalType() == null ? Decoders::number : Decoders::instant;
            case ARRAY -> arrayOf(schema.getElementType());
            case MAP -> {
                Decoder values = of(schema.getValueType());
                yield (in, out) -> byName(in, out, values);
            }
            default -> throw new IllegalArgumentException("no decoder for " + schema);
        };
    }

    private static Decoder arrayOf(Schema element) {
        return new ArrayDecoder(
                element.getType() == Schema.Type.RECORD ? new ElementDecoder(new RecordDecoder(element)) : of(element));
    }

    private static boolean string(JsonInput in, AvroBytes out) {
        if (in.token() == JsonToken.VALUE_NULL) {
            return false;
        }
        if (isContainer(in)) {
            return misfit(in);
        }
        if (!in.copyText(out)) {
            String text = in.text();
            if (Surrogates.arePaired(text)) {
                out.text(text.getBytes(UTF_8));
            } else {
                in.misfit();
                out.text(Surrogates.replaceUnpaired(text).getBytes(UTF_8));
            }
        }
        return true;
    }

    private static boolean bool(JsonInput in, AvroBytes out) {
        String text = in.token() == JsonToken.VALUE_STRING ? in.text().toLowerCase(Locale.ROOT) : "";
        if (in.token() == JsonToken.VALUE_TRUE || text.equals("true")) {
            out.bool(true);
        } else if (in.token() == JsonToken.VALUE_FALSE || text.equals("false")) {
            out.bool(false);
        } else {
            return misfit(in);
        }
        return true;
    }

    private static boolean number(JsonInput in, AvroBytes out) {
        return numberOrMisfit(wholeNumber(in), in, out);
    }

    private static boolean instant(JsonInput in, AvroBytes out) {
        if (in.token() == JsonToken.VALUE_STRING) {
            long usual = in.instant();
            if (usual != Instants.UNREAD) {
                out.number(usual);
                return true;
            }
        }
        Long number = wholeNumber(in);
        Long micros = null;
        if (number != null) {
            micros = Instants.micros(number);
        } else if (in.token() == JsonToken.VALUE_STRING) {
            micros = Instants.micros(in.text());
        }
        return numberOrMisfit(micros, in, out);
    }

    private static boolean numberOrMisfit(@Nullable Long value, JsonInput in, AvroBytes out) {
        if (value == null) {
            return misfit(in);
        }
        out.number(value);
        return true;
    }

    private static @Nullable Long wholeNumber(JsonInput in) {
        JsonToken token = in.token();
        if (token == JsonToken.VALUE_STRING) {
            return Numbers.wholeInString(in.text());
        }
        return token != null && token.isNumeric() ? in.wholeNumber() : null;
    }

    private static boolean json(JsonInput in, AvroBytes out) {
        int start = in.valueStart();
        in.copySlice(start, in.skipValue(), out);
        return true;
    }

    private static boolean jsonByName(JsonInput in, AvroBytes out) {
        return in.token() == JsonToken.START_ARRAY ? jsonOfPairs(in, out) : byName(in, out, Decoders::json);
    }

    /** PROTOCOL 3.1: an array of objects with a member each, since version 3.2; of a name that comes again the last counts. */
    private static boolean jsonOfPairs(JsonInput in, AvroBytes out) {
        record Slice(int start, int end) {}

        Map<String, Slice> values = new LinkedHashMap<>();
        boolean misfit = false;
        while (in.next() != JsonToken.END_ARRAY) {
            if (in.token() != JsonToken.START_OBJECT) {
                in.skipValue();
                misfit = true;
                continue;
            }
            while (in.nextName()) {
                String name = in.text();
                boolean isKey = isKey(name, in);
                in.next();
                Slice value = new Slice(in.valueStart(), in.skipValue());
                misfit |= !isKey || values.put(name, value) != null;
            }
        }
        int mark = out.size();
        out.skip(1);
        values.forEach((name, value) -> {
            out.text(name.getBytes(UTF_8));
            in.copySlice(value.start(), value.end(), out);
        });
        out.endBlock(mark, values.size());
        if (misfit) {
            in.misfit();
        }
        return true;
    }

    /** PROTOCOL 3.8: namespace to name to value, the values wrapped in an object of their own or not. */
    private static boolean properties(JsonInput in, AvroBytes out) {
        return byName(in, out, Decoders::namespace);
    }

    private static boolean namespace(JsonInput in, AvroBytes out) {
        return byName(in, out, Decoders::unwrapped);
    }

    private static boolean byName(JsonInput in, AvroBytes out, Decoder values) {
        if (in.token() == JsonToken.VALUE_NULL) {
            return false;
        }
        if (in.token() != JsonToken.START_OBJECT) {
            return misfit(in);
        }
        int mark = out.size();
        out.skip(1);
        Names names = new Names();
        boolean misfit = false;
        while (in.nextName()) {
            String name = in.text();
            boolean isKey = isKey(name, in);
            int entry = out.size();
            if (isKey) {
                out.text(name.getBytes(UTF_8));
            }
            in.next();
            boolean fits = values.read(in, out);
            misfit |= in.takeMisfit() || !isKey;
            if (fits && isKey) {
                if (!names.add(name)) {
                    in.repeated();
                    out.backTo(entry);
                }
            } else {
                if (names.contains(name)) {
                    in.repeated();
                }
                out.backTo(entry);
            }
        }
        out.endBlock(mark, names.size());
        if (misfit) {
            in.misfit();
        }
        return true;
    }

    /** Whether a map can have an entry of the name that the cursor stands on: not of an earlier one of those that are the same. */
    private static boolean isKey(String name, JsonInput in) {
        return !in.isRenamed() && (in.isPlain() || Surrogates.arePaired(name));
    }

    private static boolean unwrapped(JsonInput in, AvroBytes out) {
        int start = in.valueStart();
        if (in.token() != JsonToken.START_OBJECT) {
            return json(in, out);
        }
        int onlyStart = -1;
        int onlyEnd = -1;
        int members = 0;
        while (in.nextName()) {
            boolean isValue = in.isText(VALUE);
            in.next();
            members++;
            onlyStart = members == 1 && isValue ? in.valueStart() : -1;
            onlyEnd = in.skipValue();
        }
        if (onlyStart >= 0) {
            in.copySlice(onlyStart, onlyEnd, out);
        } else {
            in.copySlice(start, in.valueEnd(), out);
        }
        return true;
    }

    private static boolean isContainer(JsonInput in) {
        return in.token() == JsonToken.START_OBJECT || in.token() == JsonToken.START_ARRAY;
    }

    private static boolean misfit(JsonInput in) {
        in.skipValue();
        in.misfit();
        return false;
    }

    /** The names of a map's entries, which most often has one. */
    private static final class Names {
        private @Nullable String first;
        private @Nullable Set<String> all;

        /** False where it is there already. */
        boolean add(String name) {
            if (first == null) {
                first = name;
                return true;
            }
            if (all == null) {
                all = new HashSet<>();
                all.add(first);
            }
            return all.add(name);
        }

        boolean contains(String name) {
            return all == null ? name.equals(first) : all.contains(name);
        }

        int size() {
            return all == null ? first == null ? 0 : 1 : all.size();
        }
    }

    /** A JSON array into an Avro array; an element that does not fit is left out and the array kept as text as well. */
    private record ArrayDecoder(Decoder element) implements Decoder {
        @Override
        public boolean read(JsonInput in, AvroBytes out) {
            if (in.token() != JsonToken.START_ARRAY) {
                return misfit(in);
            }
            int mark = out.size();
            out.skip(1);
            int items = 0;
            boolean misfit = false;
            while (in.next() != JsonToken.END_ARRAY) {
                int item = out.size();
                boolean fits = in.token() != JsonToken.VALUE_NULL && element.read(in, out);
                misfit |= in.takeMisfit() || !fits;
                if (fits) {
                    items++;
                } else {
                    out.backTo(item);
                }
            }
            out.endBlock(mark, items);
            if (misfit) {
                in.misfit();
            }
            return true;
        }
    }

    /** A record among others of an array. */
    private static final class ElementDecoder implements Decoder {
        private final RecordDecoder decoder;
        private final Slots slots;

        ElementDecoder(RecordDecoder decoder) {
            this.decoder = decoder;
            this.slots = new Slots(decoder.plan());
        }

        @Override
        public boolean read(JsonInput in, AvroBytes out) {
            if (in.token() != JsonToken.START_OBJECT) {
                return misfit(in);
            }
            int mark = out.size();
            slots.clear();
            decoder.readMembers(slots, in, out);
            int written = out.size();
            slots.write(in, out, out);
            out.moveDown(mark, written);
            return true;
        }
    }
}
