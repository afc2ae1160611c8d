package org.chatbridge.streams;

import java.time.Instant;
import java.util.List;
import org.chatbridge.avro.AgentUpdated;
import org.chatbridge.avro.Push;
import org.chatbridge.avro.Snapshot;
import org.chatbridge.streams.state.AgentStatus;
import org.chatbridge.streams.state.InChat;
import org.chatbridge.streams.state.Run;
import org.chatbridge.streams.state.Saying;
import org.chatbridge.streams.state.StatusTime;
import org.jspecify.annotations.Nullable;

/**
 * Folds what is told of one agent into the present routing status (PROTOCOL 2.13), and what chats tell of the agent into
 * name, address and chats. No push says that an agent logged off:
 * a status that was not heard of again by the time a later connection has asked for all is unknown.
 */
final class AgentsFold {
    static final String UNKNOWN = "unknown";

    private static final String AGENT = "agent";

    private AgentsFold() {}

    /** The status after a push; one that says nothing of the status changes nothing. */
    static @Nullable AgentStatus updated(AgentUpdated push, @Nullable AgentStatus status) {
        return said(push.getRoutingStatus(), push.getPush(), status);
    }

    /** The status after a snapshot; one that LiveChat gave no status in changes nothing. */
    static @Nullable AgentStatus learned(Snapshot snapshot, @Nullable AgentStatus status) {
        return snapshot.getEntity().equals(AGENT) && snapshot.getAgent() != null
                ? said(snapshot.getAgent().getRoutingStatus(), snapshot.getPush(), status)
                : status;
    }

    /** The agent after a word of a chat that the agent is or was in; one of a customer changes nothing. */
    static @Nullable AgentStatus inChat(InChat told, @Nullable AgentStatus status) {
        if (!told.getKind().equals(ChatUsers.AGENT) && !told.getKind().equals(ChatUsers.SUPERVISOR)) {
            return status;
        }
        AgentStatus before = status == null ? nothing() : status;
        return new AgentStatus(
                before.getRoutingStatus(),
                before.getSince(),
                before.getRun(),
                before.getTimes(),
                PersonInChats.shown(before.getShown(), told),
                // A supervisor is in none, and may have been as an agent.
                PersonInChats.chats(before.getChats(), told));
    }

    private static AgentStatus nothing() {
        return new AgentStatus(null, null, null, List.of(), null, List.of());
    }

    private static @Nullable AgentStatus said(@Nullable String routingStatus, Push push, @Nullable AgentStatus status) {
        if (routingStatus == null) {
            return status;
        }
        AgentStatus before = status == null ? nothing() : status;
        return status(
                before,
                Runs.said(before.getRun(), routingStatus, Runs.of(push)),
                StatusTimes.with(
                        before.getTimes(), new StatusTime(Stamps.of(push), push.getReceivedAt(), routingStatus, null)),
                new Resyncs());
    }

    /** The status, where these resyncs are complete. */
    static AgentStatus resynced(AgentStatus status, Resyncs resyncs) {
        Run run = status.getRun();
        return run == null
                ? status
                : status(
                        status,
                        Runs.bounded(run, (earlier, later) -> isBroken(earlier, later, resyncs)),
                        StatusTimes.resynced(status.getTimes(), resyncs),
                        resyncs);
    }

    private static AgentStatus status(AgentStatus before, Run run, List<StatusTime> times, Resyncs resyncs) {
        Instant unknownSince = resyncs.firstAfter(Runs.last(run).getUntil()).orElse(null);
        return new AgentStatus(
                unknownSince == null ? run.getValue() : UNKNOWN,
                unknownSince == null ? since(run, resyncs) : unknownSince,
                run,
                times,
                before.getShown(),
                before.getChats());
    }

    /** When the status was first said since it was another one, or unknown. */
    private static Instant since(Run run, Resyncs resyncs) {
        List<Saying> sayings = run.getSayings();
        int first = sayings.size() - 1;
        while (first > 0 && !isBroken(sayings.get(first - 1), sayings.get(first), resyncs)) {
            first--;
        }
        return sayings.get(first).getReceivedAt();
    }

    /** Whether the status was unknown between two times that it was said. */
    private static boolean isBroken(Saying earlier, Saying later, Resyncs resyncs) {
        return resyncs.anyBetween(earlier.getUntil(), later.getAt(), later.getReceivedAt());
    }
}
