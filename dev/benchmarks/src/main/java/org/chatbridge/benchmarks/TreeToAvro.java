package org.chatbridge.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/** A Jackson tree into a generic record, member by member of the schema; what it does not know is dropped. */
final class TreeToAvro {
    private static final long MICROS_FROM = 100_000_000_000_000L;

    private TreeToAvro() {}

    static GenericRecord record(Schema schema, JsonNode object) {
        GenericRecord record = new GenericData.Record(schema);
        for (Schema.Field field : schema.getFields()) {
            Object value = field.name().equals("extra") ? Map.of() : value(field.schema(), object.get(field.name()));
            record.put(field.pos(), value);
        }
        return record;
    }

    private static @Nullable Object value(Schema schema, @Nullable JsonNode node) {
        if (node == null || node.isNull()) {
            return null;
        }
        return switch (schema.getType()) {
            case UNION ->
                value(schema.getTypes().get(schema.getTypes().get(0).getType() == Schema.Type.NULL ? 1 : 0), node);
            case RECORD -> node.isObject() ? record(schema, node) : null;
            case ARRAY -> {
                List<Object> list = new ArrayList<>(node.size());
                for (JsonNode element : node) {
                    Object value = value(schema.getElementType(), element);
                    if (value != null) {
                        list.add(value);
                    }
                }
                yield list;
            }
            case MAP -> {
                Map<String, Object> map = new HashMap<>();
                for (Map.Entry<String, JsonNode> member : node.properties()) {
                    Object value = value(schema.getValueType(), member.getValue());
                    if (value != null) {
                        map.put(member.getKey(), value);
                    }
                }
                yield map;
            }
            case LONG -> schema.getLogicalType() == null ? (Object) node.asLong() : micros(node);
            case BOOLEAN -> node.asBoolean();
            case STRING -> node.isTextual() ? node.textValue() : node.toString();
            default -> throw new IllegalArgumentException("no value for " + schema);
        };
    }

    private static long micros(JsonNode node) {
        if (node.isTextual()) {
            return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(node.textValue()));
        }
        return node.asLong() < MICROS_FROM ? node.asLong() * 1_000_000 : node.asLong();
    }
}
