package org.chatbridge.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.SerializationException;
import org.chatbridge.avro.AgentUpdated;
import org.chatbridge.avro.Ban;
import org.chatbridge.avro.CustomerBanned;
import org.chatbridge.avro.Push;
import org.junit.jupiter.api.Test;

class AvroSerdeTest {
    private static final String TOPIC = "livechat.customer-banned";

    private final SchemaRegistry registry = new SchemaRegistry("mock://avro-serde-test", Map.of());
    private final AvroSerde<CustomerBanned> serde = new AvroSerde<>(registry, CustomerBanned.getClassSchema());

    @Test
    void shouldReadBackWhatItWrote() {
        CustomerBanned banned = banned();

        byte[] bytes = serde.serializer().serialize(TOPIC, banned);

        assertThat(serde.deserializer().deserialize(TOPIC, bytes)).isEqualTo(banned);
    }

    @Test
    void shouldBeginWithZeroAndTheSchemasId() {
        byte[] bytes = serde.serializer().serialize(TOPIC, banned());

        int id = registry.register(TopicNames.subject(TOPIC), CustomerBanned.getClassSchema());
        assertThat(bytes).startsWith(0);
        assertThat(ByteBuffer.wrap(bytes, 1, 4).getInt()).isEqualTo(id);
        assertThat(registry.byId(id)).isEqualTo(CustomerBanned.getClassSchema());
    }

    @Test
    void shouldLeaveATombstoneATombstone() {
        assertThat(serde.serializer().serialize(TOPIC, null)).isNull();
        assertThat(serde.deserializer().deserialize(TOPIC, (byte[]) null)).isNull();
    }

    @Test
    void shouldSayWhatIsWrongWithOtherBytes() {
        assertThatThrownBy(() -> serde.deserializer().deserialize(TOPIC, new byte[] {'{', '}', 0, 0, 0, 0}))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining(TOPIC)
                .hasMessageContaining("the first is 123 instead of 0");
    }

    @Test
    void shouldNotTakeAnotherRecordForItsOwn() {
        int id = registry.register("other-value", AgentUpdated.getClassSchema());
        byte[] bytes = serde.serializer().serialize(TOPIC, banned());
        ByteBuffer.wrap(bytes).putInt(1, id);

        assertThatThrownBy(() -> serde.deserializer().deserialize(TOPIC, bytes))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("AgentUpdated")
                .hasMessageContaining("CustomerBanned");
    }

    @Test
    void shouldAskAnewForAnIdThatWasAnotherRecords() throws IOException {
        try (StubRegistry stub = new StubRegistry();
                SchemaRegistry other = new SchemaRegistry(stub.url(), Map.of())) {
            byte[] bytes = serde.serializer().serialize(TOPIC, banned());
            ByteBuffer.wrap(bytes).putInt(1, 5);
            stub.says("/schemas/ids/5", 200, answer(AgentUpdated.getClassSchema()));
            other.byId(5);

            stub.says("/schemas/ids/5", 200, answer(CustomerBanned.getClassSchema()));
            AvroSerde<CustomerBanned> reading = new AvroSerde<>(other, CustomerBanned.getClassSchema());
            assertThat(reading.deserializer().deserialize(TOPIC, bytes)).isEqualTo(banned());
        }
    }

    @Test
    void shouldBlameTheValueForASchemaThatIsNoAvro() throws IOException {
        try (StubRegistry stub = new StubRegistry();
                SchemaRegistry other = new SchemaRegistry(stub.url(), Map.of())) {
            byte[] bytes = serde.serializer().serialize(TOPIC, banned());
            ByteBuffer.wrap(bytes).putInt(1, 5);
            stub.says("/schemas/ids/5", 200, "{\"schemaType\":\"JSON\",\"schema\":\"{}\"}");
            AvroSerde<CustomerBanned> reading = new AvroSerde<>(other, CustomerBanned.getClassSchema());

            assertThatThrownBy(() -> reading.deserializer().deserialize(TOPIC, bytes))
                    .isInstanceOf(SerializationException.class)
                    .hasMessageContaining("the schema with id 5 is of unparsable.JSON");
            stub.isGone();
            assertThatThrownBy(() -> reading.deserializer().deserialize(TOPIC, bytes))
                    .isInstanceOf(SerializationException.class);
        }
    }

    private static String answer(Schema schema) {
        return "{\"schema\":\"" + schema.toString().replace("\\", "\\\\").replace("\"", "\\\"") + "\"}";
    }

    private static CustomerBanned banned() {
        return CustomerBanned.newBuilder()
                .setPush(Push.newBuilder()
                        .setReceivedAt(Instant.parse("2026-11-22T09:00:00.123456Z"))
                        .setConnectionId("c-1")
                        .setSequence(7)
                        .setOrigin("live")
                        .setApiVersion("0.2")
                        .setAction("customer_banned")
                        .build())
                .setCustomerId("k-1")
                .setBan(Ban.newBuilder().setDays(3L).build())
                .setExtra(Map.of("until", "\"x\""))
                .build();
    }
}
