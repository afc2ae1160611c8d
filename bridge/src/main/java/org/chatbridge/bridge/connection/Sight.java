package org.chatbridge.bridge.connection;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How far one connection is seen: when it was heard, and which pings were answered. Told of each read by the thread that reads,
 * and of each ping by the supervisor's; by any thread. Nanos are those of the clock that it was given.
 */
final class Sight {
    /** A frame that waits so long for room in the queue says that the socket is not read as it should be. */
    static final long BLOCKED_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Where the answer to a ping of LiveChat's is so late, somebody else may answer the control frames. */
    private static final long LATE_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** A peer that has answered no ping by then counts as one that answers none. */
    private static final Duration UNANSWERED = Duration.ofSeconds(10);

    private final Clock clock;
    private final LongSupplier nanos;

    /** The control frames. */
    private final Pings probes = new Pings();

    /** LiveChat's own. */
    private final Pings asked = new Pings();

    private long lastHeardNanos;
    private long lastPieceNanos;
    private long lastSaidNanos;
    private Instant lastHeardAt;
    private @Nullable Instant loggedInAt;

    /** When the first control frame was sent; null before. */
    private @Nullable Instant firstProbeAt;

    /** When the frame came that waits for room in the queue; null where none does. */
    private @Nullable Instant waitingSince;

    private long waitingSinceNanos;

    /** Since when the socket was not read as it should be, and until when; null once all from then is known to be read. */
    private @Nullable Instant blockedSince;

    private long blockedUntilNanos;

    /** From when on pushes may be missing since LiveChat has said its last word; null before. */
    private @Nullable Instant endedAt;

    /**
     * A ping, and when it was sent: by the clock of that moment, for a machine that slept has another one afterwards.
     *
     * @param id of the request; null of a control frame
     */
    private record Ping(@Nullable String id, long mark, Instant at) {}

    /** Pings of one kind. */
    private static final class Pings {
        private static final int MOST = 1_000;

        /** Sent and not answered, the oldest first. */
        private final Deque<Ping> open = new ArrayDeque<>();

        /** The last that was answered; null before. */
        private @Nullable Ping answered;

        void sent(Ping ping) {
            open.add(ping);
            if (open.size() > MOST) {
                open.remove(); // a peer that answers none may stay for weeks
            }
        }

        /** Takes the answer to the oldest of those; false where there is none. Those before it need no answer any more. */
        boolean answer(Predicate<Ping> which) {
            if (open.stream().noneMatch(which)) {
                return false;
            }
            Ping oldest = open.remove();
            while (!which.test(oldest)) {
                oldest = open.remove();
            }
            answered = oldest;
            return true;
        }
    }

    Sight(Clock clock, LongSupplier nanos) {
        this.clock = clock;
        this.nanos = nanos;
        this.lastHeardNanos = nanos.getAsLong();
        this.lastPieceNanos = lastHeardNanos;
        this.lastSaidNanos = lastHeardNanos;
        this.lastHeardAt = clock.instant();
    }

    /** Something was read: a frame that is still under way says that the connection lives, and nothing of what was seen. */
    synchronized void bytes() {
        lastHeardNanos = nanos.getAsLong();
    }

    /** Some of what was read is of a message that was not whole with it. */
    synchronized void piece() {
        lastPieceNanos = lastHeardNanos;
        lastSaidNanos = lastHeardNanos;
    }

    /**
     * Frames were read that LiveChat itself has sent.
     *
     * @return when
     */
    synchronized Instant said() {
        heard();
        lastSaidNanos = lastHeardNanos;
        return lastHeardAt;
    }

    /** The answer to a control frame was read; false where nobody waits for it: it proves nothing (RFC 6455, 5.5.3). */
    synchronized boolean pong(long mark) {
        heard();
        if (blockedSince != null && mark > blockedUntilNanos) {
            blockedSince = null; // it follows all that had been waiting in the socket
        }
        boolean isProof = probes.answer(probe -> probe.mark() == mark);
        notifyAll();
        return isProof && endedAt == null;
    }

    /** LiveChat has said its last word: what it says from now on it says to others, however long this connection still lives. */
    synchronized void ends() {
        endedAt = lostAt();
    }

    private void heard() {
        lastHeardNanos = nanos.getAsLong();
        lastHeardAt = clock.instant();
    }

    /** The frame that was said last answers the login; false where one did before. */
    synchronized boolean loggedIn() {
        if (loggedInAt != null) {
            return false;
        }
        loggedInAt = lastHeardAt;
        return true;
    }

    /** LiveChat has answered a request; one without an id that is a ping is the oldest. */
    synchronized void answered(Reply reply) {
        String id = reply.requestId();
        asked.answer(ping -> id == null ? reply.action().equals(Requests.PING) : id.equals(ping.id()));
    }

