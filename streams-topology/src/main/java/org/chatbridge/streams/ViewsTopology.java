package org.chatbridge.streams;

import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyConfig;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;

/** All views as one topology. */
final class ViewsTopology {
    /** The only list of the views. */
    static final List<View<?>> VIEWS = List.of(new AgentsView(), new ThreadsView(), new GapsView());

    private ViewsTopology() {}

    static Topology build(Properties properties, Sources sources) {
        // Some settings count only if the builder has them too, the explicit naming of internal resources among them.
        StreamsBuilder builder = new StreamsBuilder(new TopologyConfig(new StreamsConfig(properties)));
        VIEWS.forEach(view -> add(builder, view, sources));
        return builder.build(properties);
    }

    private static <S extends SpecificRecord> void add(StreamsBuilder builder, View<S> view, Sources sources) {
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
            KStream<String, SpecificRecord> one = sources.keyed(builder, name, source);
            all = all == null ? one : all.merge(one, Named.as(Names.operator(name, "and", source)));
        }
        if (all != null) {
            all.process(() -> new FoldProcessor<>(view), Named.as(name + "-fold"), stores.toArray(String[]::new));
        }
    }

    /** Every topic that is read. */
    static List<Source> sources() {
        return VIEWS.stream()
                .flatMap(view -> view.sources().stream())
                .distinct()
                .toList();
    }
}
