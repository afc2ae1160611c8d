package org.chatbridge.quickstart;

import java.util.List;

/** The topics that the views read: all that the bridge writes but dead letters. */
final class TopicsOfViews {
    static final List<String> ALL = Machine.TOPICS.written().stream()
            .filter(topic -> !topic.equals(Machine.TOPICS.deadLetters()))
            .toList();

    private TopicsOfViews() {}
}
