package org.chatbridge.streams.changes;

import java.util.Arrays;

/**
 * The place of a row in the order in which rows are told: by view, then by key.
 *
 * @param topic of the view, its number in the layout
 */
@SuppressWarnings("ArrayRecordComponent") // compared by compareTo alone
record RowKey(int topic, byte[] key) implements Comparable<RowKey> {
    @Override
    public int compareTo(RowKey other) {
        return topic == other.topic ? Arrays.compareUnsigned(key, other.key) : Integer.compare(topic, other.topic);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RowKey key && compareTo(key) == 0;
    }

    @Override
    public int hashCode() {
        return 31 * topic + Arrays.hashCode(key);
    }
}
