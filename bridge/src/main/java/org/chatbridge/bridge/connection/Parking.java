package org.chatbridge.bridge.connection;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the bridge's own agent off routing, so that no customer is sent to it: after the login, again each minute until that
 * is answered, and whenever somebody else changes it. PROTOCOL 1.6.
 */
final class Parking implements Session.Asker {
    private static final Logger LOG = LoggerFactory.getLogger(Parking.class);
    private static final long NEVER = Long.MAX_VALUE;
    private static final Duration AGAIN = Duration.ofMinutes(1);

    private final Session session;
    private final Duration patience;
    private final Listener listener;
    private boolean settled;
    private long againNanos = NEVER;
    private boolean warned;
    private long sinceSequence;

    /** Hears how the first request ended. */
    interface Listener {
        void settled(String reason, long now);

        void refused(Reply reply, long now);
    }

    Parking(Session session, Duration patience, Listener listener) {
        this.session = session;
        this.patience = patience;
        this.listener = listener;
    }

    void begin(long now) {
        session.ask(session.requests().park(), now, patience, this);
    }

    @Override
    public void answered(Reply reply, long now) {
        // Not the last that is here by now: it may have been pushed right behind the answer.
        sinceSequence = session.heard();
        if (reply.success()) {
            againNanos = NEVER;
            if (settled) {
                LOG.info("the bridge's agent {} is off routing", session.ownAgentId());
            } else {
                settled = true;
                listener.settled("off routing", now);
            }
        } else if (!settled && Advice.onRefusedParking(reply.errorType()) == Advice.STOP) {
            listener.refused(reply, now);
        } else {
            tryAgain(
                    "LiveChat refuses " + reply.action() + " (" + reply.errorType() + " " + reply.errorMessage() + ")",
                    now);
        }
    }

    @Override
    public void unanswered(long now) {
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
            settled = true;
            listener.settled("not known to be off routing", now);
        }
    }

    /** A push says that an agent accepts chats. */
    void saw(Signal.AcceptingChats accepting) {
        if (settled
                && accepting.agentId().equals(session.ownAgentId())
                && accepting.connectionId().equals(session.receiver().connectionId())
                && accepting.sequence() > sinceSequence) {
            LOG.warn(
                    "the bridge's agent {} was set to accept chats; taking it off routing again", session.ownAgentId());
            sinceSequence = session.receiver().sequence();
            session.send(session.requests().park());
        }
    }

    void fire(long now) {
        if (now >= againNanos) {
            againNanos = NEVER;
            begin(now);
        }
    }

    long nextTimer() {
        return againNanos;
    }
}
