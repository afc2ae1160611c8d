package org.chatbridge.streams;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyConfig;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.chatbridge.streams.state.InChat;

/** All views as one topology: for each its topics, its fold with its stores, and the topic of its rows. */
final class ViewsTopology {
    private final StreamsBuilder builder;
    private final Sources sources;
    private final Map<Source, KStream<String, SpecificRecord>> betweenViews = new HashMap<>();

    private ViewsTopology(StreamsBuilder builder, Sources sources) {
        this.builder = builder;
        this.sources = sources;
    }

    static Topology build(List<View<?, ?>> views, Properties properties, Sources sources) {
        // Some settings count only if the builder has them too, the explicit naming of internal resources among them.
        StreamsBuilder builder = new StreamsBuilder(new TopologyConfig(new StreamsConfig(properties)));
        ViewsTopology topology = new ViewsTopology(builder, sources);
        views.forEach(topology::add);
        return builder.build(properties);
    }

    private <S extends SpecificRecord, R extends SpecificRecord> void add(View<S, R> view) {
        String name = view.name();
        List<String> stores = new ArrayList<>();
        builder.addStateStore(sources.states(view));
        stores.add(name);
        if (view.heedsResyncs()) {
            builder.addStateStore(sources.words(view));
            stores.add(Names.resyncs(name));
        }
        KStream<String, SpecificRecord> all = null;
        for (Source source : view.sources()) {
            KStream<String, SpecificRecord> one = read(name, source);
            all = all == null ? one : all.merge(one, Named.as(Names.operator(name, "and", source)));
        }
        if (all == null) {
            throw new IllegalStateException(name + " reads nothing");
        }
        KStream<String, SpecificRecord> told = all.process(
                () -> new FoldProcessor<>(view, sources.positions()),
                Named.as(name + "-fold"),
                stores.toArray(String[]::new));
        told.filterNot((key, value) -> value instanceof InChat, Named.as(name + "-rows"))
                .to(sources.topic(view), sources.rows(view));
        if (view.tellsOfPeople()) {
            betweenViews.put(
                    Source.PEOPLE,
                    told.filter((key, value) -> value instanceof InChat, Named.as(name + "-people"))
                            .repartition(sources.between(Source.PEOPLE)));
        }
    }

    private KStream<String, SpecificRecord> read(String view, Source source) {
        if (!source.betweenViews()) {
            return sources.keyed(builder, view, source);
        }
        KStream<String, SpecificRecord> told = betweenViews.get(source);
        if (told == null) {
            throw new IllegalStateException(view + " stands before the view that tells it of " + source.topic());
        }
        return told;
    }
}
