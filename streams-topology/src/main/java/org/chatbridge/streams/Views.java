package org.chatbridge.streams;

import java.util.List;

/** All views. */
final class Views {
    /** The only list of them; one that others tell something stands after them. */
    static final List<View<?, ?>> ALL =
            List.of(new ThreadsView(), new AgentsView(), new CustomersView(), new BroadcastsView(), new GapsView());

    private Views() {}

    /** Every topic of the bridge that is read. */
    static List<Source> sources() {
        return ALL.stream()
                .flatMap(view -> view.sources().stream())
                .filter(source -> !source.betweenViews())
                .distinct()
                .toList();
    }
}
