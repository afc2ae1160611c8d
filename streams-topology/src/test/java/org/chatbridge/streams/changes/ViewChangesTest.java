package org.chatbridge.streams.changes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.chatbridge.program.HttpProblem;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ViewChangesTest {
    private static final String ALL = "agents,customers";

    private final Random random = new Random(1);
    private final FakeTopics topics = new FakeTopics(Instance.VIEWS);
    private final World world = new World(topics, random, 20);
    private final List<Instance> instances = new ArrayList<>();

    @TempDir
    private Path directory;

    @AfterEach
    void stop() {
        instances.forEach(Instance::close);
    }

    @Test
    void shouldTellTheRowsThenThatItIsLiveThenChanges() {
        // given
        world.change(100);
        Instance instance = start("one");
        TableReader reader = new TableReader(ALL);

        // when
        reader.connect(instance.changes, -1);
        Instance.await(() -> reader.lives() == 1);

        // then
        assertThat(reader.table()).isEqualTo(world.rows());
        assertThat(reader.rows()).isEqualTo(world.rows().size());
        assertThat(reader.changes()).isZero();

        // when
        world.change(50);

        // then
        Instance.await(() -> reader.table().equals(world.rows()));
        assertThat(reader.changes()).isPositive();
        assertThat(reader.rows()).isLessThanOrEqualTo(40);
    }

    @Test
    void shouldBeLiveAtOnceWhereThereAreNoRows() {
        Instance instance = start("one");
        TableReader reader = new TableReader("customers");

        reader.connect(instance.changes, -1);

        Instance.await(() -> reader.lives() == 1);
        assertThat(reader.table()).isEmpty();
    }

    @Test
    void shouldGoOnFromTheDiskAfterAStart() {
        // given
        world.change(200);
        Instance first = start("one");
        TableReader reader = new TableReader(ALL);
        reader.connect(first.changes, -1);
        Instance.await(() -> reader.lives() == 1);
        first.close();
        reader.disconnect();
        world.change(60);

        // when
        Instance second = start("one");
        reader.connect(second.changes, -1);

        // then
        Instance.await(() -> reader.table().equals(world.rows()));
        assertThat(reader.resets()).isZero();
        assertThat(reader.lives()).as("no rows again").isEqualTo(1);
        assertThat(second.count(ChangesMetrics.FROM_REPLICA)).isEqualTo(1);
    }

    @Test
    void shouldBeginAnewWhereTheTopicsWereMadeAnew() {
        // given
        world.change(200);
        Instance first = start("one");
        TableReader reader = new TableReader(ALL);
        reader.connect(first.changes, -1);
        Instance.await(() -> reader.lives() == 1);
        first.close();
        reader.disconnect();
        topics.makeAnew();
        topics.add(0, new byte[] {'x'}, Instance.row(0, "x", 1));

        // when
        Instance second = start("one");
        reader.connect(second.changes, -1);

        // then
        Instance.await(() -> reader.lives() == 2);
        assertThat(reader.resets()).isEqualTo(1);
        assertThat(reader.table()).containsOnlyKeys("agents/x");
    }

    @Test
    void shouldBeginAnewWhereWordOfGoneRowsMayBeGone() {
        // given
        world.change(200);
        Instance first = start("one");
        TableReader reader = new TableReader(ALL);
        reader.connect(first.changes, -1);
        Instance.await(() -> reader.lives() == 1);
        first.close();
        reader.disconnect();
        world.change(100);
        topics.compact(0, true);

        // when
        Instance second = start("one", Instance.LARGE_RING, Clock.offset(Instance.CLOCK, Duration.ofHours(30)));
        reader.connect(second.changes, -1);

        // then
        Instance.await(() -> reader.lives() == 2);
        assertThat(reader.resets()).isEqualTo(1);
        assertThat(reader.table()).isEqualTo(world.rows());
    }

    @Test
    void shouldLoseNoRowWhereKafkaHasRemovedARecordThatIsThereAgain() {
        // given
        Instance whole = start("whole");
        TableReader reader = live(whole, "agents");
        reader.disconnect();
        tellAgent('a', 1);
        tellAgent('d', 1);
        tellAgent('a', 1);
        TableReader other = live(whole, "agents");
        Instance.await(() -> other.table().size() == 2 && isUpToDate(whole));
        topics.compact(0, false);

        // when it goes on where "a" comes after "d", and then where it came before
        Instance compacted = start("compacted");
        reader.connect(compacted.changes, 3); // how soon to retry, the freshness, a change
        Instance.await(() -> !reader.isConnected());
        assertThat(reader.table()).containsOnlyKeys("agents/d");
        reader.connect(whole.changes, -1);

        // then
        Instance.await(() -> reader.table().equals(other.table()));
    }

    @Test
    void shouldLoseNoRowWhereOnlyOneInstanceTakesARecordForAChange() {
        // given
        Instance whole = start("whole");
        TableReader reader = live(whole, "agents");
        reader.disconnect();
        tellAgent('a', 1);
        tellAgent('g', 1);
        tellAgent('g', 2);
        TableReader other = live(whole, "agents");
        Instance.await(() -> other.table().size() == 2 && isUpToDate(whole));
        topics.compact(0, false);

        // and what was told when a record was missing is told again: "a" comes after "d" in one, and before in the
        // other
        Instance compacted = start("compacted");
        TableReader third = live(compacted, "agents");
        tellAgent('d', 1);
        tellAgent('a', 1);
        Instance.await(() -> third.changes() == 2 && other.table().size() == 3 && isUpToDate(whole));

        // when
        reader.connect(compacted.changes, 4); // how soon to retry, the freshness, "g", "d"
        Instance.await(() -> !reader.isConnected());
        assertThat(reader.table()).containsOnlyKeys("agents/d", "agents/g");
        reader.connect(whole.changes, -1);

        // then
        Instance.await(() -> reader.table().equals(other.table()));
    }

    @Test
    void shouldKnowThatAReaderHasForgottenAll() {
        // given
        world.change(100);
        Instance whole = start("whole");
        TableReader reader = live(whole, ALL);
        reader.disconnect();

        // when it is told to forget, and cut at once
        Instance late = start("late", Instance.LARGE_RING, Clock.offset(Instance.CLOCK, Duration.ofHours(13)));
        reader.connect(late.changes, 3); // how soon to retry, the freshness, the word to forget
        Instance.await(() -> !reader.isConnected());
        assertThat(reader.resets()).isEqualTo(1);
        assertThat(reader.table()).isEmpty();
        reader.connect(whole.changes, -1);

        // then
        Instance.await(() -> reader.table().equals(world.rows()));
    }

    @Test
    void shouldNotTakeWhatIsToldLaterForWhatIsNewer() {
        // given an instance that has heard nothing from Kafka since it was at the end of the topics
        AtomicInteger hours = new AtomicInteger();
        world.change(100);
        Instance away = start("away", Instance.LARGE_RING, new Clock() {
            @Override
            public Instant instant() {
                return Instance.CLOCK.instant().plus(Duration.ofHours(hours.get()));
            }

            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }
        });
        hours.set(20);
        TableReader reader = live(away, ALL);
        reader.disconnect();

        // when it goes on where the last twelve hours are known for sure
        Instance fresh = start("fresh", Instance.LARGE_RING, Clock.offset(Instance.CLOCK, Duration.ofHours(20)));
        reader.connect(fresh.changes, -1);

        // then
        Instance.await(() -> reader.lives() == 2);
        assertThat(reader.resets()).isEqualTo(1);
        assertThat(reader.table()).isEqualTo(world.rows());
    }

    @Test
    void shouldForgetRowsThatWentADayAgo() {
        // given
        Instance first = start("one");
        topics.add(0, new byte[] {'x'}, Instance.row(0, "x", 1));
        topics.add(0, new byte[] {'x'}, null);
        TableReader early = new TableReader(ALL);
        early.connect(first.changes, -1);
        Instance.await(() -> early.lives() == 1);
        first.close();
        try (SortedStore store = SortedStore.open(directory.resolve("one"));
                Replica replica = new Replica(store)) {
            Layout layout = topics.reader(random).layout();
            long later = Era.minutes(Instance.CLOCK) + 12 * 60;
            replica.open(layout, new long[layout.size()], topics.reader(random).ends(), later);
            replica.followed(later + Replica.GONE_KEPT_MINUTES);
            replica.forget();

            // then
            try (ReplicaReading reading = replica.read(layout)) {
                for (int partition = 0; partition < FakeTopics.PARTITIONS; partition++) {
                    assertThat(reading.changes(0, partition, 0, key -> true, 1_000))
                            .isEmpty();
                }
            }
            assertThat(replica.knowsSince()).isGreaterThan(Era.minutes(Instance.CLOCK));
        }
    }

    @Test
    void shouldCutWhoDoesNotReadAndNobodyElse() {
        // given
        Instance instance = start("one");
        TableReader reader = new TableReader(ALL);
        StuckSink stuck = new StuckSink();
        reader.connect(instance.changes, -1);
        instance.changes.open(selection(ALL), Optional.empty(), stuck);
        Instance.await(() -> reader.lives() == 1 && stuck.offered.get() > 1);

        // when
        stuck.full = true;
        world.change(100);

        // then
        Instance.await(() -> reader.table().equals(world.rows()));
        Instance.await(() -> instance.count(ChangesMetrics.CUT) == 1);
        assertThat(reader.isConnected()).isTrue();
        assertThat(instance.meters.get(ChangesMetrics.READERS).gauge().value()).isEqualTo(1);
        int offered = stuck.offered.get();
        world.change(100);
        Instance.await(() -> reader.table().equals(world.rows()));
        assertThat(stuck.offered).hasValue(offered);
    }

    @Test
    void shouldRefuseAViewThatIsNotThere() {
        assertThatThrownBy(() -> selection("agents,agent"))
                .isInstanceOf(HttpProblem.class)
                .hasMessage("view: expected one or more of agents, customers, with commas between them");
    }

    private static Selection selection(String views) {
        return Selection.of(Instance.VIEWS, Optional.of(views));
    }

    @Test
    void shouldRefuseAnIdThatIsNone() {
        // given
        Instance instance = start("one");
        TableReader reader = new TableReader("agents");
        reader.connect(instance.changes, -1);
        Instance.await(() -> reader.lives() == 1);
        String id = Objects.requireNonNull(reader.lastId());

        // then
        for (String bad : List.of("", "42", id.substring(1), id + "AAAA")) {
            assertThatThrownBy(() -> instance.changes.open(selection("agents"), Optional.of(bad), new StuckSink()))
                    .isInstanceOf(HttpProblem.class)
                    .hasMessageStartingWith("last_event_id: ");
        }
        assertThatThrownBy(() -> instance.changes.open(selection("customers"), Optional.of(id), new StuckSink()))
                .isInstanceOf(HttpProblem.class)
                .hasMessageContaining("other views");
    }

    @Test
    void shouldNotKnowHowFarItIsBehindWhileTheTopicsCannotBeRead() {
        // given
        world.change(50);
        Instance instance = start("one");
        Instance.await(() -> isUpToDate(instance));

        // when
        topics.refuse();

        // then
        Instance.await(() -> instance.changes.lag().isEmpty());
        assertThat(instance.meters.get(ChangesMetrics.LAG).gauge().value()).isNaN();
    }

    private static boolean isUpToDate(Instance instance) {
        return instance.changes.lag().equals(OptionalLong.of(0));
    }

    /** A reader that was told all rows. */
    private static TableReader live(Instance instance, String views) {
        TableReader reader = new TableReader(views);
        reader.connect(instance.changes, -1);
        Instance.await(() -> reader.lives() == 1);
        return reader;
    }

    /** Keys a, d and g are of one partition. */
    private void tellAgent(char key, int version) {
        topics.add(0, new byte[] {(byte) key}, Instance.row(0, String.valueOf(key), version));
    }

    private Instance start(String name) {
        return start(name, Instance.LARGE_RING, Instance.CLOCK);
    }

    private Instance start(String name, long ringBytes, Clock clock) {
        Instance instance = new Instance(topics, directory.resolve(name), ringBytes, random, clock);
        instances.add(instance);
        return instance.awaitReady();
    }

    /** Takes everything until it is full. */
    private static final class StuckSink implements Sink {
        private volatile boolean full;
        private final AtomicInteger offered = new AtomicInteger();
        private Closed listener = cut -> {};

        @Override
        public boolean offer(byte[] chunk) {
            offered.incrementAndGet();
            if (full) {
                listener.closed(true);
            }
            return !full;
        }

        @Override
        public void onDrained(Runnable next) {
            next.run();
        }

        @Override
        public void onClosed(Closed told) {
            listener = told;
        }

        @Override
        public void close() {}
    }
}
