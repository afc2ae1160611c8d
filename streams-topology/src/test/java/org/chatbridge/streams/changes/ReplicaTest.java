package org.chatbridge.streams.changes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.chatbridge.schema.ViewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplicaTest {
    private static final Layout LAYOUT = new Layout(
            "cluster", List.of(new Layout.Topic(ViewTopic.AGENTS, "view.agents", "id", 1, FakeTopics.KEPT_MS)));
    private static final long MINUTE = 1_000;

    @Test
    void shouldTellWhichRowsThereAre(@TempDir Path directory) {
        try (Replica replica = new Replica(SortedStore.openOrAnew(directory))) {
            replica.open(LAYOUT, new long[1], new long[1], MINUTE);
            replica.take(
                    List.of(
                            new LogRecord(0, 0, 0, new byte[] {'a'}, new byte[] {1}),
                            new LogRecord(0, 0, 1, new byte[] {'b'}, new byte[] {1}),
                            new LogRecord(0, 0, 2, new byte[] {'b'}, null)),
                    new long[] {3},
                    MINUTE,
                    null);

            assertThat(replica.has("agents", new byte[] {'a'})).isTrue();
            assertThat(replica.has("agents", new byte[] {'b'})).as("it went").isFalse();
            assertThat(replica.has("agents", new byte[] {'c'})).isFalse();
            assertThat(replica.has("threads", new byte[] {'a'})).isFalse();
        }
    }

    @Test
    void shouldForgetAllRowsThatWentLongAgo(@TempDir Path directory) {
        try (Replica replica = new Replica(SortedStore.openOrAnew(directory))) {
            // given
            replica.open(LAYOUT, new long[1], new long[1], MINUTE);
            int gone = 2_500;
            List<LogRecord> records = new ArrayList<>();
            for (int i = 0; i < gone; i++) {
                records.add(new LogRecord(0, 0, i, new byte[] {(byte) (i >> 8), (byte) i}, null));
            }
            replica.take(records, new long[] {gone}, MINUTE, null);
            replica.take(
                    List.of(new LogRecord(0, 0, gone, new byte[] {'x'}, null)),
                    new long[] {gone + 1},
                    MINUTE + 1,
                    null);

            // when
            replica.followed(MINUTE + Replica.GONE_KEPT_MINUTES + 1);
            while (replica.forget()) {
                assertThat(replica.knowsSince()).isEqualTo(MINUTE + 1);
            }

            // then
            assertThat(replica.knowsSince()).isEqualTo(MINUTE + 1);
            try (ReplicaReading reading = replica.read(LAYOUT)) {
                assertThat(reading.changes(0, 0, 0, key -> true, Integer.MAX_VALUE))
                        .map(LogRecord::offset)
                        .containsExactly((long) gone);
            }
        }
    }
}
