package org.chatbridge.streams.changes;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/** The topics of the views as they are read, by one thread. Vectors are as the {@link Layout} says. */
interface ViewLog extends AutoCloseable {
    /** The topics as they are now; asked anew each time. */
    Layout layout();

    /** The first offsets that can be read. */
    long[] beginnings();

    /** The offsets after the last. */
    long[] ends();

    /** Reads from these offsets on. */
    void seek(long[] offsets);

    /** The next records: in order within each partition, without those that Kafka has removed as outdated. */
    List<LogRecord> poll(Duration atMost);

    /** The offsets that are read next: after what {@link #poll} gave, and after what it had to leave out. */
    long[] position();

    /** How many records are not read yet; empty where Kafka has not told of all partitions. */
    OptionalLong lag();

    /** Ends a poll that waits, from another thread: it throws. */
    void wakeup();

    @Override
    void close();
}
