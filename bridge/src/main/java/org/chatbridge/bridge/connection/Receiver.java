package org.chatbridge.bridge.connection;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.chatbridge.bridge.frames.Frame;
import org.chatbridge.bridge.frames.FrameQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what one connection brings: stamps every frame that is no answer and puts it on its way, tells the supervisor the
 * rest. Called by the WebSocket client, one frame at a time; while the queue is full the socket is not read.
 */
final class Receiver implements Socket.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(Receiver.class);

    /** The code that stands for the lack of a close frame. */
    private static final int BROKEN = 1006;

    private final int attempt;
    private final String connectionId;
    private final FrameQueue queue;
    private final Consumer<Signal> supervisor;
    private final Clock clock;
    private final LongSupplier nanos;

    private static final long BLOCKED_NANOS = TimeUnit.SECONDS.toNanos(1);

    private volatile boolean failed;
    private volatile long lastHeardNanos;
    private volatile Instant lastHeardAt;
    private volatile @Nullable Instant loggedInAt;
    private volatile @Nullable Instant firstPushAt;

    /** Since when the socket was not read as it should be, and until when; null once all from then is known to be read. */
    private volatile @Nullable Instant blockedSince;

    private volatile long blockedUntilNanos;
    private volatile long sequence;
    private volatile @Nullable Instant lastPushAt;
    private volatile @Nullable String ownAgentId;

    /** When the frame came that waits for room in the queue; null where none does. */
    private volatile @Nullable Instant waitingSince;

    private volatile long waitingSinceNanos;

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
        this.lastHeardAt = clock.instant();
    }

    @Override
    public void onText(String text) {
        guarded(() -> text(text));
    }

    @Override
    public void onBinary(ByteBuffer bytes) {
        guarded(() -> binary(bytes));
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
            LOG.error("frame {} of connection {} is lost", sequence + 1, connectionId, e);
            supervisor.accept(new Signal.Closed(attempt, "failed on a frame: " + e));
        }
    }

    private void text(String text) {
        heard();
        FrameSorter.Sorted sorted = FrameSorter.sort(text);
        if (sorted instanceof FrameSorter.Sorted.Answer answer) {
            answered(answer.reply());
            return;
        }
        put(Frame.Kind.TEXT, text.getBytes(StandardCharsets.UTF_8));
        if (sorted instanceof FrameSorter.Sorted.Dismissal dismissal) {
            supervisor.accept(new Signal.Dismissed(attempt, dismissal.reason(), dismissal.region()));
        }
    }

    private void binary(ByteBuffer bytes) {
        heard();
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        put(Frame.Kind.BINARY, copy);
    }

    @Override
    public void onPong(long mark) {
        heard();
        if (blockedSince != null && mark > blockedUntilNanos) {
            blockedSince = null; // it follows all that had been waiting in the socket
        }
    }

    @Override
    public void onClosed(int code, String reason) {
        if (code != BROKEN) {
            heard(); // a close frame comes behind every push
        }
        supervisor.accept(new Signal.Closed(
                attempt, reason.isBlank() ? "closed with code " + code : "closed with code " + code + ": " + reason));
    }

    /** When the last frame of any kind came, by the nano clock; now while a frame waits for room in the queue. */
    long lastHeardNanos() {
        return waitingSince != null ? nanos.getAsLong() : lastHeardNanos;
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

    /** From when on pushes may be missing if the connection ends now. */
    Instant sightLostAt() {
        Instant since = blockedSince == null ? waitingSince : blockedSince;
        return since == null ? lastHeardAt : since;
    }

    /** Whether it was heard since the last probe or the one before, so that it may be taken for alive. */
    boolean isFresh(Duration probeInterval) {
        return blockedSince == null
                && waitingSince == null
                && nanos.getAsLong() - lastHeardNanos() <= 2 * probeInterval.toNanos();
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

    private void heard() {
        lastHeardNanos = nanos.getAsLong();
        lastHeardAt = clock.instant();
    }

    private void answered(Reply reply) {
        // Here and not in the supervisor, so that the very next push is stamped with it.
        if (reply.action().equals(Requests.LOGIN) && reply.success()) {
            loggedInAt = lastHeardAt;
            ownAgentId = reply.payload().path("my_profile").path("id").textValue();
        }
        supervisor.accept(new Signal.Answered(attempt, reply));
    }

    private void put(Frame.Kind kind, byte[] bytes) {
        Instant now = clock.instant();
        long number = sequence + 1; // one thread at a time calls, so nobody else counts
        waitingSinceNanos = nanos.getAsLong();
        waitingSince = now;
        try {
            queue.put(new Frame(connectionId, number, Frame.micros(now), ownAgentId, kind, bytes));
            sequence = number;
            lastPushAt = now;
            firstPushAt = firstPushAt == null ? now : firstPushAt;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failed = true;
            LOG.error("frame {} of connection {} is lost: interrupted while the queue was full", number, connectionId);
        } finally {
            waitingSince = null;
            lastHeardNanos = nanos.getAsLong();
            if (lastHeardNanos - waitingSinceNanos >= BLOCKED_NANOS) {
                blockedSince = blockedSince == null ? now : blockedSince;
                blockedUntilNanos = lastHeardNanos;
            }
        }
    }
}
