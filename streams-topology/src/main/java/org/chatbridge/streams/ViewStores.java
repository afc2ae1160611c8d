package org.chatbridge.streams;

import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.KafkaStreams;
import org.chatbridge.avro.Gap;
import org.chatbridge.schema.TopicNames;
import org.chatbridge.streams.state.AgentStatus;
import org.chatbridge.streams.state.ChatThreads;

/** The stores of all views as they are read, which can be asked about before Kafka Streams is there. */
final class ViewStores {
    private final TopicNames topics;
    private final LateReader<AgentStatus> agents;
    private final LateReader<ChatThreads> threads;
    private final LateReader<Gap> gaps;

    /** @param whyNotStarted what Kafka Streams waits for, a sentence */
    ViewStores(TopicNames topics, Supplier<String> whyNotStarted) {
        this.topics = topics;
        this.agents = new LateReader<>(whyNotStarted);
        this.threads = new LateReader<>(whyNotStarted);
        this.gaps = new LateReader<>(whyNotStarted);
    }

    /** Kafka Streams is there. */
    void arrived(KafkaStreams streams, KeyLocator locator) {
        agents.arrived(reader(new AgentsView(), streams, locator));
        threads.arrived(reader(new ThreadsView(), streams, locator));
        gaps.arrived(reader(new GapsView(), streams, locator));
    }

    private <S extends SpecificRecord> StoreReader<S> reader(View<S> view, KafkaStreams streams, KeyLocator locator) {
        return new StreamsStoreReader<>(streams, locator, view.name(), topics(view));
    }

    /** What can be asked about them. */
    ViewEndpoints endpoints(Freshness.Source freshness, Clock clock) {
        return new ViewEndpoints(
                new ViewResource<>(
                        "agents",
                        topics(new AgentsView()),
                        agents,
                        freshness,
                        (id, status) -> Optional.of(status),
                        RowJson::agent),
                new ViewResource<>(
                        "threads", topics(new ThreadsView()), threads, freshness, OpenThread::of, RowJson::thread),
                new ViewResource<>(
                        "gaps", topics(new GapsView()), gaps, freshness, (id, gap) -> Optional.of(gap), RowJson::gap),
                clock);
    }

    /** The whole names of a view's topics. */
    Collection<String> topics(View<?> view) {
        return view.sources().stream().map(source -> source.in(topics)).toList();
    }

    /** Why rows cannot be read now, each a sentence; none where all can. */
    List<String> reasonsUnreadable() {
        return Stream.of(agents, threads, gaps)
                .flatMap(reader -> reader.whyUnavailable().stream())
                .toList();
    }
}
