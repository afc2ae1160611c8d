package org.chatbridge.streams;

import java.util.ArrayList;
import java.util.EnumMap;
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
import org.chatbridge.schema.ViewTopic;
import org.chatbridge.streams.state.InChat;

/** All views as one topology: for each its topics, its fold with its stores, and the topic of its rows. */
final class ViewsTopology {
    private final StreamsBuilder builder;
    private final Sources sources;
    private final Map<Source, KStream<String, SpecificRecord>> betweenViews = new HashMap<>();
    private final Map<ViewTopic, KStream<String, SpecificRecord>> rows = new EnumMap<>(ViewTopic.class);

    private ViewsTopology(StreamsBuilder builder, Sources sources) {
        this.builder = builder;
        this.sources = sources;
    }

    static Topology build(List<View<?, ?>> views, Properties properties, Sources sources) {
        // Some settings count only if the builder has them too, the explicit naming of internal resources among them.
        StreamsBuilder builder = new StreamsBuilder(new TopologyConfig(new StreamsConfig(properties)));
        ViewsTopology topology = new ViewsTopology(builder, sources);
        for (View<?, ?> view : views) {
            if (view.sources().contains(Source.ACTIVITY_PARTS)) {
                topology.addActivityParts();
            }
            topology.add(view);
        }
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
        if (view.keepsHistory()) {
            builder.addStateStore(sources.history(view));
            stores.add(Names.history(name));
        }
        if (view.hasTerms()) {
            builder.addStateStore(sources.terms(view));
            stores.add(Names.terms(name));
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
                () -> new FoldProcessor<>(view, sources.positions(), sources.stores(), sources.historyKeptFor()),
                Named.as(name + "-fold"),
                stores.toArray(String[]::new));
        KStream<String, SpecificRecord> changedRows =
                told.filterNot((key, value) -> value instanceof InChat, Named.as(name + "-rows"));
        changedRows.to(sources.topic(view), sources.rows(view));
        rows.put(view.topic(), changedRows);
        if (view.tellsOfPeople()) {
            betweenViews.put(
                    Source.PEOPLE,
                    told.filter((key, value) -> value instanceof InChat, Named.as(name + "-people"))
                            .repartition(sources.between(Source.PEOPLE)));
        }
    }

    /** In the tasks of the view of threads, whose rows it reads as they change. */
    private void addActivityParts() {
        ActivityParts.STORES.forEach((store, schema) -> builder.addStateStore(sources.counting(store, schema)));
        String name = ViewTopic.ACTIVITY.view();
        KStream<String, SpecificRecord> all = rows.get(ViewTopic.THREADS);
        if (all == null) {
            throw new IllegalStateException(name + " stands before the view of threads");
        }
        for (Source source : ActivityParts.SOURCES) {
            all = all.merge(sources.all(builder, name, source), Named.as(Names.operator(name, "and", source)));
        }
        betweenViews.put(
                Source.ACTIVITY_PARTS,
                all.process(
                                ActivityParts::new,
                                Named.as(name + "-count"),
                                ActivityParts.STORES.keySet().toArray(String[]::new))
                        .repartition(sources.between(Source.ACTIVITY_PARTS)));
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
