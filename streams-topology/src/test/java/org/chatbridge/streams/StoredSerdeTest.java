package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Map;
import org.chatbridge.avro.AgentUpdated;
import org.chatbridge.avro.Gap;
import org.chatbridge.schema.AvroSerde;
import org.chatbridge.schema.SchemaRegistry;
import org.chatbridge.schema.SchemaRegistryException;
import org.junit.jupiter.api.Test;

class StoredSerdeTest {
    private static final String TOPIC = "views-agents-changelog";

    private final AgentUpdated kept = Pushes.agent("a", "accepting_chats", Pushes.push("c1", 1, "agent_updated"));

    /** As where the registry was emptied: the record that was to be folded into it is as good as any. */
    @Test
    void shouldBlameNoRecordForAStateWhoseSchemaIsGone() {
        try (SchemaRegistry before = new SchemaRegistry("mock://stored-before", Map.of());
                SchemaRegistry emptied = new SchemaRegistry("mock://stored-emptied", Map.of())) {
            byte[] bytes = serde(before).serializer().serialize(TOPIC, kept);

            StoredSerde.UnreadableException failure = catchThrowableOfType(
                    StoredSerde.UnreadableException.class,
                    () -> serde(emptied).deserializer().deserialize(TOPIC, bytes));

            assertThat(SkipBadRecords.recordIsToBlame(failure)).isFalse();
            assertThat(failure.missing())
                    .singleElement()
                    .asString()
                    .contains("cannot get the schema with id 1", "give the schema registry back the schemas");
            emptied.register("any-value", AgentUpdated.getClassSchema());
            assertThat(failure.missing()).isEmpty();
        }
    }

    /** As where another registry has taken its place. */
    @Test
    void shouldBlameNoRecordForAStateUnderTheIdOfAnotherSchema() {
        try (SchemaRegistry before = new SchemaRegistry("mock://stored-one", Map.of());
                SchemaRegistry other = new SchemaRegistry("mock://stored-other", Map.of())) {
            byte[] bytes = serde(before).serializer().serialize(TOPIC, kept);
            other.register("any-value", Gap.getClassSchema());

            StoredSerde.UnreadableException failure = catchThrowableOfType(
                    StoredSerde.UnreadableException.class,
                    () -> serde(other).deserializer().deserialize(TOPIC, bytes));

            assertThat(SkipBadRecords.recordIsToBlame(failure)).isFalse();
            assertThat(failure.missing()).singleElement().asString().contains("the schema with id 1 is of");
        }
    }

    @Test
    void shouldTryAgainWhereTheRegistryDoesNotAnswer() {
        try (SchemaRegistry before = new SchemaRegistry("mock://stored-away", Map.of());
                SchemaRegistry away = new SchemaRegistry("http://127.0.0.1:1", Map.of())) {
            byte[] bytes = serde(before).serializer().serialize(TOPIC, kept);

            assertThat(catchThrowableOfType(
                            SchemaRegistryException.class,
                            () -> serde(away).deserializer().deserialize(TOPIC, bytes)))
                    .isNotNull();
        }
    }

    private static StoredSerde<AgentUpdated> serde(SchemaRegistry registry) {
        return new StoredSerde<>(new AvroSerde<>(registry, AgentUpdated.getClassSchema()), () -> Integer.MAX_VALUE);
    }
}
