package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Materialized;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init") // JUnit sets the fields
class FollowedTest {
    private static final Instant NOON = Instant.parse("2024-05-01T12:00:00Z");
    private static final Duration LIMIT = Duration.ofHours(12);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @TempDir
    private Path directory;

    @Test
    void shouldRemoveStoresThatFollowedLongAgo() throws IOException {
        store(NOON.minus(LIMIT));
        noteAt(NOON);

        assertThat(isRemovedAt(NOON.plus(LIMIT))).isFalse();
        assertThat(isRemovedAt(NOON.plus(LIMIT).plusMillis(1))).isTrue();
    }

    @Test
    void shouldGoByTheFilesWhereAnEarlierBuildNotedNothing() throws IOException {
        assertThat(isRemovedAt(NOON)).as("there are none").isFalse();

        store(NOON);
        Files.writeString(directory.resolve("kafka-streams-process-metadata"), "written at every start");

        assertThat(isRemovedAt(NOON.plus(LIMIT))).isFalse();
        assertThat(isRemovedAt(NOON.plus(LIMIT).plusMillis(1))).isTrue();
    }

    @Test
    void shouldGoByTheFilesWhereTheNoteWasNotWrittenToItsEnd() throws IOException {
        store(NOON);
        Files.writeString(directory.resolve("followed-until"), "2024-05-0");

        assertThat(isRemovedAt(NOON.plus(LIMIT))).isFalse();
        assertThat(isRemovedAt(NOON.plus(LIMIT).plusMillis(1))).isTrue();
    }

    @Test
    void shouldNoteNothingInTheFirstMinute() throws IOException {
        store(NOON);
        noteAt(NOON);
        Followed later = new Followed(directory, at(NOON.plus(LIMIT)));

        later.now();

        assertThat(isRemovedAt(NOON.plus(LIMIT).plusMillis(1))).isTrue();
    }

    /** It may be started anew before all is read. */
    @Test
    void shouldNotRemoveOnceMoreWhatIsReadAnew() throws IOException {
        store(NOON);
        noteAt(NOON);
        assertThat(isRemovedAt(NOON.plus(LIMIT).plusMillis(1))).isTrue();
        store(NOON.plus(LIMIT));

        assertThat(isRemovedAt(NOON.plus(LIMIT).plusMillis(2))).isFalse();
    }

    @Test
    void shouldRemoveTheStoresOfKafkaStreamsThatHasNotStarted() throws IOException {
        // given
        Properties properties = new Properties();
        properties.putAll(Map.of(
                "application.id", "views", "bootstrap.servers", "127.0.0.1:1", "state.dir", directory.toString()));
        StreamsBuilder builder = new StreamsBuilder();
        builder.table("topic", Materialized.as("store"));
        directory = directory.resolve("views");
        Path store = store(NOON);
        try (KafkaStreams streams = new KafkaStreams(builder.build(), properties)) {
            // when
            new Followed(directory, at(NOON.plus(LIMIT).plusMillis(1))).removeOlderThan(LIMIT, streams::cleanUp);

            // then
            assertThat(store).doesNotExist();
        }
    }

    private Path store(Instant written) throws IOException {
        Path file = directory.resolve("0_0").resolve("rocksdb").resolve("threads");
        Files.createDirectories(file.getParent());
        Files.writeString(file, "rows");
        return Files.setLastModifiedTime(file, FileTime.from(written));
    }

    private void noteAt(Instant moment) {
        // It began a minute before.
        Iterator<Instant> moments = List.of(moment.minus(MINUTE), moment).iterator();
        new Followed(directory, moments::next).now();
    }

    private boolean isRemovedAt(Instant moment) {
        boolean[] removed = {false};
        new Followed(directory, at(moment)).removeOlderThan(LIMIT, () -> removed[0] = true);
        return removed[0];
    }

    private static InstantSource at(Instant moment) {
        return InstantSource.fixed(moment);
    }
}
