package org.chatbridge.bridge.convert;

import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.chatbridge.schema.Nullables;
import org.jspecify.annotations.Nullable;

/** Makes the decoder of a field from its schema, and holds those of all types but records. */
final class Decoders {
    private Decoders() {}

    /**
     * The decoder of a field.
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
            case "json" -> schema.getType() == Schema.Type.MAP ? Decoders::jsonByName : JsonInput::json;
            case "properties" -> Decoders::properties;
            default -> throw new IllegalArgumentException(field.name() + ": unknown livechat.form " + form);
        };
    }

    private static Decoder of(Schema schema) {
        return switch (schema.getType()) {
            case STRING -> Decoders::string;
            case BOOLEAN -> Decoders::bool;
            case LONG -> schema.getLogicalType() == null ? Decoders::number : Decoders::instant;
            case RECORD -> new RecordDecoder(schema);
            case ARRAY -> new ArrayDecoder(schema, of(schema.getElementType()));
            case MAP -> Decoders::stringByName;
            default -> throw new IllegalArgumentException("no decoder for " + schema);
        };
    }

    private static @Nullable Object string(JsonInput in) throws IOException {
        if (in.token() == JsonToken.VALUE_NULL) {
            return null;
        }
        if (isContainer(in)) {
            return misfit(in);
        }
        String text = in.text();
        if (Surrogates.arePaired(text)) {
            return text;
        }
        in.misfit();
        return Surrogates.replaceUnpaired(text);
    }

    private static @Nullable Object bool(JsonInput in) throws IOException {
        if (in.token() == JsonToken.VALUE_TRUE || in.token() == JsonToken.VALUE_FALSE) {
            return in.token() == JsonToken.VALUE_TRUE;
        }
        if (in.token() == JsonToken.VALUE_STRING) {
            String text = in.text().toLowerCase(Locale.ROOT);
            if (text.equals("true") || text.equals("false")) {
                return text.equals("true");
            }
        }
        return misfit(in);
    }

    private static @Nullable Object number(JsonInput in) throws IOException {
        Long value = wholeNumber(in);
        return value == null ? misfit(in) : value;
    }

    private static @Nullable Object instant(JsonInput in) throws IOException {
        Long number = wholeNumber(in);
        Long micros = null;
        if (number != null) {
            micros = Instants.micros(number);
        } else if (in.token() == JsonToken.VALUE_STRING) {
            micros = Instants.micros(in.text());
        }
        return micros == null ? misfit(in) : micros;
    }

    private static @Nullable Long wholeNumber(JsonInput in) throws IOException {
        JsonToken token = in.token();
        if (token == JsonToken.VALUE_STRING) {
            return Numbers.wholeInString(in.text());
        }
        return token != null && token.isNumeric() ? in.wholeNumber() : null;
    }

    private static @Nullable Object stringByName(JsonInput in) throws IOException {
        return byName(in, Decoders::string);
    }

    private static @Nullable Object jsonByName(JsonInput in) throws IOException {
        return byName(in, JsonInput::json);
    }

    /** PROTOCOL 3.8: namespace to name to value, the values wrapped in an object of their own or not. */
    private static @Nullable Object properties(JsonInput in) throws IOException {
        return byName(in, namespace -> byName(namespace, Decoders::unwrapped));
    }

    private static @Nullable Object byName(JsonInput in, Decoder values) throws IOException {
        if (in.token() == JsonToken.VALUE_NULL) {
            return null;
        }
        if (in.token() != JsonToken.START_OBJECT) {
            return misfit(in);
        }
        Map<String, Object> map = new HashMap<>();
        boolean misfit = false;
        String name = in.nextName();
        while (name != null) {
            in.next();
            Object value = values.read(in);
            misfit |= in.takeMisfit() || !Surrogates.arePaired(name);
            if (map.containsKey(name)) {
                in.repeated();
            }
            if (value != null && Surrogates.arePaired(name)) {
                map.put(name, value);
            }
            name = in.nextName();
        }
        if (misfit) {
            in.misfit();
        }
        return map;
    }

    private static String unwrapped(JsonInput in) throws IOException {
        if (in.token() != JsonToken.START_OBJECT) {
            return in.json();
        }
        int start = in.valueStart();
        String only = null;
        int members = 0;
        String name = in.nextName();
        while (name != null) {
            in.next();
            members++;
            if (members == 1 && name.equals("value")) {
                only = in.json();
            } else {
                only = null;
                in.skipValue();
            }
            name = in.nextName();
        }
        return only != null ? only : in.slice(start, in.valueEnd());
    }

    private static boolean isContainer(JsonInput in) {
        return in.token() == JsonToken.START_OBJECT || in.token() == JsonToken.START_ARRAY;
    }

    private static @Nullable Object misfit(JsonInput in) throws IOException {
        in.skipValue();
        in.misfit();
        return null;
    }

    /** A JSON array into an Avro array; an element that does not fit is left out and the array kept as text as well. */
    private record ArrayDecoder(Schema schema, Decoder element) implements Decoder {
        @Override
        public @Nullable Object read(JsonInput in) throws IOException {
            if (in.token() != JsonToken.START_ARRAY) {
                return misfit(in);
            }
            List<Object> values = new ArrayList<>();
            boolean misfit = false;
            while (in.next() != JsonToken.END_ARRAY) {
                Object value = in.token() == JsonToken.VALUE_NULL ? null : element.read(in);
                misfit |= in.takeMisfit() || value == null;
                if (value != null) {
                    values.add(value);
                }
            }
            if (misfit) {
                in.misfit();
            }
            return new GenericData.Array<>(schema, values);
        }
    }
}
