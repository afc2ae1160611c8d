package org.chatbridge.streams.changes;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How far a replica is, as it is kept beside the rows.
 *
 * @param followedAt in which minute since 1970 it was last at the end of the topics
 * @param knowsSince the minute since when it knows of every row that went
 * @param topics by the name of the view
 */
record ReplicaState(long followedAt, long knowsSince, Map<String, Topic> topics) {
    private static final int VERSION = 1;

    /**
     * A topic.
     *
     * @param next of each partition the offset after the last that was taken
     * @param missing of each partition the last offset under which there was no record; -1 where there is none
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Topic(String id, long[] next, long[] missing) {}

    byte[] bytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(VERSION);
            out.writeLong(followedAt);
            out.writeLong(knowsSince);
            out.writeInt(topics.size());
            for (Map.Entry<String, Topic> topic : topics.entrySet()) {
                out.writeUTF(topic.getKey());
                out.writeUTF(topic.getValue().id());
                long[] next = topic.getValue().next();
                out.writeInt(next.length);
                for (int i = 0; i < next.length; i++) {
                    out.writeLong(next[i]);
                    out.writeLong(topic.getValue().missing()[i]);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return bytes.toByteArray();
    }

    /** Null where there is none, or one of another version of the program that this one cannot read. */
    static @Nullable ReplicaState of(byte @Nullable [] bytes) {
        if (bytes == null) {
            return null;
        }
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            if (in.readInt() != VERSION) {
                return null;
            }
            long followedAt = in.readLong();
            long knowsSince = in.readLong();
            Map<String, Topic> topics = new HashMap<>();
            for (int left = in.readInt(); left > 0; left--) {
                String view = in.readUTF();
                String id = in.readUTF();
                long[] next = new long[in.readInt()];
                long[] missing = new long[next.length];
                for (int i = 0; i < next.length; i++) {
                    next[i] = in.readLong();
                    missing[i] = in.readLong();
                }
                topics.put(view, new Topic(id, next, missing));
            }
            return new ReplicaState(followedAt, knowsSince, topics);
        } catch (IOException e) {
            return null;
        }
    }
}
