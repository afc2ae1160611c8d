package org.chatbridge.streams;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.KafkaStreams;
import org.chatbridge.schema.TopicNames;

/** The stores of all views as they are read, which can be asked about before Kafka Streams is there. */
final class ViewStores {
    private final TopicNames topics;
    private final String applicationId;
    private final List<Store<?, ?>> stores = new ArrayList<>();

    private record Store<S extends SpecificRecord, R extends SpecificRecord>(View<S, R> view, LateReader<S> reader) {
        ViewResource<S, R> resource(Collection<String> topics, Freshness.Source freshness, Clock clock) {
            return new ViewResource<>(view, topics, reader, freshness, clock);
        }

        void arrived(KafkaStreams streams, KeyLocator locator, Collection<String> topics) {
            reader.arrived(new StreamsStoreReader<>(streams, locator, view.name(), topics));
        }
    }

    /** @param whyNotStarted what Kafka Streams waits for, a sentence */
    ViewStores(TopicNames topics, String applicationId, Supplier<String> whyNotStarted) {
        this.topics = topics;
        this.applicationId = applicationId;
        Views.ALL.forEach(view -> stores.add(new Store<>(view, new LateReader<>(whyNotStarted))));
    }

    /** Kafka Streams is there. */
    void arrived(KafkaStreams streams, KeyLocator locator) {
        stores.forEach(store -> store.arrived(streams, locator, topics(store.view())));
    }

    /** What can be asked about them. */
    ViewEndpoints endpoints(Freshness.Source freshness, Clock clock) {
        return new ViewEndpoints(
                stores.stream()
                        .<ViewResource<?, ?>>map(store -> store.resource(topics(store.view()), freshness, clock))
                        .toList(),
                clock);
    }

    /** The whole names of a view's topics. */
    Collection<String> topics(View<?, ?> view) {
        return view.sources().stream()
                .map(source -> source.in(topics, applicationId))
                .toList();
    }

    /** Why rows cannot be read now, each a sentence; none where all can. */
    List<String> reasonsUnreadable() {
        return stores.stream()
                .flatMap(store -> store.reader().whyUnavailable().stream())
                .toList();
    }
}
