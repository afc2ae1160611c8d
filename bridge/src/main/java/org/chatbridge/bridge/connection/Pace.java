package org.chatbridge.bridge.connection;

import java.time.Duration;

/**
 * How many questions may be asked at a time on a connection: those that LiveChat allows; where it says that it is asked too much none for a
 * while, longer from time to time, and after that one at first. PROTOCOL 1.5 and 1.7. Of the supervisor's thread.
 */
final class Pace {
    /** LiveChat allows ten requests at a time; a ping and the parking go beside. */
    private static final int AT_ONCE = 8;

    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final int MOST_DOUBLINGS = 5;

    /** After which a LiveChat that has said nothing else is not asked any more. */
    private static final Duration PERSISTENCE = Duration.ofMinutes(10);

    private final int most;
    private int asked;
    private int atOnce;
    private int pauses;
    private long quietUntilNanos;
    private long answeredNanos;

    /** Of all that is asked on a connection. */
    Pace() {
        this(AT_ONCE);
    }

    /** Of some of it. */
    Pace(int most) {
        this.most = most;
        this.atOnce = most;
    }

    void begin(long now) {
        answeredNanos = now;
    }

    /** @param stillAtWork how many LiveChat may be at work on beside those that wait for their answer */
    boolean hasRoom(int stillAtWork) {
        return asked < atOnce && asked + stillAtWork < most;
    }

    /** A question is asked. */
    void began() {
        asked++;
    }

    /** One waits for its answer no longer, whatever came. */
    void ended() {
        asked--;
    }

    /** Before that nothing may be asked. */
    long quietUntilNanos() {
        return quietUntilNanos;
    }

    /** LiveChat has answered, whatever: there may be one more at a time from now on. */
    void answered(long now) {
        pauses = 0;
        answeredNanos = now;
        atOnce = Math.min(most, atOnce + 1);
    }

    /** LiveChat is asked too much; what it refuses within a pause was asked before that, and is no further refusal. */
    void refused(long now) {
        atOnce = 1;
        if (now >= quietUntilNanos) {
            long pauseNanos = PAUSE.toNanos() << Math.min(pauses, MOST_DOUBLINGS);
            quietUntilNanos = now + Math.min(LONGEST_PAUSE.toNanos(), pauseNanos);
            pauses++;
        }
    }

    /** Whether LiveChat has been asked too much for so long that it is not worth waiting for any more. */
    boolean isHopeless(long now) {
        return now - answeredNanos >= PERSISTENCE.toNanos();
    }
}
