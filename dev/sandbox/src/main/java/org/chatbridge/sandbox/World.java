package org.chatbridge.sandbox;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A support team at work, as LiveChat would push it: deterministic, without clock, thread or I/O of its own.
 *
 * <p>The same seed, settings and instants give the same pushes. Each {@link #step} makes one thing happen and returns the
 * pushes that tell of it. The first steps announce the agents, and the first hundred make everything happen once. Not
 * safe for use by several threads.
 */
public final class World {

    private static final int SOMETHING_NEW_EVERY = 2;

    private final WorldSettings settings;
    private final Random random;
    private final Team team;
    private final Chats chats;
    private final Happenings happenings;
    private final Set<Activity> pending = EnumSet.allOf(Activity.class);
    private final Deque<Agent> unannounced = new ArrayDeque<>();
    private final Map<String, Long> pushes = new TreeMap<>();
    private final List<Push> out = new ArrayList<>();
    private long unheard;
    private long steps;
    private long now;
    private boolean heard = true;

    /** Creates the world as it is before anything has happened: agents at work, no chat. */
    public World(long seed, WorldSettings settings) {
        this.settings = settings;
        this.random = new Random(seed);
        Phrases phrases = new Phrases(random);
        this.team = new Team(settings.agents(), random);
        this.chats = new Chats(settings.dormantChats(), random);
        this.happenings = new Happenings(team, chats, phrases, random, this::push);
        if (settings.announceAgents()) {
            unannounced.addAll(team.all());
        }
    }

    /**
     * Makes the next thing happen.
     *
     * @param at the time of it; what is earlier than a former step counts as that step's time
     * @param someoneListens whether a client is logged in, for the counts and the announced statuses
     * @return at least one push
     */
    public List<Push> step(Instant at, boolean someoneListens) {
        begin(at, someoneListens);
        steps++;
        Agent next = unannounced.poll();
        if (next != null) {
            pushStatus(next);
        } else {
            happen();
        }
        return take();
    }

    /** Everything that is so now. */
    public Truth truth(boolean paused) {
        List<Truth.Agent> agents = team.all().stream()
                .map(agent -> new Truth.Agent(agent.id, agent.status, agent.announced))
                .sorted(java.util.Comparator.comparing(Truth.Agent::agentId))
                .toList();
        return new Truth(agents, chats.openThreads(), chats.bans(), new TreeMap<>(pushes), unheard, paused);
    }

    /** Sets an agent's routing status on request; the pushes that tell of it, none for an unknown agent. */
    List<Push> setStatus(Instant at, String agentId, String status) {
        begin(at, true);
        Agent agent = team.find(agentId);
        if (agent != null) {
            agent.status = status;
            unannounced.remove(agent);
            pushStatus(agent);
        }
        return take();
    }

    /** Counts the last push of a connection that the server ends. */
    Push disconnected(String reason) {
        heard = true;
        push("agent_disconnected", Json.object().put("reason", reason));
        return take().get(0);
    }

    /** The agent that clients log in as. */
    Agent loginAgent() {
        return team.loginAgent();
    }

    boolean knows(String agentId) {
        return team.find(agentId) != null;
    }

    /** {@code chats_summary}: every chat that is remembered, or only those without an open thread. */
    ArrayNode chatsSummary(boolean includeActive) {
        ArrayNode summary = Json.object().putArray("chats_summary");
        chats.all()
                .filter(chat -> includeActive || !chat.thread().active)
                .forEach(chat -> summary.add(chat.toSummary()));
        return summary;
    }

    /** The chat as {@code get_chat_threads} answers it; null when it is not remembered. */
    @Nullable
    ObjectNode chatThreads(String chatId, List<String> threadIds) {
        Chat chat = chats.find(chatId);
        return chat == null ? null : chat.toThreads(threadIds);
    }

    /** The announcement of a chat with an open thread to who follows it, as it is now; null where there is none. */
    @Nullable
    Push announcement(String chatId) {
        Chat chat = chats.find(chatId);
        if (chat == null || !chat.thread().active) {
            return null;
        }
        ObjectNode frame = Json.object().put("action", "incoming_chat_thread").put("type", "push");
        frame.putObject("payload").set("chat", chat.toPush().put("is_followed", true));
        return new Push("incoming_chat_thread", Json.write(frame));
    }

    private void begin(Instant at, boolean someoneListens) {
        now = Math.max(now, at.getEpochSecond());
        heard = someoneListens;
        happenings.setTime(now);
    }

    private void happen() {
        if (!pending.isEmpty() && steps % SOMETHING_NEW_EVERY == 0) {
            for (Activity activity : pending) {
                if (happenings.attempt(activity)) {
                    pending.remove(activity);
                    return;
                }
            }
        }
        while (out.isEmpty()) {
            Activity activity = balanced(Activity.at(random.nextInt(Activity.TOTAL_WEIGHT)));
            if (happenings.attempt(activity)) {
                pending.remove(activity);
            }
        }
    }

    /** Keeps the number of open threads near the one that the settings ask for. */
    private Activity balanced(Activity drawn) {
        int open = chats.openCount();
        int wanted = settings.openThreads();
        return switch (drawn) {
            case CLOSE -> open < wanted / 2 ? Activity.OPEN_CHAT : Activity.CLOSE;
            case OPEN_CHAT, REOPEN -> open >= wanted ? Activity.CLOSE : drawn;
            case SNEAK_PEEK, TYPING -> open == 0 ? Activity.OPEN_CHAT : drawn;
            default -> drawn;
        };
    }

    private void pushStatus(Agent agent) {
        push("agent_updated", Json.object().put("agent_id", agent.id).put("routing_status", agent.status));
    }

    private void push(String action, ObjectNode payload) {
        if (heard) {
            pushes.merge(action, 1L, Long::sum);
        } else {
            unheard++;
        }
        if (heard && action.equals("agent_updated")) {
            Agent agent = team.find(payload.path("agent_id").asText());
            if (agent != null) {
                agent.announced = agent.status;
            }
        }
        ObjectNode frame = Json.object().put("action", action).put("type", "push");
        frame.set("payload", payload);
        out.add(new Push(action, Json.write(frame)));
    }

    private List<Push> take() {
        List<Push> taken = List.copyOf(out);
        out.clear();
        return taken;
    }
}
