package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class DeletedUnreadTest {
    private static final TopicPartition GAPS = new TopicPartition("livechat.gaps", 0);
    private static final TopicPartition OTHER = new TopicPartition("livechat.snapshots", 1);

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final DeletedUnread deleted = new DeletedUnread(meters, List.of(GAPS.topic(), OTHER.topic()));

    @Test
    void shouldCountOnceWhatWasDeletedUnread() {
        assertThat(count(GAPS)).as("there from the start").isZero();

        deleted.measured(Map.of(GAPS, 100L, OTHER, 5L), Map.of(GAPS, 40L, OTHER, 5L));
        deleted.measured(Map.of(GAPS, 100L, OTHER, 5L), Map.of(GAPS, 40L, OTHER, 7L));
        assertThat(count(GAPS)).isEqualTo(60);
        assertThat(count(OTHER)).isZero();

        deleted.measured(Map.of(GAPS, 110L), Map.of(GAPS, 40L));
        assertThat(count(GAPS)).isEqualTo(70);
    }

    /** As before anything was read, or where Kafka does not tell of a partition. */
    @Test
    void shouldCountNothingWhereItIsNotKnown() {
        deleted.measured(Map.of(GAPS, 100L), Map.of(OTHER, 3L));

        assertThat(count(GAPS) + count(OTHER)).isZero();
    }

    /** Partitions begin later and later, and what was read goes on, from where they begin at the least. */
    @Property
    void shouldCountEachRecordThatWasSkipped(
            @ForAll @Size(max = 20) List<@LongRange(max = 50) Long> deletions, @ForAll @LongRange(max = 50) long step) {
        SimpleMeterRegistry own = new SimpleMeterRegistry();
        DeletedUnread unread = new DeletedUnread(own, List.of(GAPS.topic()));
        long begins = 0;
        long next = 0;
        long skipped = 0;
        for (long more : deletions) {
            begins += more;
            unread.measured(Map.of(GAPS, begins), Map.of(GAPS, next));
            skipped += Math.max(0, begins - next);
            next = Math.max(begins, next) + step;
        }
        assertThat(own.get(Names.RECORDS_DELETED).counter().count()).isEqualTo((double) skipped);
    }

    private double count(TopicPartition partition) {
        return meters.get(Names.RECORDS_DELETED)
                .tag("topic", partition.topic())
                .counter()
                .count();
    }
}
