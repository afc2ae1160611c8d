package org.chatbridge.bridge.connection;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes the requests of one connection in the dialect of its version. PROTOCOL 1.2, 1.4, 1.6.
 *
 * <p>In the 0.2 era the id of a request was first called {@code id} and then {@code request_id}; both are sent.
 */
final class Requests {
    static final String LOGIN = "login";
    static final String PING = "ping";

    /** What the ids of all requests begin with. */
    static final String ID_PREFIX = "bridge-";

    private static final String SET_ROUTING_STATUS = "set_routing_status";
    private static final String UPDATE_AGENT = "update_agent";
    private static final String GET_FILTERED_CHATS = "get_filtered_chats";
    private static final String GET_CHATS_SUMMARY = "get_chats_summary";
    private static final String LIST_CHATS = "list_chats";
    private static final String GET_CHAT_THREADS = "get_chat_threads";
    private static final String GET_CHAT = "get_chat";
    private static final String LIST_ROUTING_STATUSES = "list_routing_statuses";
    private static final String FOLLOW_CHAT = "follow_chat";
    private static final Set<String> ACTIONS = Set.of(
            LOGIN,
            PING,
            SET_ROUTING_STATUS,
            UPDATE_AGENT,
            GET_FILTERED_CHATS,
            GET_CHATS_SUMMARY,
            LIST_CHATS,
            GET_CHAT_THREADS,
            GET_CHAT,
            LIST_ROUTING_STATUSES,
            FOLLOW_CHAT);
    private static final int PAGE = 100;
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String NOT_ACCEPTING = "not_accepting_chats";

    private final ApiVersion version;
    private final String application;
    private long count;

    /**
     * A request as it is sent.
     *
     * @param id what its answer repeats
     */
    record Request(String id, String action, String text) {}

    /** @param application version of this program, told to LiveChat at login */
    Requests(ApiVersion version, String application) {
        this.version = version;
        this.application = application;
    }

    /**
     * Subscribes the connection to pushes, without becoming an agent that chats are routed to: {@code reconnect} keeps the
     * agent's last routing status where a plain login would set the default one.
     *
     * @param monitoring told from version 3.3 on, which does not know {@code highest_available} yet
     */
    Request login(String token, CustomerMonitoring monitoring) {
        ObjectNode payload = JSON.createObjectNode().put("token", token).put("reconnect", true);
        payload.putObject("application").put("name", "chatbridge").put("version", application);
        if (version.isAtLeast(ApiVersion.V3_2)) {
            payload.put("away", true);
        }
        if (version.isAtLeast(ApiVersion.V3_3)) {
            boolean isUnknown = version == ApiVersion.V3_3 && monitoring == CustomerMonitoring.HIGHEST_AVAILABLE;
            payload.put("customer_monitoring_level", (isUnknown ? CustomerMonitoring.ONLINE : monitoring).label());
        }
        return request(LOGIN, payload);
    }

    /** Takes the own agent off routing. */
    Request park() {
        return version.isAtLeast(ApiVersion.V3_2)
                ? request(parkAction(), JSON.createObjectNode().put("status", NOT_ACCEPTING))
                : request(parkAction(), JSON.createObjectNode().put("routing_status", NOT_ACCEPTING));
    }

    /** The name of {@link #park} in this version. */
    String parkAction() {
        return version.isAtLeast(ApiVersion.V3_2) ? SET_ROUTING_STATUS : UPDATE_AGENT;
    }

    /**
     * Asks for the chats there are, with the thread that each had last. PROTOCOL 5.
     *
     * @param pageId what the page before said; null for the first. With one nothing else may be sent from version 3.2 on, and
     *     before that the same as for the first
     */
    Request chats(@Nullable String pageId) {
        ObjectNode payload = JSON.createObjectNode();
        boolean pageSaysAll = version.isAtLeast(ApiVersion.V3_2) && pageId != null;
        if (!version.isAtLeast(ApiVersion.V3_2)) {
            payload.putObject("filters").put("include_active", true);
        }
        if (version.isAtLeast(ApiVersion.V3_1) && !pageSaysAll) {
            payload.put("limit", PAGE);
        }
        if (pageId != null) {
            payload.put("page_id", pageId);
        }
        return request(
                version.isAtLeast(ApiVersion.V3_2)
                        ? LIST_CHATS
                        : version.isAtLeast(ApiVersion.V3_1) ? GET_CHATS_SUMMARY : GET_FILTERED_CHATS,
                payload);
    }

    /** Asks for one thread of a chat, with its events. PROTOCOL 5. */
    Request thread(String chatId, String threadId) {
        ObjectNode payload = JSON.createObjectNode().put("chat_id", chatId);
        if (version.isAtLeast(ApiVersion.V3_2)) {
            return request(GET_CHAT, payload.put("thread_id", threadId));
        }
        payload.putArray("thread_ids").add(threadId);
        return request(GET_CHAT_THREADS, payload);
    }

    /** Asks for the latest thread of a chat, if it has one, with its events; only from version 3.2 on. PROTOCOL 5. */
    Request latestThread(String chatId) {
        return request(GET_CHAT, JSON.createObjectNode().put("chat_id", chatId));
    }

    /** Asks for the routing status of every agent; only from version 3.3 on. PROTOCOL 5. */
    Request routingStatuses() {
        return request(LIST_ROUTING_STATUSES, JSON.createObjectNode());
    }

    /** Asks to be told of what happens in a chat until its next thread; only from version 3.1 on. */
    Request follow(String chatId) {
        return request(
                FOLLOW_CHAT,
                JSON.createObjectNode().put(version.isAtLeast(ApiVersion.V3_3) ? "id" : "chat_id", chatId));
    }

    /** Keeps the connection alive, and shows that it is. */
    Request ping() {
        return request(PING, version == ApiVersion.V0_2 ? null : JSON.createObjectNode());
    }

    /** Whether a frame with this id and this action can only be about a request of ours; no push has such an action. */
    static boolean isOurs(@Nullable String id, @Nullable String action) {
        return id != null && id.startsWith(ID_PREFIX) && action != null && ACTIONS.contains(action);
    }

    private Request request(String action, @Nullable ObjectNode payload) {
        String id = ID_PREFIX + ++count;
        ObjectNode request = JSON.createObjectNode();
        if (version == ApiVersion.V0_2) {
            request.put("id", id);
        }
        request.put("request_id", id).put("action", action);
        if (payload != null) {
            request.set("payload", payload);
        }
        try {
            return new Request(id, action, JSON.writeValueAsString(request));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("writing a request", e);
        }
    }
}
