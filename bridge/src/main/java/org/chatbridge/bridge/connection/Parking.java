package org.chatbridge.bridge.connection;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the bridge's own agent off routing, so that no customer is sent to it: after the login and whenever somebody else
 * changes it, again each minute until that is answered. PROTOCOL 1.6. The connection waits three seconds for the
 * first answer before it counts as streaming without it.
 */
final class Parking implements Session.Asker {
    private static final Logger LOG = LoggerFactory.getLogger(Parking.class);
    private static final long NEVER = Long.MAX_VALUE;
    private static final String NOT_KNOWN = "not known to be off routing";
    private static final Duration SETTLED_AFTER = Duration.ofSeconds(3);
    private static final Duration AGAIN = Duration.ofMinutes(1);
    private static final Duration LEAST_PAUSE = Duration.ofSeconds(1);

    private final Session session;
    private final Duration patience;
    private final Listener listener;
    private boolean settled;

    /** It is answered, or was waited for in vain. */
    private boolean firstIsOver;

    private long againNanos = NEVER;
    private boolean warned;
    private long sinceSequence;

    /** The last request is not answered yet. */
    private boolean asking;

    /** A push said meanwhile that the agent accepts chats. */
    private boolean undone;

    private long askedNanos;

    /** Between the last request and the next: somebody may set the agent back each time, at once. */
    private Duration pause = Duration.ZERO;

    /** Hears of the first request. */
    interface Listener {
        /** Nothing more is waited for: it is answered, or was not soon enough. Called once. */
        void settled(String reason, long now);

        /** It is refused for good; perhaps after {@link #settled}. */
        void refused(Reply reply, long now);
    }

    Parking(Session session, Duration patience, Listener listener) {
        this.session = session;
        this.patience = patience;
        this.listener = listener;
    }

    void begin(long now) {
        againNanos = NEVER;
        asking = true;
        undone = false;
        askedNanos = now;
        session.ask(session.requests().park(), now, patience, this);
    }

    @Override
    public void answered(Reply reply, long now) {
        asking = false;
        boolean isFirst = !firstIsOver;
        firstIsOver = true;
        // Not the last that is here by now: it may have been pushed right behind the answer.
        sinceSequence = session.heard();
        if (reply.success()) {
            warned = false;
            if (settled) {
                LOG.info("the bridge's agent {} is off routing", session.ownAgentId());
            } else {
                settle("off routing", now);
            }
            if (undone) {
                soon(now);
            }
        } else if (isFirst && Advice.onRefusedParking(reply.errorType()) == Advice.STOP) {
            listener.refused(reply, now);
        } else {
            tryAgain("LiveChat refuses " + reply.about() + " (" + reply.said() + ")", now);
        }
    }

    @Override
    public void unanswered(long now) {
        asking = false;
        firstIsOver = true;
        sinceSequence = session.receiver().sequence();
        tryAgain("LiveChat does not answer " + session.requests().parkAction(), now);
    }

    /** Pushes are not to be missed for want of this. */
    private void tryAgain(String why, long now) {
        againNanos = now + AGAIN.toNanos();
        if (!warned) {
            warned = true;
            LOG.warn(
                    "{}: chats may be routed to the bridge's agent {}; asking again every {} s",
                    why,
                    session.ownAgentId(),
                    AGAIN.toSeconds());
        }
        if (!settled) {
            settle(NOT_KNOWN, now);
        }
    }

    private void settle(String reason, long now) {
        settled = true;
        listener.settled(reason, now);
    }

    /** A push of this session says that the own agent accepts chats; what came before the last answer is over. */
    void saw(Signal.AcceptingChats accepting, long now) {
        if (!firstIsOver || accepting.sequence() <= sinceSequence) {
            return;
        }
        sinceSequence = accepting.sequence();
        if (asking) {
            undone = true;
        } else {
            soon(now);
        }
    }

    /** At once where that was not needed for long, else after twice the time that it took last, a minute at the most. */
    private void soon(long now) {
        if (now - askedNanos >= AGAIN.toNanos()) {
            pause = Duration.ZERO;
        }
        long next = Math.max(now, askedNanos + pause.toNanos());
        if (next < againNanos) {
            LOG.warn(
                    "the bridge's agent {} was set to accept chats; taking it off routing again", session.ownAgentId());
            againNanos = next;
            pause = pause.isZero() ? LEAST_PAUSE : min(pause.multipliedBy(2), AGAIN);
        }
        fire(now);
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    void fire(long now) {
        if (now >= settlesNanos()) {
            settle(NOT_KNOWN, now);
        }
        if (now >= againNanos) {
            begin(now);
        }
    }

    long nextTimer() {
        return Math.min(settlesNanos(), againNanos);
    }

    private long settlesNanos() {
        return settled ? NEVER : askedNanos + SETTLED_AFTER.toNanos();
    }
}
