package org.chatbridge.streams;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * Bounds what the stores of all partitions take of memory beside the heap, together. By Kafka's default each of them has a
 * cache of 50 MB and three buffers of 16 MB for itself, and there are a dozen for each partition.
 */
public final class StoreMemory implements RocksDBConfigSetter {
    private static final long BYTES = 256L << 20;

    /** Of these, for what is not written to files yet. */
    private static final long BUFFER_BYTES = 96L << 20;

    private static final long BUFFER_OF_A_STORE_BYTES = 8L << 20;

    /** A store with next to nothing in it takes this much. The default is an eighth of its buffer. */
    private static final long LEAST_BYTES = 64L << 10;

    private static final int ANY_SHARDS = -1;
    private static final double FOR_INDEXES = 0.2;

    static {
        RocksDB.loadLibrary();
    }

    private static final Cache CACHE = new LRUCache(BYTES, ANY_SHARDS, false, FOR_INDEXES);
    private static final WriteBufferManager BUFFERS = new WriteBufferManager(BUFFER_BYTES, CACHE);

    @Override
    public void setConfig(String storeName, Options options, Map<String, Object> configs) {
        BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
        table.setBlockCache(CACHE);
        table.setCacheIndexAndFilterBlocks(true);
        table.setCacheIndexAndFilterBlocksWithHighPriority(true);
        table.setPinTopLevelIndexAndFilter(true);
        options.setTableFormatConfig(table);
        options.setWriteBufferManager(BUFFERS);
        options.setWriteBufferSize(BUFFER_OF_A_STORE_BYTES);
        options.setArenaBlockSize(LEAST_BYTES);
    }

    @Override
    public void close(String storeName, Options options) {
        // Cache and buffers are those of all stores, and live as long as the process.
    }
}
