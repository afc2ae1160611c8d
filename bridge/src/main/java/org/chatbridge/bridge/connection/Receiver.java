package org.chatbridge.bridge.connection;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
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
    private final Sight sight;
    private final boolean hearsOpened;

    private volatile boolean failed;
    private volatile long sequence;
    private volatile @Nullable Instant firstPushAt;
    private volatile @Nullable Instant lastPushAt;
    private volatile @Nullable String ownAgentId;

    /** Held while frames are put. */
    private final ReentrantLock putting = new ReentrantLock();

    private volatile boolean ended;

    /** Read and not yet put: of the thread that reads. */
    private List<Frame> together = new ArrayList<>();

    private Instant togetherAt = Instant.EPOCH;

    /**
     * @param hearsOpened whether the supervisor hears of chats that are opened
     * @param ownAgentId whom the last login was answered as: of what comes before this one is; null where none was
     */
    Receiver(
            int attempt,
            String connectionId,
            FrameQueue queue,
            Consumer<Signal> supervisor,
            Sight sight,
            boolean hearsOpened,
            @Nullable String ownAgentId) {
        this.attempt = attempt;
        this.connectionId = connectionId;
        this.queue = queue;
        this.supervisor = supervisor;
        this.sight = sight;
        this.hearsOpened = hearsOpened;
        this.ownAgentId = ownAgentId;
    }

    @Override
    public void onBytes() {
        sight.bytes();
    }

    @Override
    public void onPiece() {
        sight.piece();
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
        stamp();
        FrameSorter.Sorted sorted = FrameSorter.sort(text, hearsOpened);
        if (sorted instanceof FrameSorter.Sorted.Answer answer) {
            put();
            answered(answer.reply());
            return;
        }
        add(Frame.Kind.TEXT, text);
        if (sorted instanceof FrameSorter.Sorted.Dismissal dismissal) {
            sight.ends();
            put();
            supervisor.accept(new Signal.Dismissed(attempt, dismissal.reason(), dismissal.region()));
        } else if (sorted instanceof FrameSorter.Sorted.Accepting accepting
                && accepting.agentId().equals(ownAgentId)) {
            // Before it is put: where the queue is full, customers must not be sent to the bridge meanwhile.
            supervisor.accept(new Signal.AcceptingChats(attempt, sequence + together.size()));
        } else if (sorted instanceof FrameSorter.Sorted.Opened opened) {
            supervisor.accept(new Signal.ChatOpened(attempt, opened.chat()));
        }
    }

    private void alone(Frame.Kind kind, byte[] bytes) {
        stamp();
        add(kind, bytes);
        put();
    }

    /** What is read together came together. */
    private void stamp() {
        if (together.isEmpty()) {
            togetherAt = sight.said();
        }
    }

    @Override
    public void onPong(long mark) {
        if (!failed && sight.pong(mark)) { // behind a frame that is lost it would say that nothing is
            supervisor.accept(new Signal.Proven(attempt));
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
            if (putting.tryLock(Sight.BLOCKED_NANOS, TimeUnit.NANOSECONDS)) {
                putting.unlock();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return sequence;
    }

    /** How far the connection is seen. */
    Sight sight() {
        return sight;
    }

    String connectionId() {
        return connectionId;
    }

    /** The bridge's own agent, by the last login that was answered; null before the first. */
    @Nullable
    String ownAgentId() {
        return ownAgentId;
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

    private void answered(Reply reply) {
        // Here and not in the supervisor, so that the very next push is stamped with it.
        if (reply.action().equals(Requests.LOGIN) && reply.success() && sight.loggedIn()) {
            ownAgentId = reply.payload().path("my_profile").path("id").textValue();
        }
        sight.answered(reply);
        supervisor.accept(new Signal.Answered(attempt, reply, sequence));
    }

    /** Stamps a frame: its number is taken, though {@link #sequence()} goes up only when it is put. */
    private void add(Frame.Kind kind, byte[] bytes) {
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
        sight.waits(now);
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
            sight.goesOn();
        }
    }
}
