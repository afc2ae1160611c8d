package org.chatbridge.sandbox;

/** The things that happen in the simulated world, with how often they do relative to each other. */
enum Activity {
    SNEAK_PEEK(180),
    TYPING(160),
    CUSTOMER_MESSAGE(170),
    AGENT_MESSAGE(150),
    LAST_SEEN(70),
    MARK_SEEN(40),
    CUSTOMER_UPDATE(45),
    OPEN_CHAT(40),
    ASSIGN(45),
    CLOSE(45),
    REOPEN(14),
    AGENT_STATUS(20),
    RATE(10),
    FILE(8),
    CUSTOM(6),
    TRANSFER(10),
    SUPERVISE(8),
    TAKE_OVER(6),
    WHISPER(5),
    SCOPES(8),
    BROADCAST(5),
    LATE_ANNOTATION(5),
    CUSTOMER_LEAVES(5),
    BAN(3),
    UNBAN(3);

    static final int TOTAL_WEIGHT;

    static {
        int sum = 0;
        for (Activity activity : values()) {
            sum += activity.weight;
        }
        TOTAL_WEIGHT = sum;
    }

    private final int weight;

    Activity(int weight) {
        this.weight = weight;
    }

    /** The activity at a point from 0 to {@link #TOTAL_WEIGHT}, exclusive. */
    static Activity at(int point) {
        int rest = point;
        for (Activity activity : values()) {
            rest -= activity.weight;
            if (rest < 0) {
                return activity;
            }
        }
        throw new IllegalArgumentException("no activity at " + point);
    }
}
