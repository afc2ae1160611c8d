package org.chatbridge.sandbox;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is so in the simulated world at one moment: what every view of it should show once all pushes have arrived.
 *
 * @param agents all agents by id, the one that clients log in as included
 * @param openThreads all open threads, by chat id
 * @param bans the customers banned now, by id
 * @param pushes how many pushes of each action were made while someone was logged in
 * @param unheard how many pushes were made while nobody was logged in: lost to everybody
 * @param paused whether the world stands still
 */
public record Truth(
        List<Agent> agents,
        List<OpenThread> openThreads,
        List<Ban> bans,
        Map<String, Long> pushes,
        long unheard,
        boolean paused) {

    /**
     * One agent.
     *
     * @param routingStatus {@code accepting_chats} or {@code not_accepting_chats}
     * @param announcedStatus what the last {@code agent_updated} said that someone heard; null before the first
     */
    public record Agent(
            String agentId, String routingStatus, @Nullable String announcedStatus) {}

    /**
     * One open thread.
     *
     * @param agentIds the agents in the chat, supervisors left out, sorted
     */
    public record OpenThread(
            String chatId,
            String threadId,
            Instant openedAt,
            List<String> agentIds,
            String customerId,
            LastEvent lastEvent) {}

    /**
     * The event that came last in a thread.
     *
     * @param text null for types that have none
     */
    public record LastEvent(
            String id, String type, long order, @Nullable String text) {}

    /**
     * A ban in force.
     *
     * @param since when it was pushed, in whole seconds
     */
    public record Ban(String customerId, int days, Instant since) {}

    /** How many pushes were made while someone was logged in. */
    public long totalPushes() {
        return pushes.values().stream().mapToLong(Long::longValue).sum();
    }

    /** The same as one JSON object, names in snake_case, instants in RFC 3339. */
    public String toJson() {
        ObjectNode json = Json.object();
        json.put("paused", paused).put("total_pushes", totalPushes()).put("unheard", unheard);
        ObjectNode counts = json.putObject("pushes");
        pushes.forEach(counts::put);
        ArrayNode agentArray = json.putArray("agents");
        for (Agent agent : agents) {
            agentArray
                    .addObject()
                    .put("agent_id", agent.agentId())
                    .put("routing_status", agent.routingStatus())
                    .put("announced_status", agent.announcedStatus());
        }
        ArrayNode threadArray = json.putArray("open_threads");
        for (OpenThread thread : openThreads) {
            ObjectNode node = threadArray
                    .addObject()
                    .put("chat_id", thread.chatId())
                    .put("thread_id", thread.threadId())
                    .put("opened_at", thread.openedAt().toString());
            thread.agentIds().forEach(node.putArray("agent_ids")::add);
            node.put("customer_id", thread.customerId())
                    .putObject("last_event")
                    .put("id", thread.lastEvent().id())
                    .put("type", thread.lastEvent().type())
                    .put("order", thread.lastEvent().order())
                    .put("text", thread.lastEvent().text());
        }
        ArrayNode banArray = json.putArray("bans");
        for (Ban ban : bans) {
            banArray.addObject()
                    .put("customer_id", ban.customerId())
                    .put("days", ban.days())
                    .put("since", ban.since().toString());
        }
        return json.toString();
    }
}
