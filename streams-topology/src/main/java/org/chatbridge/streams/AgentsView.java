package org.chatbridge.streams;

import java.util.List;
import org.apache.avro.Schema;
import org.chatbridge.avro.AgentUpdated;
import org.chatbridge.avro.Snapshot;
import org.chatbridge.schema.Action;
import org.chatbridge.schema.OwnRecord;
import org.chatbridge.streams.state.AgentStatus;

/** The routing status of every agent, by agent id. */
final class AgentsView implements View<AgentStatus> {
    static final String NAME = "agents";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Schema stateSchema() {
        return AgentStatus.getClassSchema();
    }

    @Override
    public List<Fact<?, AgentStatus>> facts() {
        return List.of(
                Fact.of(Action.AGENT_UPDATED, AgentUpdated.class, AgentsFold::updated),
                Fact.of(OwnRecord.SNAPSHOT, Snapshot.class, AgentsFold::learned));
    }

    @Override
    public AgentStatus resynced(AgentStatus status, Resyncs resyncs) {
        return AgentsFold.resynced(status, resyncs);
    }
}
