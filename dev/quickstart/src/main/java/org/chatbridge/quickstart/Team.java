package org.chatbridge.quickstart;

/**
 * The agents and their open threads of whom pushes tell.
 *
 * @param agents who have a number from 0 each
 * @param threads open ones, dealt to the agents by turns
 */
record Team(int agents, int threads) {
    private static final int OF_AGENT_ONE_OF = 10;

    static String agent(long number) {
        return "agent-" + number + "@agents.example";
    }

    private static String chat(long number) {
        return "chat-" + number;
    }

    /** Who has a thread. */
    String agentOf(long thread) {
        return agent(thread % agents);
    }

    /** Tells of all of them once. */
    void tell(MeasuredPushes pushes) {
        for (int i = 0; i < agents; i++) {
            pushes.agent(agent(i), "accepting_chats");
        }
        for (int i = 0; i < threads; i++) {
            pushes.thread(chat(i), agentOf(i));
        }
    }

    /** One push of the day's work: nine of ten are said in the open threads, the rest are of agents. */
    void work(MeasuredPushes pushes, long number) {
        if (number % OF_AGENT_ONE_OF == 3) {
            pushes.agent(agent(number / OF_AGENT_ONE_OF % agents), "status " + number);
        } else {
            pushes.said(chat(number % threads), agentOf(number % threads), "");
        }
    }
}
