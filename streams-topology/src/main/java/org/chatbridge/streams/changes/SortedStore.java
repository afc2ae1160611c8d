package org.chatbridge.streams.changes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.Snapshot;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keys and values on a local disk, in the order of the keys' unsigned bytes: by any thread;
 * after {@link #close()} everything throws {@link ClosedException}.
 */
final class SortedStore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SortedStore.class);
    private static final long WRITE_BUFFER_BYTES = 16L << 20;
    private static final int FILES_OPEN = 500;

    private final Options options;
    private final RocksDB database;
    private final Set<Reading> readings = ConcurrentHashMap.newKeySet();
    /** Native memory is not to be read after it was freed: who reads or writes holds the first, who closes the second. */
    private final ReadWriteLock lock = new ReentrantReadWriteLock();

    private boolean closed;

    /** The store has been closed. */
    static final class ClosedException extends IllegalStateException {
        private static final long serialVersionUID = 1;

        ClosedException() {
            super("the local rows are closed");
        }
    }

    /** Told of entries in order. */
    @FunctionalInterface
    interface Visitor {
        /** Returns whether to go on. */
        boolean visit(byte[] key, byte[] value);
    }

    /** What is written at once or not at all; for one thread. */
    static final class Batch implements AutoCloseable {
        private final WriteBatch batch = new WriteBatch();

        void put(byte[] key, byte[] value) {
            attempt(() -> batch.put(key, value));
        }

        void delete(byte[] key) {
            attempt(() -> batch.delete(key));
        }

        /** Deletes what is not below the one and below the other. */
        void delete(byte[] from, byte[] to) {
            attempt(() -> batch.deleteRange(from, to));
        }

        @Override
        public void close() {
            batch.close();
        }
    }

    /** The entries as they were at one moment. */
    final class Reading implements AutoCloseable {
        private final Snapshot snapshot = database.getSnapshot();
        private final ReadOptions asThen = new ReadOptions().setSnapshot(snapshot);
        private boolean released;

        /** Reads on from a key, while it is below the other. */
        void scan(byte[] from, byte[] to, Visitor visitor) {
            reading(() -> {
                if (released) {
                    throw new ClosedException();
                }
                try (Slice end = new Slice(to);
                        ReadOptions read =
                                new ReadOptions().setSnapshot(snapshot).setIterateUpperBound(end);
                        RocksIterator entries = database.newIterator(read)) {
                    entries.seek(from);
                    while (entries.isValid() && visitor.visit(entries.key(), entries.value())) {
                        entries.next();
                    }
                    entries.status();
                }
            });
        }

        byte @Nullable [] get(byte[] key) {
            byte[][] found = new byte[1][];
            reading(() -> {
                if (released) {
                    throw new ClosedException();
                }
                found[0] = database.get(asThen, key);
            });
            return found[0];
        }

        @Override
        public void close() {
            lock.readLock().lock();
            try {
                release();
            } finally {
                lock.readLock().unlock();
            }
        }

        private synchronized void release() {
            if (readings.remove(this)) {
                released = true;
                asThen.close();
                database.releaseSnapshot(snapshot);
                snapshot.close();
            }
        }
    }

    @FunctionalInterface
    private interface Attempt {
        void run() throws RocksDBException;
    }

    private SortedStore(Options options, RocksDB database) {
        this.options = options;
        this.database = database;
    }

    /**
     * Opens a directory, which is made where it is not there.
     *
     * @throws UncheckedIOException where it cannot be read or written, damaged files included
     */
    static SortedStore open(Path directory) {
        RocksDB.loadLibrary();
        Options options = new Options()
                .setCreateIfMissing(true)
                .setWriteBufferSize(WRITE_BUFFER_BYTES)
                .setMaxOpenFiles(FILES_OPEN)
                .setKeepLogFileNum(1);
        try {
            Files.createDirectories(directory);
            return new SortedStore(options, RocksDB.open(options, directory.toString()));
        } catch (RocksDBException e) {
            options.close();
            throw new UncheckedIOException(new IOException(directory + ": " + e.getMessage(), e));
        } catch (IOException e) {
            options.close();
            throw new UncheckedIOException(directory + " cannot be made", e);
        }
    }

    /**
     * Opens a directory; where it is damaged, without what was in it.
     *
     * @throws KafkaException where it cannot be used
     */
    static SortedStore openOrAnew(Path directory) {
        try {
            return open(directory);
        } catch (UncheckedIOException damaged) {
            LOG.warn("the local rows are read from Kafka anew: {}", damaged.getMessage());
            try (Options options = new Options()) {
                // Takes the lock first: what another process uses stays.
                RocksDB.destroyDB(directory.toString(), options);
                return open(directory);
            } catch (RocksDBException | UncheckedIOException e) {
                throw new KafkaException("the state directory " + directory + " cannot be used: " + e.getMessage(), e);
            }
        }
    }

    byte @Nullable [] get(byte[] key) {
        byte[][] found = new byte[1][];
        reading(() -> found[0] = database.get(key));
        return found[0];
    }

    void write(Batch batch) {
        reading(() -> {
            try (WriteOptions write = new WriteOptions()) {
                database.write(write, batch.batch);
            }
        });
    }

    Reading read() {
        lock.readLock().lock();
        try {
            if (closed) {
                throw new ClosedException();
            }
            Reading reading = new Reading();
            readings.add(reading);
            return reading;
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                Set.copyOf(readings).forEach(Reading::release);
                database.close();
                options.close();
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    private void reading(Attempt attempt) {
        Lock held = lock.readLock();
        held.lock();
        try {
            if (closed) {
                throw new ClosedException();
            }
            attempt(attempt);
        } finally {
            held.unlock();
        }
    }

    private static void attempt(Attempt attempt) {
        try {
            attempt.run();
        } catch (RocksDBException e) {
            throw new UncheckedIOException(new IOException("RocksDB: " + e.getMessage(), e));
        }
    }
}
