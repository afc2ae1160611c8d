package org.chatbridge.bridge.connection;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import org.chatbridge.bridge.ledger.Ledger;

/**
 * What goes on from a login until the connection ends: pings, the proofs of what was read, what the {@link Ledger} is told of
 * both, {@link Parking}, {@link Following} and {@link Resync}. Of the supervisor's thread.
 */
final class LoggedIn {
    /** How often the ledger is told what is heard. */
    private static final Duration HEAR = Duration.ofMillis(500);

    private final Session session;
    private final SupervisorSettings settings;
    private final Ledger ledger;
    private final Parking parking;
    private final Following following;
    private final Resync resync;
    private boolean firstPushTold;
    private long pingNanos;
    private long probeNanos;
    private long hearNanos;

    /** Of a session whose login was accepted at that moment. */
    LoggedIn(
            Session session,
            SupervisorSettings settings,
            Ledger ledger,
            Parking parking,
            Following following,
            Resync resync,
            long now) {
        this.session = session;
        this.settings = settings;
        this.ledger = ledger;
        this.parking = parking;
        this.following = following;
        this.resync = resync;
        this.pingNanos = now;
        this.probeNanos = now;
        this.hearNanos = now + HEAR.toNanos();
    }

    /** Takes the own agent off routing, and asks for what the answer to the login does not tell. */
    void begin(JsonNode login, long now) {
        parking.begin(now);
        resync.begin(login, now);
    }

    /** A push says that the own agent accepts chats. */
    void saw(Signal.AcceptingChats accepting, long now) {
        parking.saw(accepting, now);
    }

    /** A push says that a chat is open. */
    void saw(OpenChat chat) {
        following.saw(chat);
    }

    /** Does what is due. */
    void fire(long now) {
        if (now >= pingNanos) {
            pingNanos = now + settings.pingInterval().toNanos();
            session.ping(now);
        }
        if (now >= probeNanos) {
            probeNanos = now + settings.probeInterval().toNanos();
            session.probe(now);
        }
        if (now >= hearNanos) {
            hearNanos = now + HEAR.toNanos();
            tellWhatIsHeard();
        }
        parking.fire(now);
        resync.fire(now);
    }

    /** When {@link #fire} has something to do next. */
    long nextTimer() {
        long own = Math.min(Math.min(pingNanos, probeNanos), hearNanos);
        return Math.min(own, Math.min(parking.nextTimer(), Math.min(following.nextTimer(), resync.nextTimer())));
    }

    /** Tells the ledger up to when all is read that LiveChat sent, and of the first push. */
    void tellWhatIsHeard() {
        Receiver receiver = session.receiver();
        ledger.hears(
                receiver.connectionId(),
                receiver.sight().lostAt(),
                receiver.sight().isProven(),
                receiver.sequence(),
                receiver.lastPushAt());
        Instant first = receiver.firstPushAt();
        if (first != null && !firstPushTold) {
            firstPushTold = true;
            ledger.firstPush(receiver.connectionId(), first);
        }
    }
}
