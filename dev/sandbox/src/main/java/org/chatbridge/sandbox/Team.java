package org.chatbridge.sandbox;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** The agents of the simulated world, among them the one that clients log in as, who takes no chats by itself. */
final class Team {

    private final Map<String, Agent> byId = new LinkedHashMap<>();
    private final List<Agent> working = new ArrayList<>();
    private final Agent loginAgent = new Agent("Bridge");
    private final Random random;

    Team(int size, Random random) {
        this.random = random;
        byId.put(loginAgent.id, loginAgent);
        for (int i = 0; i < size; i++) {
            Agent agent = new Agent(Phrases.agentName(i));
            agent.status = i == 0 || random.nextInt(4) > 0 ? Agent.ACCEPTING : Agent.NOT_ACCEPTING;
            byId.put(agent.id, agent);
            working.add(agent);
        }
    }

    List<Agent> all() {
        return List.copyOf(byId.values());
    }

    @Nullable
    Agent find(String id) {
        return byId.get(id);
    }

    Agent loginAgent() {
        return loginAgent;
    }

    /** Any agent but the one that clients log in as. */
    Agent anyone() {
        return working.get(random.nextInt(working.size()));
    }

    /** An agent who is in the chat in neither role, one who accepts chats where there is one. */
    Agent someoneNotIn(Chat chat) {
        int start = random.nextInt(working.size());
        Agent found = null;
        for (int i = 0; i < working.size(); i++) {
            Agent agent = working.get((start + i) % working.size());
            if (!chat.agents.containsKey(agent.id) && !chat.supervisors.containsKey(agent.id)) {
                if (agent.accepts()) {
                    return agent;
                }
                found = agent;
            }
        }
        if (found == null) {
            // a chat has one agent and one supervisor at most, and a team three agents at least
            throw new IllegalStateException("everybody is in chat " + chat.id);
        }
        return found;
    }
}
