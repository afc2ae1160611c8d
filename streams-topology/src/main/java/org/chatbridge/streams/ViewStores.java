package org.chatbridge.streams;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.BiPredicate;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.KafkaStreams;
import org.chatbridge.program.HostPort;
import org.chatbridge.schema.TopicNames;
import org.chatbridge.schema.ViewTopic;

/** The stores of all views as they are read, which can be asked about before Kafka Streams is there. */
final class ViewStores {
    private final TopicNames topics;
    private final String applicationId;
    private final LongSupplier nanos;
    private final LateLocator locator;
    private final List<Store<?, ?>> stores;

    private record Store<S extends SpecificRecord, R extends SpecificRecord>(
            LateReader<S> reader, LateVersions versions, ViewResource<S, R> resource) {
        void arrived(KafkaStreams streams, StoresAtHand atHand) {
            reader.arrived(new StreamsStoreReader<>(streams, resource.view().name(), atHand));
            versions.arrived(streams);
        }

        ViewQueries<S, R> queries(
                Supplier<Locator> locator,
                Peers peers,
                BiPredicate<ViewTopic, String> told,
                Executor executor,
                Executor scans,
                LongSupplier nanos) {
            return new ViewQueries<>(
                    resource, locator, peers, key -> told.test(resource.view().topic(), key), executor, scans, nanos);
        }

        Optional<String> whyUnreadable(Locator locator) {
            HostPort self = locator.self();
            Set<Integer> folded = locator.all(resource.view().name(), resource.topics()).stream()
                    .filter(copies -> self.equals(copies.active()))
                    .map(Copies::partition)
                    .collect(Collectors.toSet());
            return resource.whyUnreadable(folded);
        }
    }

    /**
     * Those of all views.
     *
     * @param remembered how long it is kept what rows were
     * @param nanos a clock that never goes back, in nanoseconds
     * @param whyNotStarted what Kafka Streams waits for, a sentence
     */
    ViewStores(
            TopicNames topics,
            String applicationId,
            Standing.Source standings,
            Positions positions,
            Freshness.Source freshness,
            Clock clock,
            Duration remembered,
            LongSupplier nanos,
            Supplier<String> whyNotStarted) {
        this.topics = topics;
        this.nanos = nanos;
        this.applicationId = applicationId;
        this.locator = new LateLocator(whyNotStarted);
        this.stores = new ArrayList<>();
        Views.ALL.forEach(view -> stores.add(
                store(view, standings, positions, freshness, clock, remembered, new LateReader<>(whyNotStarted))));
    }

    private <S extends SpecificRecord, R extends SpecificRecord> Store<S, R> store(
            View<S, R> view,
            Standing.Source standings,
            Positions positions,
            Freshness.Source freshness,
            Clock clock,
            Duration remembered,
            LateReader<S> reader) {
        LateVersions versions = new LateVersions(Names.history(view.name()));
        return new Store<>(
                reader,
                versions,
                new ViewResource<>(
                        view,
                        topics(view),
                        reader,
                        versions,
                        standings,
                        positions,
                        freshness,
                        clock,
                        remembered,
                        nanos));
    }

    /** Kafka Streams is there. */
    void arrived(KafkaStreams streams, StoresAtHand atHand, Locator where) {
        stores.forEach(store -> store.arrived(streams, atHand));
        locator.arrived(where);
    }

    /**
     * What can be asked about them.
     *
     * @param told whether a view has a row under a key somewhere, by what all instances told a moment ago
     * @param executor where questions go on after other instances have answered
     * @param scans where lists are made
     * @param isCutOff whether another instance may fold by now what this one does
     */
    ViewEndpoints endpoints(
            Peers peers,
            BiPredicate<ViewTopic, String> told,
            Executor executor,
            Executor scans,
            BooleanSupplier isCutOff,
            Clock clock) {
        Supplier<Locator> where = () -> isCutOff.getAsBoolean() ? new OthersFirst(locator.get()) : locator.get();
        List<ViewQueries<?, ?>> queries = new ArrayList<>();
        stores.forEach(store -> queries.add(store.queries(where, peers, told, executor, scans, nanos)));
        return new ViewEndpoints(queries, clock);
    }

    /** The whole names of a view's topics. */
    Collection<String> topics(View<?, ?> view) {
        return view.sources().stream().map(this::name).distinct().toList();
    }

    /** All that views read, and of each topic those out of which other views write it, by their whole names. */
    Map<String, Set<String>> feeding() {
        return Views.ALL.stream()
                .flatMap(view -> view.sources().stream())
                .distinct()
                .collect(Collectors.toUnmodifiableMap(this::name, source -> Views.feeding(source).stream()
                        .map(this::name)
                        .collect(Collectors.toUnmodifiableSet())));
    }

    private String name(Source source) {
        return source.in(topics, applicationId);
    }

    /** Why rows that this instance is to fold cannot be read now, each a sentence; none where all can. */
    List<String> reasonsUnreadable() {
        try {
            Locator where = locator.get();
            return stores.stream()
                    .flatMap(store -> store.whyUnreadable(where).stream())
                    .toList();
        } catch (StoreReader.UnavailableException e) {
            return List.of(String.valueOf(e.getMessage()));
        }
    }
}
