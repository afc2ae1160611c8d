package org.chatbridge.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the server answers to each request (PROTOCOL 1.6, 1.7 and 5), and what pushes follow. */
final class Responses {

    /**
     * An answer.
     *
     * @param frame the response
     * @param pushes what every client is told after it
     * @param followed what a client that follows a chat from now on is told of it; null for none
     * @param ok whether it says success
     */
    record Answer(String frame, List<Push> pushes, @Nullable Push followed, boolean ok) {}

    private final World world;
    private final Faults faults;

    Responses(World world, Faults faults) {
        this.world = world;
        this.faults = faults;
    }

    /** Answers a login; without {@code reconnect} the agent's default status is applied, and told if that is a change. */
    Answer login(ObjectNode request, Instant now) {
        String forcedError = faults.loginError();
        if (forcedError != null) {
            return error(request, forcedError, "Refused on purpose");
        }
        JsonNode payload = request.path("payload");
        String token = payload.path("token").asText();
        if (!token.equals(faults.token())) {
            return faults.hasExpired(token)
                    ? error(request, "authentication", "Access token has expired")
                    : error(request, "auth", "Invalid access token");
        }
        Agent agent = world.loginAgent();
        boolean reset = !payload.path("reconnect").asBoolean() && !agent.accepts();
        List<Push> pushes = reset ? world.setStatus(now, agent.id, Agent.ACCEPTING) : List.of();
        ObjectNode answer = Json.object();
        answer.putObject("license")
                .put("id", "8842107")
                .put("plan", "team")
                .put("expiration_timestamp", now.getEpochSecond() + 31_536_000);
        answer.set("my_profile", agent.toUser("agent").put("permission", "administrator"));
        answer.set("chats_summary", world.chatsSummary(true));
        return ok(request, answer, pushes);
    }

    /** Answers any other request of a client that has logged in. */
    Answer answer(ObjectNode request, Instant now) {
        JsonNode payload = request.path("payload");
        String action = request.path("action").asText();
        return switch (action) {
            case "ping" -> ok(request, null, List.of());
            case "update_agent" -> updateAgent(request, payload, now);
            case "get_chat_threads" -> chatThreads(request, payload);
            case "follow_chat" -> follow(request, payload);
            case "get_filtered_chats", "get_chats_summary" -> {
                ObjectNode answer = Json.object();
                boolean active = payload.path("filters").path("include_active").asBoolean(true);
                answer.set("chats_summary", world.chatsSummary(active));
                yield ok(request, answer, List.of());
            }
            default -> error(request, "validation", "Unknown action '" + action + "'");
        };
    }

    private Answer updateAgent(ObjectNode request, JsonNode payload, Instant now) {
        String agent = payload.path("agent_id").asText(world.loginAgent().id);
        String status = payload.path("routing_status").asText();
        if (!status.equals(Agent.ACCEPTING) && !status.equals(Agent.NOT_ACCEPTING)) {
            return error(request, "validation", "`routing_status` is invalid");
        }
        if (!world.knows(agent)) {
            return error(request, "validation", "`agent_id` is invalid");
        }
        return ok(request, null, world.setStatus(now, agent, status));
    }

    private Answer chatThreads(ObjectNode request, JsonNode payload) {
        List<String> threadIds = new ArrayList<>();
        payload.path("thread_ids").forEach(id -> threadIds.add(id.asText()));
        ObjectNode chat = world.chatThreads(payload.path("chat_id").asText(), threadIds);
        if (chat == null) {
            return error(request, "validation", "`chat_id` is invalid");
        }
        ObjectNode answer = Json.object();
        answer.set("chat", chat);
        return ok(request, answer, List.of());
    }

    private Answer follow(ObjectNode request, JsonNode payload) {
        Push announcement = world.announcement(payload.path("chat_id").asText());
        if (announcement == null) {
            return error(request, "chat_inactive", "Chat is inactive");
        }
        Answer answer = ok(request, Json.object(), List.of());
        return new Answer(answer.frame(), List.of(), announcement, true);
    }

    private static Answer ok(ObjectNode request, @Nullable ObjectNode payload, List<Push> pushes) {
        ObjectNode response = head(request).put("success", true);
        if (payload != null) {
            response.set("payload", payload);
        }
        return new Answer(Json.write(response), pushes, null, true);
    }

    static Answer error(ObjectNode request, String type, String message) {
        ObjectNode response = head(request).put("success", false);
        response.putObject("payload").putObject("error").put("type", type).put("message", message);
        return new Answer(Json.write(response), List.of(), null, false);
    }

    private static ObjectNode head(ObjectNode request) {
        ObjectNode response = Json.object();
        for (String name : List.of("id", "request_id", "action")) {
            if (request.has(name)) {
                response.set(name, request.get(name));
            }
        }
        return response.put("type", "response");
    }
}
