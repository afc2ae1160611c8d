package org.chatbridge.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Which agents are at work, in which chats, and who may see what. */
final class Staffing {

    private final Script script;
    private final Team team;
    private final Random random;

    Staffing(Script script, Team team, Random random) {
        this.script = script;
        this.team = team;
        this.random = random;
    }

    void changeStatus() {
        Agent agent = team.anyone();
        agent.status = agent.accepts() ? Agent.NOT_ACCEPTING : Agent.ACCEPTING;
        script.push("agent_updated", Json.object().put("agent_id", agent.id).put("routing_status", agent.status));
    }

    void broadcast() {
        ObjectNode payload = Json.object().put("author_id", team.anyone().id);
        payload.putObject("content")
                .put("type", "shift_note")
                .put("text", "cutoff at 16:00 ☕")
                .putObject("example")
                .put("nested", random.nextInt(100));
        script.push("incoming_broadcast", payload);
    }

    void assign(Chat chat) {
        Agent agent = team.someoneNotIn(chat);
        UsersUpdate update = new UsersUpdate();
        join(chat, agent, update);
        script.users(chat, update);
        script.system(chat, "routing.assigned", "Chat assigned to " + agent.name);
        ObjectNode routing = Json.object();
        routing.putObject("unassigned").put("value", false);
        script.threadProperties(chat, "routing", routing);
        script.chatProperties(chat, "routing", routing);
    }

    void transfer(Chat chat) {
        Agent agent = team.someoneNotIn(chat);
        UsersUpdate update = new UsersUpdate();
        leave(chat, update);
        join(chat, agent, update);
        script.users(chat, update);
        script.system(chat, "chat_transferred", "Chat transferred to " + agent.name);
    }

    void supervise(Chat chat) {
        Agent agent = team.someoneNotIn(chat);
        chat.supervisors.put(agent.id, agent);
        UsersUpdate update = new UsersUpdate();
        update.supervisorsAdded.add(agent.toUser("supervisor"));
        script.users(chat, update);
    }

    /** A supervisor becomes the chat's agent, and the agent before goes: one push. */
    void takeOver(Chat chat) {
        Agent agent = chat.supervisors.values().iterator().next();
        chat.supervisors.remove(agent.id);
        UsersUpdate update = new UsersUpdate();
        update.supervisorsRemoved.add(agent.id);
        leave(chat, update);
        join(chat, agent, update);
        script.users(chat, update);
    }

    /** The supervisors go when a thread is closed, and, when the router closes it, the agent too. */
    void goHome(Chat chat, @Nullable String closedBy) {
        UsersUpdate update = new UsersUpdate();
        chat.supervisors.keySet().forEach(update.supervisorsRemoved::add);
        chat.supervisors.clear();
        if (closedBy == null) {
            leave(chat, update);
        }
        if (!update.supervisorsRemoved.isEmpty() || !update.agentsRemoved.isEmpty()) {
            script.users(chat, update);
        }
    }

    void changeScopes(Chat chat) {
        int group = 1 + random.nextInt(3);
        String agent = team.anyone().id;
        boolean added = chat.groups.add(group);
        if (!added) {
            chat.groups.remove(group);
        }
        List<String> agentsAdded = chat.scopedAgents.add(agent) ? List.of(agent) : List.of();
        ObjectNode payload = Script.inChat(chat);
        payload.set("scopes_added", Chat.scopes(added ? List.of(group) : List.of(), agentsAdded));
        payload.set("scopes_removed", Chat.scopes(added ? List.of() : List.of(group), List.of()));
        script.push("chat_scopes_updated", payload);
    }

    private void join(Chat chat, Agent agent, UsersUpdate update) {
        agent.lastSeen = script.now();
        chat.agents.put(agent.id, agent);
        chat.thread().userIds.add(agent.id);
        update.agentsAdded.add(agent.toUser("agent"));
    }

    private static void leave(Chat chat, UsersUpdate update) {
        chat.agents.keySet().forEach(update.agentsRemoved::add);
        chat.agents.clear();
    }
}
