package org.chatbridge.streams;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.chatbridge.schema.TopicNames;
import org.chatbridge.schema.ViewTopic;

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
        return List.of(
                new ThreadsView(endedKeptFor),
                new ChatsView(endedKeptFor),
                new AgentsView(),
                new CustomersView(),
                new BroadcastsView(),
                new GapsView(),
                new ActivityView());
    }

    /** The topics of the bridge out of which views tell others on this one; none of what the bridge writes itself. */
    static Set<Source> feeding(Source source) {
        if (source.equals(Source.PEOPLE)) {
            return ALL.stream()
                    .filter(View::tellsOfPeople)
                    .flatMap(view -> view.sources().stream())
                    .collect(Collectors.toSet());
        }
        if (source.equals(Source.ACTIVITY_PARTS)) {
            return Stream.concat(
                            ActivityParts.SOURCES.stream(), // and the rows of the view of threads
                            ALL.stream()
                                    .filter(view -> view.topic() == ViewTopic.THREADS)
                                    .flatMap(view -> view.sources().stream()))
                    .collect(Collectors.toSet());
        }
        return Set.of();
    }

    /** The whole names of all topics that are read: of the bridge, and between views. */
    static Set<String> topics(TopicNames topics, String applicationId) {
        return Stream.concat(ALL.stream().flatMap(view -> view.sources().stream()), ActivityParts.SOURCES.stream())
                .map(source -> source.in(topics, applicationId))
                .collect(Collectors.toSet());
    }

    /** Every topic of the bridge that is read. */
    static List<Source> sources() {
        return Stream.concat(ALL.stream().flatMap(view -> view.sources().stream()), ActivityParts.SOURCES.stream())
                .filter(source -> !source.betweenViews())
                .distinct()
                .toList();
    }
}
