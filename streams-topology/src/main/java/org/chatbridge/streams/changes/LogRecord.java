package org.chatbridge.streams.changes;

import org.jspecify.annotations.Nullable;

/**
 * A record on the topic of a view.
 *
 * @param topic its number in the layout
 * @param key of the row
 * @param value of the row as on the topic; null where the row is gone
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record LogRecord(int topic, int partition, long offset, byte[] key, byte @Nullable [] value) {}
