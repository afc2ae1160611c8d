package org.chatbridge.sandbox;

/**
 * The size of the simulated support team's world.
 *
 * @param agents how many agents take chats, beside the one that clients log in as
 * @param openThreads how many threads are open at a time, about
 * @param dormantChats how many chats without an open thread are remembered, at most
 * @param announceAgents whether the world begins by pushing every agent's routing status
 */
public record WorldSettings(int agents, int openThreads, int dormantChats, boolean announceAgents) {

    /** Refuses sizes in which nothing could happen. */
    public WorldSettings {
        if (agents < 3 || openThreads < 2 || dormantChats < 2) {
            throw new IllegalArgumentException(
                    "a world needs 3 agents, 2 open threads and 2 dormant chats at least, not " + agents + ", "
                            + openThreads + ", " + dormantChats);
        }
    }

    /** Eight agents, about 30 open threads, 60 dormant chats, agents announced. */
    public static WorldSettings defaults() {
        return new WorldSettings(8, 30, 60, true);
    }

    /** The same with another number of agents. */
    public WorldSettings withAgents(int count) {
        return new WorldSettings(count, openThreads, dormantChats, announceAgents);
    }

    /** The same with another number of open threads. */
    public WorldSettings withOpenThreads(int count) {
        return new WorldSettings(agents, count, dormantChats, announceAgents);
    }

    /** The same with another number of remembered chats. */
    public WorldSettings withDormantChats(int count) {
        return new WorldSettings(agents, openThreads, count, announceAgents);
    }

    /** The same, beginning with the agents' statuses or not. */
    public WorldSettings withAnnounceAgents(boolean announce) {
        return new WorldSettings(agents, openThreads, dormantChats, announce);
    }
}
