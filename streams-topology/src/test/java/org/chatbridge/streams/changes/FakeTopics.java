package org.chatbridge.streams.changes;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.chatbridge.schema.ViewTopic;
import org.jspecify.annotations.Nullable;

/** Topics of views without Kafka: records, compaction, and readers that see them in an order of their own. */
final class FakeTopics {
    static final int PARTITIONS = 3;
    static final long KEPT_MS = Duration.ofDays(1).toMillis();

    private final List<ViewTopic> views;
    private final List<List<LogRecord>> partitions = new ArrayList<>();
    private final long[] ends;
    private String id = "topic";
    private boolean refusing;

    FakeTopics(List<ViewTopic> views) {
        this.views = List.copyOf(views);
        this.ends = new long[views.size() * PARTITIONS];
        for (int i = 0; i < ends.length; i++) {
            partitions.add(new ArrayList<>());
        }
    }

    synchronized void add(int topic, byte[] key, byte @Nullable [] value) {
        int partition = Math.floorMod(Arrays.hashCode(key), PARTITIONS);
        int place = topic * PARTITIONS + partition;
        partitions.get(place).add(new LogRecord(topic, partition, ends[place]++, key, value));
        notifyAll();
    }

    /** Removes what is outdated, as Kafka does, but for the newest records. */
    synchronized void compact(int newest, boolean tombstones) {
        for (List<LogRecord> partition : partitions) {
            int end = Math.max(0, partition.size() - newest);
            Map<RowKey, Long> last = new HashMap<>();
            partition.forEach(record -> last.put(new RowKey(record.topic(), record.key()), record.offset()));
            List<LogRecord> kept = new ArrayList<>();
            for (int i = 0; i < partition.size(); i++) {
                LogRecord record = partition.get(i);
                boolean current =
                        Long.valueOf(record.offset()).equals(last.get(new RowKey(record.topic(), record.key())));
                if (i >= end || (current && !(tombstones && record.value() == null))) {
                    kept.add(record);
                }
            }
            partition.clear();
            partition.addAll(kept);
        }
    }

    /** Makes all of them anew, empty. */
    synchronized void makeAnew() {
        id += "-anew";
        partitions.forEach(List::clear);
        Arrays.fill(ends, 0);
    }

    /** From now on they cannot be read. */
    synchronized void refuse() {
        refusing = true;
    }

    ViewLog reader(Random random) {
        return new Reader(random);
    }

    private final class Reader implements ViewLog {
        private final Random random;
        private long[] next = {};
        private boolean woken;

        Reader(Random random) {
            this.random = random;
        }

        @Override
        public Layout layout() {
            synchronized (FakeTopics.this) {
                return new Layout(
                        "cluster",
                        views.stream()
                                .map(view ->
                                        new Layout.Topic(view, view.topic(), id + view.view(), PARTITIONS, KEPT_MS))
                                .toList());
            }
        }

        @Override
        public long[] beginnings() {
            return new long[ends.length];
        }

        @Override
        public long[] ends() {
            synchronized (FakeTopics.this) {
                return ends.clone();
            }
        }

        @Override
        public void seek(long[] offsets) {
            next = offsets.clone();
        }

        @Override
        public List<LogRecord> poll(Duration atMost) {
            long end = System.nanoTime() + atMost.toNanos();
            synchronized (FakeTopics.this) {
                List<LogRecord> records = read();
                while (records.isEmpty() && System.nanoTime() < end) {
                    if (woken) {
                        throw new IllegalStateException("woken");
                    }
                    try {
                        TimeUnit.MILLISECONDS.timedWait(FakeTopics.this, 5);
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    records = read();
                }
                return records;
            }
        }

        private List<LogRecord> read() {
            if (refusing) {
                throw new IllegalStateException("refused");
            }
            List<LogRecord> records = new ArrayList<>();
            int first = random.nextInt(ends.length);
            for (int i = 0; i < ends.length; i++) {
                int place = (first + i) % ends.length;
                int most = random.nextInt(20);
                for (LogRecord record : partitions.get(place)) {
                    if (record.offset() >= next[place] && most-- > 0) {
                        records.add(record);
                        next[place] = record.offset() + 1;
                    }
                }
                if (most > 0) {
                    next[place] = ends[place];
                }
            }
            return records;
        }

        @Override
        public long[] position() {
            return next.clone();
        }

        @Override
        public OptionalLong lag() {
            long lag = 0;
            synchronized (FakeTopics.this) {
                for (int i = 0; i < ends.length; i++) {
                    lag += ends[i] - next[i];
                }
            }
            return OptionalLong.of(lag);
        }

        @Override
        public void wakeup() {
            synchronized (FakeTopics.this) {
                woken = true;
                FakeTopics.this.notifyAll();
            }
        }

        @Override
        public void close() {}
    }
}
