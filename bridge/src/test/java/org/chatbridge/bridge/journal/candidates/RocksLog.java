package org.chatbridge.bridge.journal.candidates;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.chatbridge.bridge.frames.Frame;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/** RocksDB: key position, value frame; its write-ahead log is on, not synchronised. */
final class RocksLog implements Candidate {
    private @Nullable RocksDB db;
    private long first;
    private long next;

    @Override
    public long open(Path directory) throws RocksDBException {
        RocksDB opened = RocksDB.open(new Options().setCreateIfMissing(true), directory.toString());
        db = opened;
        try (RocksIterator entries = opened.newIterator()) {
            entries.seekToFirst();
            first = entries.isValid() ? ByteBuffer.wrap(entries.key()).getLong() : 0;
            entries.seekToLast();
            next = entries.isValid() ? ByteBuffer.wrap(entries.key()).getLong() + 1 : first;
        }
        return next - first;
    }

    @Override
    public void append(Frame frame) throws RocksDBException {
        db().put(key(next++), frame.bytes());
    }

    @Override
    public void takeAndFree() throws RocksDBException {
        byte[] key = key(first++);
        if (db().get(key) == null) {
            throw new IllegalStateException("lost");
        }
        db().delete(key);
    }

    @Override
    public void close() {
        db().close();
    }

    private RocksDB db() {
        if (db == null) {
            throw new IllegalStateException("not open");
        }
        return db;
    }

    private static byte[] key(long position) {
        return ByteBuffer.allocate(Long.BYTES).putLong(position).array();
    }
}
