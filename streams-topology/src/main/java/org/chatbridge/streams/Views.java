package org.chatbridge.streams;

import java.time.Duration;
import java.util.List;

/** All views. */
final class Views {
    /** How long a chat without an open thread is remembered, where nothing else is set. */
    static final Duration ENDED_KEPT_FOR = Duration.ofHours(24);

    /** Every view, to ask for its name, its topics and its schemas. */
    static final List<View<?, ?>> ALL = keeping(ENDED_KEPT_FOR);

    private Views() {}

    /**
     * The only list of them: one that others tell something stands after those.
     *
     * @param endedKeptFor how long a chat is remembered after the last that was told of it, if it has no open thread
     */
    static List<View<?, ?>> keeping(Duration endedKeptFor) {
        return List.of(new ThreadsView(endedKeptFor), new ChatsView(endedKeptFor), new AgentsView(), new GapsView());
    }

    /** Every topic of the bridge that is read. */
    static List<Source> sources() {
        return ALL.stream()
                .flatMap(view -> view.sources().stream())
                .filter(source -> !source.betweenViews())
                .distinct()
                .toList();
    }
}
