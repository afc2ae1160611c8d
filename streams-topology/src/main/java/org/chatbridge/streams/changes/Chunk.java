package org.chatbridge.streams.changes;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Server-Sent Events, one after another, as they go to readers; for one thread. */
final class Chunk {
    private static final byte[] ID = ascii("id: ");
    private static final byte[] EVENT = ascii("event: ");
    private static final byte[] DATA = ascii("\ndata: ");
    private static final byte[] END = ascii("\n\n");
    private static final byte[] RETRY = ascii("retry: 1000\n\n");

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private int events;

    /** How long a reader is to wait before it comes back, in the first chunk. */
    Chunk retry() {
        bytes.writeBytes(RETRY);
        return this;
    }

    Chunk event(byte[] id, String type, byte[] data) {
        bytes.writeBytes(ID);
        bytes.writeBytes(id);
        bytes.write('\n');
        return event(type, data);
    }

    /** An event that leaves a reader where it is. */
    Chunk event(String type, byte[] data) {
        bytes.writeBytes(EVENT);
        bytes.writeBytes(ascii(type));
        bytes.writeBytes(DATA);
        bytes.writeBytes(data);
        bytes.writeBytes(END);
        events++;
        return this;
    }

    int size() {
        return bytes.size();
    }

    int events() {
        return events;
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
