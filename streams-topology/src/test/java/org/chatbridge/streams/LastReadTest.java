package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;
import org.chatbridge.streams.state.Stamp;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LastReadTest {
    private static final long MOST_BYTES = 64 << 10;

    private final LastRead lastRead = new LastRead(MOST_BYTES);
    private final Store store = new Store();
    private final LastRead.OfStore<Stamp> read = lastRead.of(store);

    /** Counts how often it is read, and lets something happen between the reading and the return. */
    private static final class Store implements ReadOnlyKeyValueStore<String, ValueAndTimestamp<Stamp>> {
        private final Map<String, Stamp> stamps = new ConcurrentHashMap<>();
        private int gets;
        private Runnable afterReading = () -> {};

        @Override
        @SuppressWarnings("NullAway") // as in Kafka's interface
        public ValueAndTimestamp<Stamp> get(String key) {
            gets++;
            Stamp stamp = stamps.get(key);
            afterReading.run();
            return stamp == null ? null : ValueAndTimestamp.make(stamp, 0);
        }

        @Override
        public KeyValueIterator<String, ValueAndTimestamp<Stamp>> range(@Nullable String from, @Nullable String to) {
            throw new UnsupportedOperationException();
        }

        @Override
        public KeyValueIterator<String, ValueAndTimestamp<Stamp>> all() {
            throw new UnsupportedOperationException();
        }

        @Override
        public long approximateNumEntries() {
            return stamps.size();
        }
    }

    private void write(String key, @Nullable Stamp stamp) {
        if (stamp == null) {
            store.stamps.remove(key);
        } else {
            store.stamps.put(key, stamp);
        }
        read.changed(key);
    }

    private static @Nullable Stamp stamp(@Nullable ValueAndTimestamp<Stamp> value) {
        return value == null ? null : value.value();
    }

    @Test
    void shouldReadTheStoreOnceForWhatDoesNotChange() {
        write("PA", new Stamp("c", 1L));

        assertThat(stamp(read.get("PA"))).isEqualTo(new Stamp("c", 1L));
        assertThat(stamp(read.get("PA"))).isEqualTo(new Stamp("c", 1L));
        assertThat(store.gets).isEqualTo(1);
    }

    @Test
    void shouldTellEachChange() {
        write("PA", new Stamp("c", 1L));
        read.get("PA");
        write("PA", new Stamp("c", 2L));

        assertThat(stamp(read.get("PA"))).isEqualTo(new Stamp("c", 2L));

        write("PA", null);

        assertThat(read.get("PA")).isNull();

        write("PA", new Stamp("c", 3L));

        assertThat(stamp(read.get("PA"))).isEqualTo(new Stamp("c", 3L));
    }

    @Test
    void shouldNotKeepWhatChangedWhileItWasRead() {
        write("PA", new Stamp("c", 1L));
        store.afterReading = () -> {
            store.afterReading = () -> {};
            write("PA", new Stamp("c", 2L));
        };
        read.get("PA");

        assertThat(stamp(read.get("PA"))).isEqualTo(new Stamp("c", 2L));
    }

    @Test
    void shouldReadAgainAfterAFailure() {
        write("PA", new Stamp("c", 1L));
        store.afterReading = () -> {
            throw new IllegalStateException("closed");
        };
        assertThatThrownBy(() -> read.get("PA")).isInstanceOf(IllegalStateException.class);
        store.afterReading = () -> {};
        read.get("PA");
        read.get("PA");

        assertThat(store.gets).isEqualTo(2);
    }

    @Test
    void shouldKnowNothingOfAStoreThatWasOpenedAnew() {
        write("PA", new Stamp("c", 1L));
        read.get("PA");
        store.stamps.put("PA", new Stamp("c", 2L)); // restored

        assertThat(stamp(lastRead.of(store).get("PA"))).isEqualTo(new Stamp("c", 2L));
    }

    @Test
    void shouldKeepWithinItsBoundWhatIsAskedForAgain() {
        IntStream.range(0, 10_000).forEach(i -> write("P" + i, new Stamp("c", (long) i)));
        for (int i = 0; i < 10_000; i++) {
            read.get("P" + i);
            read.get("P0");

            assertThat(lastRead.bytes()).isBetween(0L, MOST_BYTES);
        }
        store.gets = 0;
        read.get("P0");

        assertThat(store.gets).isZero();
        assertThat(lastRead.bytes()).isGreaterThan(MOST_BYTES / 2);

        IntStream.range(0, 10_000).forEach(i -> write("P" + i, null));

        assertThat(lastRead.bytes()).isZero();
    }

    @Test
    void shouldNotKeepWhatWouldDriveAllOthersOut() {
        write("PA", new Stamp("c".repeat((int) MOST_BYTES / 8), 1L));
        read.get("PA");

        assertThat(lastRead.bytes()).isZero();
    }

    @Test
    void shouldNeverTellWhatWasBeforeAChangeThatWasTold() throws Exception {
        int keys = 40; // so many that some must go
        LastRead small = new LastRead(4_000);
        Store written = new Store();
        LastRead.OfStore<Stamp> reads = small.of(written);
        AtomicLongArray told = new AtomicLongArray(keys);
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
            Future<?> writer = threads.submit(() -> {
                Random random = new Random(1);
                for (long i = 1; System.nanoTime() < end; i++) {
                    int key = random.nextInt(keys);
                    written.stamps.put("P" + key, new Stamp("c", i));
                    reads.changed("P" + key);
                    told.set(key, i);
                }
            });
            for (Future<?> reader : IntStream.range(0, 2)
                    .mapToObj(seed -> threads.submit(() -> {
                        Random random = new Random(seed);
                        while (System.nanoTime() < end) {
                            int key = random.nextInt(keys);
                            long least = told.get(key);
                            Stamp stamp = stamp(reads.get("P" + key));
                            assertThat(stamp == null ? 0 : stamp.getMoment()).isGreaterThanOrEqualTo(least);
                        }
                    }))
                    .toList()) {
                reader.get();
            }
            writer.get();
        } finally {
            threads.shutdownNow();
        }
        IntStream.range(0, keys).forEach(key -> reads.changed("P" + key));

        assertThat(small.bytes()).isZero();
    }
}
