package org.chatbridge.streams.changes;

import java.util.List;
import org.chatbridge.schema.ViewTopic;

/**
 * The views that a reader asks for.
 *
 * @param topics their numbers in the layout, ascending
 */
record Selection(List<Integer> topics) {
    Selection {
        topics = topics.stream().distinct().sorted().toList();
    }

    boolean contains(int topic) {
        return topics.contains(topic);
    }

    /** Whether one vector is nowhere before another, as far as these views go. */
    boolean covers(Layout layout, long[] later, long[] earlier) {
        for (int topic : topics) {
            int end = layout.first(topic + 1);
            for (int place = layout.first(topic); place < end; place++) {
                if (later[place] < earlier[place]) {
                    return false;
                }
            }
        }
        return true;
    }

    List<ViewTopic> views(Layout layout) {
        return topics.stream().map(topic -> layout.topics().get(topic).view()).toList();
    }
}
