package org.chatbridge.streams.changes;

/**
 * A change of a row, as it is told.
 *
 * @param place of its partition in the layout
 * @param data JSON of the event
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Change(RowKey row, int place, long offset, byte[] data) {
    /** About what it takes of the heap. */
    int bytes() {
        return data.length + row.key().length + 120;
    }
}
