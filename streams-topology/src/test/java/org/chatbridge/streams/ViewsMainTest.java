package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.kstream.Materialized;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ViewsMainTest {
    @Test
    void shouldNameTheStateDirThatAnotherInstanceUses(@TempDir Path directory) {
        // given
        Properties properties = new Properties();
        properties.putAll(Map.of(
                "application.id", "views", "bootstrap.servers", "127.0.0.1:1", "state.dir", directory.toString()));
        StreamsBuilder builder = new StreamsBuilder();
        builder.table("topic", Materialized.as("store"));
        try (KafkaStreams first = new KafkaStreams(builder.build(), properties)) {
            assertThat(first.state()).isEqualTo(KafkaStreams.State.CREATED);

            // when
            StreamsException refused =
                    catchThrowableOfType(StreamsException.class, () -> new KafkaStreams(builder.build(), properties));

            // then
            assertThat(ViewsMain.whatIsWrong(refused, "/var/views"))
                    .startsWith("state.dir=/var/views: expected a directory that can be written"
                            + " and that no other instance uses: ");
        }
    }

    @Test
    void shouldRepeatWhatElseKafkaStreamsRefuses() {
        assertThat(ViewsMain.whatIsWrong(new ConfigException("no"), "/var/views"))
                .isEqualTo("Kafka Streams cannot start: no");
    }
}
