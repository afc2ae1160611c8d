package org.chatbridge.streams;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.chatbridge.avro.AgentUpdated;
import org.chatbridge.avro.Snapshot;
import org.chatbridge.avro.view.AgentRow;
import org.chatbridge.schema.Action;
import org.chatbridge.schema.OwnRecord;
import org.chatbridge.schema.ViewTopic;
import org.chatbridge.streams.state.AgentStatus;
import org.chatbridge.streams.state.InChat;
import org.chatbridge.streams.state.ShownAs;

/**
 * The routing status of every agent, and the chats they are in, by agent id. An agent of whom only chats tell has no
 * status; one who was never in a chat has no name.
 */
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
                Fact.of(OwnRecord.SNAPSHOT, Snapshot.class, AgentsFold::learned),
                Fact.of(Source.PEOPLE, InChat.class, AgentsFold::inChat));
    }

    @Override
    public Optional<AgentRow> row(String agentId, AgentStatus state, Instant at) {
        ShownAs shown = state.getShown();
        return Optional.of(new AgentRow(
                agentId,
                state.getRoutingStatus(),
                state.getSince(),
                shown == null ? null : shown.getName(),
                shown == null ? null : shown.getEmail(),
                PersonInChats.chatIds(state.getChats()),
                StatusTimes.secondsOfDay(state.getTimes(), at)));
    }

    /** With the seconds until then, of the day of that moment. */
    @Override
    public AgentRow at(AgentRow row, Instant made, Instant moment) {
        String status = row.getRoutingStatus();
        Instant day = moment.truncatedTo(ChronoUnit.DAYS);
        boolean isAnotherDay = made.isBefore(day);
        if (made.equals(moment) || (status == null && !isAnotherDay)) {
            return row;
        }
        Map<String, Long> seconds = new TreeMap<>(isAnotherDay ? Map.of() : row.getSecondsToday());
        if (status != null) {
            seconds.merge(
                    status, Duration.between(isAnotherDay ? day : made, moment).toSeconds(), Long::sum);
        }
        return new AgentRow(
                row.getAgentId(), status, row.getSince(), row.getName(), row.getEmail(), row.getChatIds(), seconds);
    }

    @Override
    public AgentStatus resynced(AgentStatus status, Resyncs resyncs) {
        return AgentsFold.resynced(status, resyncs);
    }
}
