package org.chatbridge.bridge.connection;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When a connection that nobody closed counts as dead: where nothing comes any more, or nothing of LiveChat's own though it has
 * answered pings. Who was frozen reads first what came meanwhile. Of the supervisor's thread; nanos are its clock's.
 */
final class Silence {
    private static final long NEVER = Long.MAX_VALUE;

    /** How often the supervisor looks at the least while there is a connection, also one whose login is not answered. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    /** Who looks so late was frozen, or the machine was. */
    private static final Duration FROZEN = Duration.ofSeconds(5);

    /** In which what came meanwhile is read. */
    private static final Duration AWAKE = Duration.ofSeconds(5);

    private final Duration silence;

    /** In which two pings at the least are sent that could be answered. */
    private final Duration unanswered;

    private long lookedNanos;
    private long wokenNanos;

    Silence(SupervisorSettings settings) {
        silence = settings.silence();
        unanswered = settings.pingInterval().multipliedBy(2).plus(settings.answerTimeout());
    }

    /** Says that the supervisor looks now. */
    void looks(long now) {
        if (now - lookedNanos >= FROZEN.toNanos()) {
            wokenNanos = now; // what was not heard meanwhile may be waiting in the socket
        }
        lookedNanos = now;
    }

    /** When it has to look again at the latest. */
    long nextLookNanos() {
        return lookedNanos + LOOK.toNanos();
    }

    /** By when is read what had come while the bridge was frozen. */
    long awakeNanos() {
        return wokenNanos + AWAKE.toNanos();
    }

    /** When a connection counts as dead on which nothing comes until then. */
    long nanos(Sight sight) {
        return Math.min(silentNanos(sight), unansweredNanos(sight));
    }

    /** Why a connection counts as dead; null while it does not. */
    @Nullable
    String reason(Sight sight, long now) {
        if (now >= silentNanos(sight)) {
            return "silence: nothing came for " + silence.toSeconds() + " s";
        }
        if (now >= unansweredNanos(sight)) {
            return "silence: LiveChat said nothing for " + unanswered.toSeconds()
                    + " s, nor answered a ping, though bytes come";
        }
        return null;
    }

    private long silentNanos(Sight sight) {
        return Math.max(sight.lastHeardNanos() + silence.toNanos(), awakeNanos());
    }

    /** The same of one on which somebody else may answer for LiveChat, which has answered a ping of its own before. */
    private long unansweredNanos(Sight sight) {
        return sight.hasAnsweredPing() ? Math.max(sight.lastSaidNanos(), wokenNanos) + unanswered.toNanos() : NEVER;
    }
}
