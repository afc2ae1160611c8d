package org.chatbridge.streams;

import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyConfig;
import org.chatbridge.avro.AgentDisconnected;
import org.chatbridge.schema.Action;

/** All views as one topology. */
final class ViewsTopology {
    /** The only list of the views. */
    static final List<View> VIEWS = List.of(new AgentsView(), new ThreadsView());

    private ViewsTopology() {}

    static Topology build(Properties properties, Sources sources) {
        // Some settings count only if the builder has them too, the explicit naming of internal resources among them.
        StreamsBuilder builder = new StreamsBuilder(new TopologyConfig(new StreamsConfig(properties)));
        for (View view : VIEWS) {
            view.addTo(builder, sources);
        }
        sources.<AgentDisconnected>watched(builder, Action.AGENT_DISCONNECTED, AgentDisconnected::getPush);
        return builder.build(properties);
    }

    /** Every action that is read. */
    static List<Action> sources() {
        List<Action> actions = new ArrayList<>();
        VIEWS.forEach(view -> actions.addAll(view.sources()));
        actions.add(Action.AGENT_DISCONNECTED);
        return actions;
    }
}
