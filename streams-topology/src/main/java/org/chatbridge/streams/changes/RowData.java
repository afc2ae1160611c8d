package org.chatbridge.streams.changes;

import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.chatbridge.program.Json;
import org.chatbridge.schema.AvroSerde;
import org.chatbridge.schema.SchemaRegistry;
import org.chatbridge.schema.ViewTopic;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an event tells of a row: {@code {"view":"agents","key":"a1","row":{…}}}, the row null where it is gone. */
final class RowData {
    private static final Logger LOG = LoggerFactory.getLogger(RowData.class);

    private final Map<ViewTopic, Deserializer<SpecificRecord>> deserializers = new EnumMap<>(ViewTopic.class);
    private final RowMembers members;
    private final Predicate<RuntimeException> recordIsToBlame;

    /** @param recordIsToBlame whether a record that cannot be read never will be; else the registry does not answer */
    RowData(
            List<ViewTopic> views,
            SchemaRegistry registry,
            RowMembers members,
            Predicate<RuntimeException> recordIsToBlame) {
        views.forEach(
                view -> deserializers.put(view, new AvroSerde<SpecificRecord>(registry, view.schema()).deserializer()));
        this.members = members;
        this.recordIsToBlame = recordIsToBlame;
    }

    /**
     * JSON in one line; null where the value is not a row, which is logged.
     *
     * @throws RuntimeException where the registry does not tell the schema now
     */
    byte @Nullable [] of(Layout layout, LogRecord record) {
        Layout.Topic topic = layout.topics().get(record.topic());
        try {
            SpecificRecord row = record.value() == null
                    ? null
                    : Objects.requireNonNull(deserializers.get(topic.view())).deserialize(topic.name(), record.value());
            return inOneLine(Json.bytes(json -> {
                json.writeStartObject();
                json.writeStringField("view", topic.view().view());
                json.writeStringField("key", new String(record.key(), StandardCharsets.UTF_8));
                if (row == null) {
                    json.writeNullField("row");
                } else {
                    json.writeObjectFieldStart("row");
                    members.writeTo(row, json);
                    json.writeEndObject();
                }
                json.writeEndObject();
            }));
        } catch (RuntimeException e) {
            if (!recordIsToBlame.test(e)) {
                throw e;
            }
            LOG.warn(
                    "the record at {}-{}@{} is no row, readers of changes do not see it: {}",
                    topic.name(),
                    record.partition(),
                    record.offset(),
                    e.toString());
            return null;
        }
    }

    /** JSON text that LiveChat sent may have line ends between its tokens; inside a string they are escaped. */
    private static byte[] inOneLine(byte[] json) {
        for (int i = 0; i < json.length; i++) {
            if (json[i] == '\n' || json[i] == '\r') {
                json[i] = ' ';
            }
        }
        return json;
    }
}
