package org.chatbridge.sandbox;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** One chat: a customer, who is in it, and its threads, of which only the last can be open. */
final class Chat {

    private static final int THREADS_KEPT = 4;

    final String id;
    final Customer customer;
    boolean customerPresent = true;
    final Map<String, Agent> agents = new LinkedHashMap<>();
    final Map<String, Agent> supervisors = new LinkedHashMap<>();
    final ObjectNode properties = Json.object();
    final TreeSet<Integer> groups = new TreeSet<>();
    final TreeSet<String> scopedAgents = new TreeSet<>();
    private final List<ChatThread> threads = new ArrayList<>();
    private long threadOrder;

    Chat(String id, Customer customer) {
        this.id = id;
        this.customer = customer;
    }

    ChatThread openThread(String threadId, long now) {
        ChatThread thread = new ChatThread(threadId, ++threadOrder, now);
        threads.add(thread);
        if (threads.size() > THREADS_KEPT) {
            threads.remove(0);
        }
        customer.threads++;
        return thread;
    }

    ChatThread thread() {
        return threads.get(threads.size() - 1);
    }

    ArrayNode users() {
        ArrayNode users = Json.object().putArray("users");
        if (customerPresent) {
            users.add(customer.toUser(true));
        }
        agents.values().forEach(agent -> users.add(agent.toUser("agent")));
        supervisors.values().forEach(agent -> users.add(agent.toUser("supervisor")));
        return users;
    }

    ObjectNode scopes() {
        return scopes(groups, scopedAgents);
    }

    static ObjectNode scopes(Iterable<Integer> groups, Iterable<String> agents) {
        ObjectNode scopes = Json.object();
        if (groups.iterator().hasNext()) {
            groups.forEach(scopes.putArray("groups")::add);
        }
        if (agents.iterator().hasNext()) {
            agents.forEach(scopes.putArray("agents")::add);
        }
        return scopes;
    }

    /** The chat with its newest thread, as {@code incoming_chat_thread} carries it (PROTOCOL 2.1). */
    ObjectNode toPush() {
        ObjectNode json = head();
        json.set("thread", thread().toJson());
        return json;
    }

    /** One element of {@code chats_summary} (PROTOCOL 1.6). */
    ObjectNode toSummary() {
        ObjectNode json = head();
        json.set("last_thread_summary", thread().toSummary());
        return json;
    }

    /** The answer to {@code get_chat_threads}: the threads asked for, and a line on each (PROTOCOL 5). */
    ObjectNode toThreads(List<String> threadIds) {
        ObjectNode json = head();
        ArrayNode full = json.putArray("threads");
        ArrayNode summaries = json.putArray("threads_summary");
        for (ChatThread thread : threads) {
            summaries.addObject().put("thread_id", thread.id).put("order", thread.order);
            if (threadIds.contains(thread.id)) {
                full.add(thread.toJson());
            }
        }
        return json;
    }

    private ObjectNode head() {
        ObjectNode json = Json.object().put("id", id);
        json.set("users", users());
        json.set("properties", properties.deepCopy());
        json.set("scopes", scopes());
        return json;
    }
}
