package org.chatbridge.streams.changes;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The ids of events: how far a reader is, in base64url, readable by every instance that reads the same topics.
 *
 * <pre>
 * version, CRC-32C of the rest (4), hash of cluster and topic names (4), hash of topic ids and partitions (4),
 * minutes since 1970, offset of each partition of the views, 0 or (1 + number of the view among them, key)
 * </pre>
 *
 * Numbers without a size are varints.
 */
final class EventIds {
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
    private static final byte VERSION = 1;
    private static final int HASH_BYTES = 4;
    private static final int CRC_AT = 1;
    private static final int BODY_AT = CRC_AT + Integer.BYTES;
    /** More does not fit into the head of a request. */
    private static final int MOST_BYTES = 48 * 1024;

    /**
     * In place of the minutes: too old for every instance, and for those of former versions too. Of a reader that has to forget all, and of
     * one that is on its way through records of which Kafka has removed some: what another instance would go on with is not what it
     * lacks.
     */
    static final long OF_NO_TIME = 0;

    private final Layout layout;
    /** By the topics of a selection. */
    private final Map<List<Integer>, byte[]> hashes = new ConcurrentHashMap<>();

    EventIds(Layout layout) {
        this.layout = layout;
    }

    /**
     * How far a reader is.
     *
     * @param position it knows the rows as they are at this vector
     * @param upTo the last row that it knows; null where it knows all
     * @param minutes when it was told, since 1970; {@link #OF_NO_TIME} where no instance may go on from there
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Progress(long[] position, @Nullable RowKey upTo, long minutes) {}

    /** An id that was not given by these topics, for these views; the message says why. */
    static final class BadIdException extends Exception {
        private static final long serialVersionUID = 1;

        BadIdException(String message) {
            super(message, null, false, false);
        }
    }

    /** The id, as it is sent. */
    byte[] of(Selection selection, Progress progress) {
        RowKey upTo = progress.upTo();
        ByteBuffer bytes = ByteBuffer.allocate(
                BODY_AT + 2 * HASH_BYTES + 10 * (2 + layout.size()) + (upTo == null ? 0 : upTo.key().length));
        bytes.put(VERSION).putInt(0).put(hashes(selection));
        putVarint(bytes, progress.minutes());
        for (int topic : selection.topics()) {
            int end = layout.first(topic + 1);
            for (int place = layout.first(topic); place < end; place++) {
                putVarint(bytes, progress.position()[place]);
            }
        }
        if (upTo == null) {
            bytes.put((byte) 0);
        } else {
            bytes.put((byte) (1 + selection.topics().indexOf(upTo.topic()))).put(upTo.key());
        }
        bytes.putInt(CRC_AT, crc(bytes.array(), bytes.position()));
        return ENCODER.encode(Arrays.copyOf(bytes.array(), bytes.position()));
    }

    /**
     * Reads an id.
     *
     * @return null where the topics were made anew since
     * @throws BadIdException where it is damaged, of another cluster, or of other views
     */
    @Nullable
    Progress read(Selection selection, String id) throws BadIdException {
        byte[] raw = decoded(id);
        if (raw.length <= BODY_AT + 2 * HASH_BYTES || raw.length > MOST_BYTES || raw[0] != VERSION) {
            throw new BadIdException("no id of an event of /v1/changes");
        }
        ByteBuffer bytes = ByteBuffer.wrap(raw);
        if (bytes.getInt(CRC_AT) != crc(raw, raw.length)) {
            throw new BadIdException("a damaged id of an event");
        }
        byte[] hashes = hashes(selection);
        if (!Arrays.equals(raw, BODY_AT, BODY_AT + HASH_BYTES, hashes, 0, HASH_BYTES)) {
            throw new BadIdException("the id of an event of another Kafka cluster or of other views");
        }
        if (!Arrays.equals(raw, BODY_AT + HASH_BYTES, BODY_AT + 2 * HASH_BYTES, hashes, HASH_BYTES, 2 * HASH_BYTES)) {
            return null;
        }
        bytes.position(BODY_AT + 2 * HASH_BYTES);
        try {
            return progress(selection, bytes);
        } catch (BufferUnderflowException e) {
            throw new BadIdException("a damaged id of an event");
        }
    }

    private Progress progress(Selection selection, ByteBuffer bytes) throws BadIdException {
        long minutes = varint(bytes);
        long[] position = new long[layout.size()];
        for (int topic : selection.topics()) {
            int end = layout.first(topic + 1);
            for (int place = layout.first(topic); place < end; place++) {
                position[place] = varint(bytes);
            }
        }
        int view = bytes.get();
        byte[] key = new byte[bytes.remaining()];
        bytes.get(key);
        if (view < 0 || view > selection.topics().size() || (view == 0 && key.length > 0)) {
            throw new BadIdException("a damaged id of an event");
        }
        return new Progress(
                position, view == 0 ? null : new RowKey(selection.topics().get(view - 1), key), minutes);
    }

    private static byte[] decoded(String id) throws BadIdException {
        try {
            return Base64.getUrlDecoder().decode(id);
        } catch (IllegalArgumentException e) {
            throw new BadIdException("no id of an event of /v1/changes");
        }
    }

    private byte[] hashes(Selection selection) {
        return hashes.computeIfAbsent(selection.topics(), views -> {
            StringBuilder sources = new StringBuilder(layout.clusterId());
            StringBuilder topics = new StringBuilder();
            views.forEach(number -> {
                Layout.Topic topic = layout.topics().get(number);
                sources.append('\n').append(topic.name());
                topics.append(topic.id()).append(' ').append(topic.partitions()).append('\n');
            });
            return ByteBuffer.allocate(2 * HASH_BYTES)
                    .put(digest(sources), 0, HASH_BYTES)
                    .put(digest(topics), 0, HASH_BYTES)
                    .array();
        });
    }

    private static byte[] digest(CharSequence text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.toString().getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has it", e);
        }
    }

    private static int crc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, BODY_AT, length - BODY_AT);
        return (int) crc.getValue();
    }

    private static void putVarint(ByteBuffer bytes, long number) {
        long rest = number;
        while ((rest & ~0x7fL) != 0) {
            bytes.put((byte) (rest | 0x80));
            rest >>>= 7;
        }
        bytes.put((byte) rest);
    }

    private static long varint(ByteBuffer bytes) throws BadIdException {
        long number = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            byte next = bytes.get();
            number |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return number;
            }
        }
        throw new BadIdException("a damaged id of an event");
    }
}
