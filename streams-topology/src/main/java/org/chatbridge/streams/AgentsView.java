package org.chatbridge.streams;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.chatbridge.avro.AgentUpdated;
import org.chatbridge.avro.Snapshot;
import org.chatbridge.avro.view.AgentRow;
import org.chatbridge.schema.Action;
import org.chatbridge.schema.OwnRecord;
import org.chatbridge.schema.ViewTopic;
import org.chatbridge.streams.state.AgentStatus;

/** The routing status of every agent, by agent id. */
final class AgentsView implements View<AgentStatus, AgentRow> {
    @Override
    public ViewTopic topic() {
        return ViewTopic.AGENTS;
    }

    @Override
    public boolean keepsHistory() {
        return true;
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
    public Optional<AgentRow> row(String agentId, AgentStatus state, Instant at) {
        return Optional.of(
                new AgentRow(agentId, state.getRoutingStatus(), state.getSince(), null, null, List.of(), Map.of()));
    }

    @Override
    public AgentStatus resynced(AgentStatus status, Resyncs resyncs) {
        return AgentsFold.resynced(status, resyncs);
    }
}
