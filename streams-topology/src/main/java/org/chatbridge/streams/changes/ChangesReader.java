package org.chatbridge.streams.changes;

import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.chatbridge.program.Obstacle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings the topics of the views into the replica, and what changes to the readers, by one thread. */
final class ChangesReader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ChangesReader.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration PAUSE = Duration.ofSeconds(2);
    private static final Duration LOOK_EVERY = Duration.ofMinutes(1);
    private static final Duration END_WITHIN = Duration.ofSeconds(10);

    private final Supplier<ViewLog> logs;
    private final Replica replica;
    private final Audience audience;
    private final Clock clock;
    private final LongSupplier nanos;
    private final Obstacle cannotRead;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "changes-reader");
    private volatile @Nullable ViewLog reading;
    private volatile OptionalLong lag = OptionalLong.empty();
    private long lookedNanos;
    private long lookedMinutes;
    private long[] lookedEnds = {};
    private boolean forgetting;

    /** Those who are told. */
    interface Audience extends Replica.Listener {
        /** Whether there is one for these topics: it has been told all so far. */
        boolean knows(Layout layout);

        /** All that it was told is void, or there is nothing to tell yet. */
        void dismiss();

        /**
         * From this position on it will be told.
         *
         * @param alike the vector up to which Kafka may have removed records before they were read
         */
        void assemble(Layout layout, long[] position, long[] alike);

        void tell(List<Change> changes, long[] position);
    }

    ChangesReader(
            Supplier<ViewLog> logs,
            Replica replica,
            Audience audience,
            Clock clock,
            LongSupplier nanos,
            Obstacle cannotRead) {
        this.logs = logs;
        this.replica = replica;
        this.audience = audience;
        this.clock = clock;
        this.nanos = nanos;
        this.cannotRead = cannotRead;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** How many records of the topics the replica has not taken yet; empty while they cannot be read. */
    OptionalLong lag() {
        return lag;
    }

    private void run() {
        try {
            do {
                try (ViewLog log = logs.get()) {
                    reading = log;
                    follow(log);
                } catch (RuntimeException e) {
                    lag = OptionalLong.empty();
                    if (stopping.getCount() > 0) {
                        cannotRead.is(
                                "the topics of the views cannot be read now, /v1/changes tells nothing new: " + e);
                    }
                }
            } while (!stopping.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns when it is to end. */
    private void follow(ViewLog log) {
        Layout layout = log.layout();
        lookedEnds = log.ends();
        lookedMinutes = Era.minutes(clock);
        boolean anew = replica.open(layout, log.beginnings(), lookedEnds, lookedMinutes);
        if (anew || !audience.knows(layout)) {
            audience.dismiss();
        }
        log.seek(replica.position());
        if (!audience.knows(layout) && !load(log, layout)) {
            return;
        }
        look(log, layout);
        while (stopping.getCount() > 0) {
            List<LogRecord> records = log.poll(POLL);
            long[] position = log.position();
            BitSet skipped = replica.skipped(records, position);
            if (!skipped.isEmpty()) {
                long[] ends = log.ends();
                Arrays.setAll(ends, place -> skipped.get(place) ? ends[place] : 0);
                audience.differs(ends);
            }
            List<Change> changes = replica.take(records, position, Era.minutes(clock), audience);
            audience.tell(changes, position);
            lag = log.lag();
            cannotRead.isGone();
            forgetting = forgetting && replica.forget();
            if (nanos.getAsLong() - lookedNanos > LOOK_EVERY.toNanos()) {
                look(log, layout);
            }
        }
    }

    /** Takes what is there already, untold; whether it came to the end. */
    private boolean load(ViewLog log, Layout layout) {
        long[] ends = log.ends();
        long begun = nanos.getAsLong();
        long taken = 0;
        boolean isWhole = true;
        while (!isThere(log.position(), ends)) {
            if (stopping.getCount() == 0) {
                return false;
            }
            List<LogRecord> records = log.poll(POLL);
            long[] position = log.position();
            isWhole &= replica.skipped(records, position).isEmpty();
            replica.take(records, position, Era.minutes(clock), null);
            taken += records.size();
            lag = log.lag();
            cannotRead.isGone();
        }
        lag = log.lag();
        LOG.info(
                "the rows of the views are here after {} records, {} ms",
                taken,
                TimeUnit.NANOSECONDS.toMillis(nanos.getAsLong() - begun));
        audience.assemble(layout, replica.position(), isWhole ? replica.position() : log.ends());
        return true;
    }

    private static boolean isThere(long[] position, long[] ends) {
        for (int place = 0; place < ends.length; place++) {
            if (position[place] < ends[place]) {
                return false;
            }
        }
        return true;
    }

    private void look(ViewLog log, Layout layout) {
        if (!log.layout().equals(layout)) {
            throw new IllegalStateException("the topics are others than before");
        }
        // While changes come it never is at the end, but at what was the end a moment ago.
        if (isThere(log.position(), lookedEnds)) {
            replica.followed(lookedMinutes);
            forgetting = true;
        }
        lookedEnds = log.ends();
        lookedMinutes = Era.minutes(clock);
        lookedNanos = nanos.getAsLong();
    }

    /** Ends the thread. */
    @Override
    public void close() {
        stopping.countDown();
        // Not interrupted: a consumer that is cannot close in order.
        ViewLog log = reading;
        if (log != null) {
            log.wakeup();
        }
        try {
            thread.join(END_WITHIN.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
