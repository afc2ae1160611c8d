package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Map;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.errors.StreamsException;
import org.chatbridge.schema.SchemaRegistry;
import org.chatbridge.schema.SchemaRegistryException;
import org.junit.jupiter.api.Test;

class SkipBadRecordsTest {
    @Test
    void shouldBlameTheRecordForWhatWouldFailAgain() {
        assertThat(SkipBadRecords.recordIsToBlame(new SerializationException("no Avro")))
                .isTrue();
        assertThat(SkipBadRecords.recordIsToBlame(new IllegalStateException("a fold")))
                .isTrue();
    }

    @Test
    void shouldBlameTheRecordForASchemaThatDoesNotExist() {
        try (SchemaRegistry registry = new SchemaRegistry("mock://skip-bad-records", Map.of())) {
            assertThat(SkipBadRecords.recordIsToBlame(
                            catchThrowableOfType(SchemaRegistryException.class, () -> registry.byId(99))))
                    .isTrue();
        }
    }

    @Test
    void shouldNotBlameTheRecordForARegistryThatIsAway() {
        try (SchemaRegistry registry = new SchemaRegistry("http://127.0.0.1:1", Map.of())) {
            SchemaRegistryException away = catchThrowableOfType(SchemaRegistryException.class, () -> registry.byId(1));
            assertThat(SkipBadRecords.recordIsToBlame(away)).isFalse();
            assertThat(SkipBadRecords.recordIsToBlame(new IllegalStateException(away)))
                    .isFalse();
        }
    }

    @Test
    void shouldNotBlameTheRecordForKafka() {
        assertThat(SkipBadRecords.recordIsToBlame(new StreamsException("the store is closed")))
                .isFalse();
    }
}
