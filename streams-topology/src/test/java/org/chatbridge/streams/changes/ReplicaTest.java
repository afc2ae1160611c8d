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
