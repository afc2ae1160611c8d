package org.chatbridge.streams;

import java.util.List;
import java.util.stream.Stream;

/** All views. */
final class Views {
    /** The only list of them; one that others tell something stands after them. */
    static final List<View<?, ?>> ALL = List.of(
            new ThreadsView(),
            new AgentsView(),
            new CustomersView(),
            new BroadcastsView(),
            new GapsView(),
            new ActivityView());

    private Views() {}

    /** Every topic of the bridge that is read. */
    static List<Source> sources() {
        return Stream.concat(ALL.stream().flatMap(view -> view.sources().stream()), ActivityParts.SOURCES.stream())
                .filter(source -> !source.betweenViews())
                .distinct()
                .toList();
    }
}