    /** Frames that came then wait for room in the queue from now on. */
    synchronized void waits(Instant cameAt) {
        waitingSince = cameAt;
        waitingSinceNanos = nanos.getAsLong();
    }

    /** They wait no more. */
    synchronized void goesOn() {
        Instant since = waitingSince;
        lastHeardNanos = nanos.getAsLong();
        if (lastHeardNanos - waitingSinceNanos >= BLOCKED_NANOS) {
            Instant login = sightOfLogin();
            blockedSince = blockedSince != null ? blockedSince : login != null ? login : since;
            blockedUntilNanos = lastHeardNanos;
            lastPieceNanos = lastHeardNanos; // one may wait in the socket
            lastSaidNanos = lastHeardNanos;
        }
        waitingSince = null;
    }

    /** A ping of LiveChat's own is about to be sent, with the id of that request. */
    synchronized void asks(String id, long now) {
        asked.sent(new Ping(id, now, clock.instant()));
    }

    /** A control frame is about to be sent. */
    synchronized void probes(long mark) {
        Instant now = clock.instant();
        firstProbeAt = firstProbeAt == null ? now : firstProbeAt;
        probes.sent(new Ping(null, mark, now));
    }

    /** Waits for the answer to a control frame that was sent. */
    synchronized void awaitProof(long mark, Duration patience) throws InterruptedException {
        long until = System.nanoTime() + patience.toNanos();
        for (Ping last = probes.answered; last == null || last.mark() < mark; last = probes.answered) {
            long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
            if (left <= 0) {
                return;
            }
            wait(left);
        }
    }

    /** When the last byte came; now while a frame waits for room in the queue. */
    synchronized long lastHeardNanos() {
        return nowIfWaitingElse(lastHeardNanos);
    }

    /** When the last byte came of a message that was not whole with it; now while a frame waits for room. */
    synchronized long lastPieceNanos() {
        return nowIfWaitingElse(lastPieceNanos);
    }

    /**
     * When the last byte came that is no control frame's; now while a frame waits for room. Somebody between here and LiveChat
     * may answer control frames for it.
     */
    synchronized long lastSaidNanos() {
        return nowIfWaitingElse(lastSaidNanos);
    }

    private long nowIfWaitingElse(long then) {
        return waitingSince == null ? then : nanos.getAsLong();
    }

    /** Whether LiveChat has answered a ping of its own. */
    synchronized boolean hasAnsweredPing() {
        return asked.answered != null;
    }

    /** When the answer to the login came; when the last frame did, before. */
    synchronized Instant loggedInAt() {
        return loggedInAt == null ? lastHeardAt : loggedInAt;
    }

    /**
     * From when on pushes may be missing if the connection ends now: when the last ping that was answered was sent, for all
     * that LiveChat had sent by then came before the answer. What came later says nothing of what was under way with it.
     * Where LiveChat is late to answer a ping of its own, and says nothing else, answers to the others prove nothing, and it is when
     * the last of its own was sent that it did answer. Before the first answer it is the login that says so; of a peer that
     * answers none, when it was last heard, or since when it is not read.
     */
    synchronized Instant lostAt() {
        if (endedAt != null) {
            return endedAt;
        }
        Ping last = probes.answered;
        if (last != null) {
            Ping sign = asked.answered;
            Ping late = asked.open.peek();
            return sign != null && late != null && last.mark() - Math.max(late.mark(), lastSaidNanos) > LATE_NANOS
                    ? sign.at()
                    : last.at();
        }
        Instant login = sightOfLogin();
        if (login != null) {
            return login;
        }
        Instant since = blockedSince == null ? waitingSince : blockedSince;
        return since == null ? lastHeardAt : since;
    }

    /** When the login was answered, while the first ping may yet be: null before, after, and of a peer that answers none. */
    private @Nullable Instant sightOfLogin() {
        Instant probed = firstProbeAt;
        boolean mayYetAnswer = probed == null || lastHeardAt.isBefore(probed.plus(UNANSWERED));
        return probes.answered == null && mayYetAnswer ? loggedInAt : null;
    }

    /** Whether nothing that came after {@link #lostAt()} can make it later. */
    synchronized boolean isProven() {
        return endedAt != null || probes.answered != null || isBlocked() || sightOfLogin() != null;
    }

    /** Whether the socket is not read, or was not and may still hold what came then. */
    synchronized boolean isBlocked() {
        return blockedSince != null || (waitingSince != null && nanos.getAsLong() - waitingSinceNanos >= BLOCKED_NANOS);
    }
}
