package org.chatbridge.streams.changes;

import java.util.List;
import org.chatbridge.schema.ViewTopic;

/**
 * The topics of the views as Kafka has them, which gives every partition its place in a vector of offsets: those of the first
 * topic first.
 *
 * @param clusterId of Kafka
 */
record Layout(String clusterId, List<Topic> topics) {
    /**
     * A topic.
     *
     * @param id another one where the topic was made anew
     * @param tombstonesKeptMs for how long Kafka keeps the word that a row is gone, at the least ({@code
     *     delete.retention.ms})
     */
    record Topic(ViewTopic view, String name, String id, int partitions, long tombstonesKeptMs) {}

    Layout {
        topics = List.copyOf(topics);
    }

    /** How many partitions there are. */
    int size() {
        return first(topics.size());
    }

    /** The place of a partition. */
    int place(int topic, int partition) {
        return first(topic) + partition;
    }

    /** The place of the first partition of a topic; the size for the one after the last. */
    int first(int topic) {
        int first = 0;
        for (int i = 0; i < topic; i++) {
            first += topics.get(i).partitions();
        }
        return first;
    }
}
