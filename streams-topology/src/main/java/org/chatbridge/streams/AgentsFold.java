package org.chatbridge.streams;

import org.chatbridge.avro.AgentUpdated;
import org.chatbridge.streams.state.AgentStatus;
import org.chatbridge.streams.state.Stamp;
import org.jspecify.annotations.Nullable;

/** Folds the pushes about one agent into its present routing status (PROTOCOL 2.13). */
final class AgentsFold {
    private AgentsFold() {}

    /**
     * The status after a push.
     *
     * @param status null before the first push
     * @return {@code status} itself where the push is an old one come again, or says nothing of the status
     */
    static @Nullable AgentStatus updated(String agentId, AgentUpdated push, @Nullable AgentStatus status) {
        Stamp at = Stamps.of(push.getPush());
        String routingStatus = push.getRoutingStatus();
        if (routingStatus == null || (status != null && !Stamps.isAfter(at, status.getLast()))) {
            return status;
        }
        boolean same = status != null && status.getRoutingStatus().equals(routingStatus);
        return new AgentStatus(
                agentId,
                routingStatus,
                status != null && same ? status.getSince() : push.getPush().getReceivedAt(),
                at);
    }
}
