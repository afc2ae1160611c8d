package org.chatbridge.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class KafkaBrokerIT {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void shouldKeepALargeRecordOverARestartAndLeaveNoProcessBehind() throws Exception {
        byte[] large = new byte[20 * 1024 * 1024];
        new Random(1).nextBytes(large);
        ProcessHandle process;

        try (KafkaBroker broker = new KafkaBroker(0, directory)) {
            broker.start();
            String address = broker.bootstrapServers();
            createTopic(address);
            produce(address, large);

            broker.suspend();
            broker.resume();
            broker.restart();

            assertThat(broker.bootstrapServers()).isEqualTo(address);
            assertThat(consume(address)).isEqualTo(large);
            process = ProcessHandle.of(broker.pid()).orElseThrow();
            assertThatThrownBy(() -> new KafkaBroker(port(address), directory.resolve("other")).start())
                    .hasMessageContaining("port " + port(address))
                    .hasMessageContaining("in use");
        }

        process.onExit().get(10, TimeUnit.SECONDS);
        assertThat(process.isAlive()).isFalse();
        assertThat(directory.resolve("broker.log")).isNotEmptyFile();
    }

    private static int port(String address) {
        return Integer.parseInt(address.substring(address.indexOf(':') + 1));
    }

    private static void createTopic(String address) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", address))) {
            NewTopic topic =
                    new NewTopic("large", 1, (short) 1).configs(Map.of("max.message.bytes", "" + 64 * 1024 * 1024));
            admin.createTopics(List.of(topic)).all().get(20, TimeUnit.SECONDS);
        }
    }

    private static void produce(String address, byte[] value) throws Exception {
        Map<String, Object> config = Map.of(
                "bootstrap.servers", address, "max.request.size", 64 * 1024 * 1024, "buffer.memory", 96L * 1024 * 1024);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>("large", value)).get(20, TimeUnit.SECONDS);
        }
    }

    private static byte[] consume(String address) {
        Map<String, Object> config =
                Map.of("bootstrap.servers", address, "auto.offset.reset", "earliest", "group.id", "readers");
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(new TopicPartition("large", 0)));
            for (int i = 0; i < 20; i++) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
                    return record.value();
                }
            }
        }
        throw new AssertionError("no record came");
    }
}
