package org.chatbridge.streams;

import java.time.Instant;
import java.util.List;
import org.chatbridge.avro.AgentUpdated;
import org.chatbridge.avro.Push;
import org.chatbridge.avro.Snapshot;
import org.chatbridge.streams.state.AgentStatus;
import org.chatbridge.streams.state.Run;
import org.chatbridge.streams.state.Saying;
import org.jspecify.annotations.Nullable;

/**
 * Folds what is told of one agent into the present routing status (PROTOCOL 2.13). No push says that an agent logged off:
 * a status that was not heard of again by the time a later connection has asked for all is unknown.
 */
final class AgentsFold {
    static final String UNKNOWN = "unknown";

    private static final String AGENT = "agent";

    private AgentsFold() {}

    /** The status after a push; one that says nothing of the status changes nothing. */
    static @Nullable AgentStatus updated(AgentUpdated push, @Nullable AgentStatus status) {
        return said(push.getAgentId(), push.getRoutingStatus(), push.getPush(), status);
    }

    /** The status after a snapshot; one that LiveChat gave no status in changes nothing. */
    static @Nullable AgentStatus learned(Snapshot snapshot, @Nullable AgentStatus status) {
        return snapshot.getEntity().equals(AGENT) && snapshot.getAgent() != null
                ? said(snapshot.getId(), snapshot.getAgent().getRoutingStatus(), snapshot.getPush(), status)
                : status;
    }

    private static @Nullable AgentStatus said(
            String agentId, @Nullable String routingStatus, Push push, @Nullable AgentStatus status) {
        return routingStatus == null
                ? status
                : row(
                        agentId,
                        Runs.said(status == null ? null : status.getRun(), routingStatus, Runs.of(push)),
                        new Resyncs());
    }

    /** The status, where these resyncs are complete. */
    static AgentStatus resynced(AgentStatus status, Resyncs resyncs) {
        return row(status.getAgentId(), Runs.bounded(status.getRun(), resyncs::anyBetween), resyncs);
    }

    private static AgentStatus row(String agentId, Run run, Resyncs resyncs) {
        return resyncs.firstAfter(Runs.last(run).getUntil())
                .map(unknownSince -> new AgentStatus(agentId, UNKNOWN, unknownSince, run))
                .orElseGet(() -> new AgentStatus(agentId, run.getValue(), since(run, resyncs), run));
    }

    /** When the status was first said since it was another one, or unknown. */
    private static Instant since(Run run, Resyncs resyncs) {
        List<Saying> sayings = run.getSayings();
        int first = sayings.size() - 1;
        while (first > 0
                && !resyncs.anyBetween(
                        sayings.get(first - 1).getUntil(), sayings.get(first).getAt())) {
            first--;
        }
        return sayings.get(first).getReceivedAt();
    }
}
