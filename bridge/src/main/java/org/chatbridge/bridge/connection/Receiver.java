package org.chatbridge.bridge.connection;

import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.chatbridge.bridge.frames.Frame;
import org.chatbridge.bridge.frames.FrameQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what one connection brings: stamps every frame that is no answer and puts it on its way, tells the supervisor the
 * rest. Called by the WebSocket client, one frame at a time; those that were read together go into the queue together. While
 * the queue is full the socket is not read.
 */
final class Receiver implements Socket.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(Receiver.class);

    private final int attempt;
    private final String connectionId;
    private final FrameQueue queue;
    private final Consumer<Signal> supervisor;
    private final Clock clock;
    private final LongSupplier nanos;

    private static final int MOST_PROBES = 1_000;

    private static final long BLOCKED_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Where the answer to a ping of LiveChat's is so late, somebody else may answer the control frames. */
    private static final long LATE_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** A peer that has answered no ping by then counts as one that answers none. */
    private static final Duration UNANSWERED = Duration.ofSeconds(10);

    /** When the first ping was sent; null before. */
    private volatile @Nullable Instant firstProbeAt;

    private volatile boolean failed;
    private volatile long lastHeardNanos;
    private volatile long lastPieceNanos;
    private volatile long lastSaidNanos;
    private volatile Instant lastHeardAt;
    private volatile @Nullable Instant loggedInAt;
    private volatile @Nullable Instant firstPushAt;

    /** Since when the socket was not read as it should be, and until when; null once all from then is known to be read. */
    private volatile @Nullable Instant blockedSince;

    private volatile long blockedUntilNanos;

    /** Sent and not answered, the oldest first; guarded by itself. */
    private final Deque<Probe> probes = new ArrayDeque<>();

    private volatile @Nullable Probe proof;

    /** The first of LiveChat's own pings that is not answered; null for none. */
    private volatile @Nullable Probe asked;

    /** When the last of them was sent that is answered; null before. */
    private volatile @Nullable Instant answeredSince;

    private volatile long sequence;
    private volatile @Nullable Instant lastPushAt;
    private volatile @Nullable String ownAgentId;

    /** When the frame came that waits for room in the queue; null where none does. */
    private volatile @Nullable Instant waitingSince;

    private volatile long waitingSinceNanos;

    /** Held while frames are put. */
    private final ReentrantLock putting = new ReentrantLock();

    private volatile boolean ended;

    /** Read and not yet put: of the thread that reads. */
    private List<Frame> together = new ArrayList<>();

    private Instant togetherAt = Instant.EPOCH;

    /** A ping, and when it was sent: by the clock of that moment, for a machine that slept has another one afterwards. */
    private record Probe(long mark, Instant at) {}

    Receiver(
            int attempt,
            String connectionId,
            FrameQueue queue,
            Consumer<Signal> supervisor,
            Clock clock,
            LongSupplier nanos) {
        this.attempt = attempt;
        this.connectionId = connectionId;
        this.queue = queue;
        this.supervisor = supervisor;
        this.clock = clock;
        this.nanos = nanos;
        this.lastHeardNanos = nanos.getAsLong();
        this.lastPieceNanos = lastHeardNanos;
        this.lastSaidNanos = lastHeardNanos;
        this.lastHeardAt = clock.instant();
    }

    /** A frame that is still under way says that the connection lives, and nothing of what was seen. */
    @Override
    public void onBytes() {
        lastHeardNanos = nanos.getAsLong();
    }

    @Override
    public void onPiece() {
        lastPieceNanos = lastHeardNanos;
        lastSaidNanos = lastHeardNanos;
    }

    @Override
    public void onText(byte[] text) {
        guarded(() -> text(text));
    }

    /** Never an answer, whatever of it can be read: it becomes a dead letter. */
    @Override
    public void onNoText(byte[] bytes) {
        guarded(() -> alone(Frame.Kind.TEXT, bytes));
    }

    @Override
    public void onAllRead() {
        if (!together.isEmpty()) {
            guarded(this::put);
        }
    }

    @Override
    public void onBinary(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        guarded(() -> alone(Frame.Kind.BINARY, copy));
    }

    /** A frame that cannot be taken ends the connection: those behind it must not take its number. */
    private void guarded(Runnable taking) {
        if (failed) {
            return;
        }
        try {
            taking.run();
        } catch (RuntimeException | Error e) {
            failed = true;
            LOG.error("frame {} of connection {} is lost, and what follows it", sequence + 1, connectionId, e);
            supervisor.accept(new Signal.Closed(attempt, "failed on a frame: " + e));
        }
    }

    private void text(byte[] text) {
        if (together.isEmpty()) {
            said();
        }
        FrameSorter.Sorted sorted = FrameSorter.sort(text);
        if (sorted instanceof FrameSorter.Sorted.Answer answer) {
            put();
            answered(answer.reply());
            return;
        }
        add(Frame.Kind.TEXT, text);
        if (sorted instanceof FrameSorter.Sorted.Dismissal dismissal) {
            put();
            supervisor.accept(new Signal.Dismissed(attempt, dismissal.reason(), dismissal.region()));
        } else if (sorted instanceof FrameSorter.Sorted.Accepting accepting
                && accepting.agentId().equals(ownAgentId)) {
            // Before it is put: where the queue is full, customers must not be sent to the bridge meanwhile.
            supervisor.accept(new Signal.AcceptingChats(attempt, sequence + together.size()));
        }
    }

    private void alone(Frame.Kind kind, byte[] bytes) {
        said();
        add(kind, bytes);
        put();
    }

    @Override
    public void onPong(long mark) {
        heard();
        if (blockedSince != null && mark > blockedUntilNanos) {
            blockedSince = null; // it follows all that had been waiting in the socket
        }
        if (prove(mark)) {
            supervisor.accept(new Signal.Proven(attempt));
        }
    }

    private boolean prove(long mark) {
        synchronized (probes) {
            if (probes.stream().noneMatch(probe -> probe.mark() == mark)) {
                return false; // a pong that nobody asked for proves nothing (RFC 6455, 5.5.3)
            }
            Probe answered = probes.remove();
            while (answered.mark() != mark) {
                answered = probes.remove(); // those before it need no answer any more
            }
            proof = answered;
            probes.notifyAll();
            return true;
        }
    }

    @Override
    public void onClosed(int code, String reason) {
        supervisor.accept(new Signal.Closed(
                attempt, reason.isBlank() ? "closed with code " + code : "closed with code " + code + ": " + reason));
    }

    /**
     * Takes nothing more; waits a moment for what is being put.
     *
     * @return the number of the last frame that was put
     */
    long end() {
        ended = true;
        try {
            // Longer only where the queue is full.
            if (putting.tryLock(BLOCKED_NANOS, TimeUnit.NANOSECONDS)) {
                putting.unlock();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return sequence;
    }

    /** When the last byte came, by the nano clock; now while a frame waits for room in the queue. */
    long lastHeardNanos() {
        return waitingSince != null ? nanos.getAsLong() : lastHeardNanos;
    }

    /** When the last byte came of a message that was not whole with it, by the same clock; now while a frame waits for room. */
    long lastPieceNanos() {
        return waitingSince != null ? nanos.getAsLong() : lastPieceNanos;
    }

    /**
     * When the last byte came that is no control frame's, by the same clock; now while a frame waits for room. Somebody between
     * here and LiveChat may answer control frames for it.
     */
    long lastSaidNanos() {
        return waitingSince != null ? nanos.getAsLong() : lastSaidNanos;
    }

    /** Whether LiveChat has answered a ping of its own. */
    boolean hasAnsweredPing() {
        return answeredSince != null;
    }

    /** When the last frame of any kind came. */
    Instant lastHeardAt() {
        return lastHeardAt;
    }

    /** When the answer to the login came; when the last frame did, before. */
    Instant loggedInAt() {
        Instant at = loggedInAt;
        return at == null ? lastHeardAt : at;
    }

    /** Says that a ping of LiveChat's own is about to be sent. */
    void asks(long now) {
        asked = asked == null ? new Probe(now, clock.instant()) : asked;
    }

    /** Says that a ping is about to be sent. */
    void probes(long mark) {
        Instant now = clock.instant();
        firstProbeAt = firstProbeAt == null ? now : firstProbeAt;
        synchronized (probes) {
            probes.add(new Probe(mark, now));
            if (probes.size() > MOST_PROBES) {
                probes.remove(); // a peer that answers none may stay for weeks
            }
        }
    }

    /** Waits for the answer to a ping that was sent. */
    void awaitProof(long mark, Duration patience) throws InterruptedException {
        long until = System.nanoTime() + patience.toNanos();
        synchronized (probes) {
            for (Probe last = proof; last == null || last.mark() < mark; last = proof) {
                long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
                if (left <= 0) {
                    return;
                }
                probes.wait(left);
            }
        }
    }

    /**
     * From when on pushes may be missing if the connection ends now: when the last ping that was answered was sent, for all
     * that LiveChat had sent by then came before the answer. What came later says nothing of what was under way with it.
     * Where LiveChat is late to answer a ping of its own, and says nothing else, answers to the others prove nothing, and it is when
     * the last of its own was sent that it did answer. Before the first answer it is the login that says so; of a peer that
     * answers none, when it was last heard, or since when it is not read.
     */
    Instant sightLostAt() {
        Probe last = proof;
        if (last != null) {
            Instant sign = answeredSince;
            Probe late = asked;
            if (sign == null || late == null || last.mark() - Math.max(late.mark(), lastSaidNanos) <= LATE_NANOS) {
                return last.at();
            }
            return sign;
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
        return proof == null && mayYetAnswer ? loggedInAt : null;
    }

    /** Whether nothing that came after {@link #sightLostAt()} can make it later. */
    boolean isProven() {
        return proof != null || isBlocked() || sightOfLogin() != null;
    }

    /** Whether the socket is not read, or was not and may still hold what came then. */
    boolean isBlocked() {
        return blockedSince != null || (waitingSince != null && nanos.getAsLong() - waitingSinceNanos >= BLOCKED_NANOS);
    }

    String connectionId() {
        return connectionId;
    }

    /** The number of the last frame that was no answer; 0 before the first. */
    long sequence() {
        return sequence;
    }

    /** When that frame came; null before the first. */
    @Nullable
    Instant lastPushAt() {
        return lastPushAt;
    }

    /** When the first of them came; null before it. */
    @Nullable
    Instant firstPushAt() {
        return firstPushAt;
    }

    /** LiveChat was heard itself. */
    private void said() {
        heard();
        lastSaidNanos = lastHeardNanos;
    }

    private void heard() {
        lastHeardNanos = nanos.getAsLong();
        lastHeardAt = clock.instant();
    }

    private void answered(Reply reply) {
        // Here and not in the supervisor, so that the very next push is stamped with it.
        if (loggedInAt == null && reply.action().equals(Requests.LOGIN) && reply.success()) {
            loggedInAt = lastHeardAt;
            ownAgentId = reply.payload().path("my_profile").path("id").textValue();
        }
        Probe ping = asked;
        if (reply.action().equals(Requests.PING) && ping != null) {
            answeredSince = ping.at();
            asked = null;
        }
        supervisor.accept(new Signal.Answered(attempt, reply, sequence));
    }

    /** Stamps a frame: its number is taken, though {@link #sequence()} goes up only when it is put. */
    private void add(Frame.Kind kind, byte[] bytes) {
        if (together.isEmpty()) {
            togetherAt = lastHeardAt;
        }
        // One thread at a time calls, so nobody else counts.
        long number = sequence + together.size() + 1;
        together.add(new Frame(connectionId, number, Frame.micros(togetherAt), ownAgentId, kind, bytes));
    }

    private void put() {
        List<Frame> frames = together;
        if (frames.isEmpty()) {
            return;
        }
        together = new ArrayList<>();
        putting.lock();
        try {
            if (!ended) {
                put(frames);
            }
        } finally {
            putting.unlock();
        }
    }

    private void put(List<Frame> frames) {
        Instant now = togetherAt;
        waitingSinceNanos = nanos.getAsLong();
        waitingSince = now;
        try {
            queue.put(frames);
            sequence = frames.get(frames.size() - 1).sequence();
            lastPushAt = now;
            firstPushAt = firstPushAt == null ? now : firstPushAt;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failed = true;
            LOG.error(
                    "frame {} of connection {} is lost: interrupted while the queue was full",
                    sequence + 1,
                    connectionId);
        } finally {
            waitingSince = null;
            lastHeardNanos = nanos.getAsLong();
            if (lastHeardNanos - waitingSinceNanos >= BLOCKED_NANOS) {
                Instant login = sightOfLogin();
                blockedSince = blockedSince != null ? blockedSince : login != null ? login : now;
                blockedUntilNanos = lastHeardNanos;
                lastPieceNanos = lastHeardNanos; // one may wait in the socket
                lastSaidNanos = lastHeardNanos;
            }
        }
    }
}
