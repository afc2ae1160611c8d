package org.chatbridge.bridge.convert;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.avro.LogicalType;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.chatbridge.schema.Nullables;
import org.jspecify.annotations.Nullable;

/**
 * The oracle for "no scalar is dropped": the scalars of a JSON value, and those of a record with its JSON texts opened.
 * Shares no code with the conversion.
 */
public final class Leaves {
    private static final ObjectMapper JSON = JsonMapper.builder(MalformedJson.FACTORY)
            .enable(com.fasterxml.jackson.databind.DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private Leaves() {}

    /** Scalars of {@code json} that {@code record} does not have, each as often as it is missing. */
    public static List<JsonNode> missing(JsonNode json, IndexedRecord record) {
        return missing(ofJson(json), record);
    }

    /** The same of scalars. */
    static List<JsonNode> missing(List<JsonNode> leaves, IndexedRecord record) {
        List<Object> kept = new ArrayList<>();
        ofAvro(record, record.getSchema(), null, kept);
        List<JsonNode> missing = new ArrayList<>(leaves);
        List<String> texts = new ArrayList<>();
        for (Object value : kept) {
            if (value instanceof Instant instant) {
                missing.stream()
                        .filter(leaf -> instantsOf(leaf).contains(instant))
                        .findFirst()
                        .ifPresent(missing::remove);
            } else {
                texts.add(canonical(value instanceof JsonNode node ? node.asText() : value.toString()));
            }
        }
        missing.removeIf(leaf -> texts.remove(canonical(leaf.asText())));
        return missing;
    }

    /** The same of a JSON value that should hold the other. */
    static List<JsonNode> missing(JsonNode json, JsonNode kept) {
        List<JsonNode> missing = new ArrayList<>(ofJson(json));
        ofJson(kept).stream().map(leaf -> canonical(leaf.asText())).forEach(text -> missing.stream()
                .filter(leaf -> canonical(leaf.asText()).equals(text))
                .findFirst()
                .ifPresent(missing::remove));
        return missing;
    }

    static List<JsonNode> ofJson(JsonNode json) {
        List<JsonNode> leaves = new ArrayList<>();
        collect(json, leaves);
        return leaves;
    }

    /** The scalars of a JSON text, also those of members that an object repeats. */
    static List<JsonNode> ofText(String json) {
        List<JsonNode> leaves = new ArrayList<>();
        try (JsonParser parser = JSON.createParser(json)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token.isScalarValue() && token != JsonToken.VALUE_NULL) {
                    leaves.add(JSON.<JsonNode>readTree(parser));
                }
            }
        } catch (IOException e) {
            throw new AssertionError("not JSON: " + json, e);
        }
        return leaves;
    }

    private static void collect(JsonNode json, List<JsonNode> leaves) {
        if (json.isContainerNode()) {
            json.forEach(child -> collect(child, leaves));
        } else if (!json.isNull() && !json.isMissingNode()) {
            leaves.add(json);
        }
    }

    private static void ofAvro(
            @Nullable Object value, Schema declared, Schema.@Nullable Field field, List<Object> leaves) {
        Schema schema = Nullables.valueOf(declared);
        if (value == null) {
            return;
        }
        switch (schema.getType()) {
            case RECORD -> {
                IndexedRecord record = (IndexedRecord) value;
                for (Schema.Field member : schema.getFields()) {
                    if (!member.name().equals("push")) {
                        ofAvro(record.get(member.pos()), member.schema(), member, leaves);
                    }
                }
            }
            case ARRAY -> ((Collection<?>) value).forEach(item -> ofAvro(item, schema.getElementType(), null, leaves));
            case MAP -> {
                boolean json = field != null
                        && (field.getProp("livechat.form") != null
                                || field.name().equals("extra"));
                ((Map<?, ?>) value).values().forEach(item -> {
                    if (item instanceof Map<?, ?> names) {
                        names.values().forEach(text -> leaves.addAll(ofText(String.valueOf(text))));
                    } else if (json) {
                        leaves.addAll(ofText(String.valueOf(item)));
                    } else {
                        ofAvro(item, schema.getValueType(), null, leaves);
                    }
                });
            }
            case STRING -> {
                if (field != null && "json".equals(field.getProp("livechat.form"))) {
                    leaves.addAll(ofText(value.toString()));
                } else {
                    leaves.add(value.toString());
                }
            }
            case LONG -> {
                LogicalType logical = schema.getLogicalType();
                leaves.add(logical == null ? value : Instant.EPOCH.plus((Long) value, ChronoUnit.MICROS));
            }
            default -> leaves.add(value);
        }
    }

    /** One form for a scalar, whether it was written as a string, a number or a literal. */
    private static String canonical(String text) {
        if (isNumber(text)) {
            return new BigDecimal(text).stripTrailingZeros().toString();
        }
        return text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false") ? text.toLowerCase(Locale.ROOT) : text;
    }

    private static List<Instant> instantsOf(JsonNode leaf) {
        String text = leaf.asText();
        try {
            if (isNumber(text)) {
                long number = new BigDecimal(text).longValueExact();
                List<Instant> candidates = new ArrayList<>();
                candidates.add(Instant.EPOCH.plus(number, ChronoUnit.MICROS));
                candidates.add(Instant.ofEpochMilli(number));
                if (Math.abs(number) < 1_000_000_000_000L) {
                    candidates.add(Instant.ofEpochSecond(number));
                }
                return candidates;
            }
            return List.of(OffsetDateTime.parse(text.toUpperCase(Locale.ROOT)).toInstant());
        } catch (ArithmeticException | DateTimeParseException e) {
            return List.of();
        }
    }

    private static boolean isNumber(String text) {
        return text.matches("-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d{1,3})?");
    }

    /** The value of a JSON text, numbers exact. */
    public static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new AssertionError("not JSON: " + json, e);
        }
    }
}
