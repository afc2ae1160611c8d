package org.chatbridge.streams;

import java.util.List;
import org.apache.avro.Schema;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Named;
import org.chatbridge.avro.AgentUpdated;
import org.chatbridge.schema.Action;
import org.chatbridge.streams.state.AgentStatus;

/** The routing status of every agent, by agent id. */
final class AgentsView implements View {
    static final String NAME = "agents";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<Action> sources() {
        return List.of(Action.AGENT_UPDATED);
    }

    @Override
    public Schema stateSchema() {
        return AgentStatus.getClassSchema();
    }

    @Override
    public void addTo(StreamsBuilder builder, Sources sources) {
        sources.<AgentUpdated>grouped(builder, NAME, Action.AGENT_UPDATED, AgentUpdated::getPush)
                .aggregate(() -> null, AgentsFold::updated, Named.as(NAME + "-fold"), sources.<AgentStatus>store(this));
    }
}
