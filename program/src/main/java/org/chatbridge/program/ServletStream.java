package org.chatbridge.program;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.jspecify.annotations.Nullable;

/**
 * One stream on a servlet's asynchronous output. Whoever sends only puts the chunk into a queue; one thread of the server
 * at a time writes what is there until the connection takes no more, and leaves then: the container calls
 * {@link #onWritePossible} when it takes more.
 */
final class ServletStream implements EventStream, WriteListener {
    static final String CONTENT_TYPE = "text/event-stream";

    private final HttpServletRequest request;
    private final HttpServletResponse response;
    private final boolean headersOnly;
    private final HttpLimits limits;
    private final Executor executor;
    private final LongSupplier nanos;
    private final BooleanSupplier accepted;
    private final BiConsumer<ServletStream, End> forget;
    private final CompletableFuture<Void> answered = new CompletableFuture<>();

    // Guarded by this.
    private final PendingChunks pending;
    private final List<Runnable> afterWriting = new ArrayList<>();
    private boolean begun;
    private boolean ending;
    private @Nullable End end;
    private @Nullable Consumer<End> listener;
    /** True from when there is something to write until it is written, whether a thread is at it or the network. */
    private boolean writing;
    /** When the stream was made, writing began or a piece was taken, whichever is last. */
    private long progressNanos;

    /** Of the one thread that writes. */
    private boolean unflushed;

    /**
     * @param executor the threads of the server
     * @param nanos a clock that never goes back, in nanoseconds
     * @param accepted whether who reads may, still; asked by one thread
     * @param forget called once, when the stream has ended
     */
    ServletStream(
            HttpServletRequest request,
            HttpServletResponse response,
            HttpLimits limits,
            Executor executor,
            LongSupplier nanos,
            BooleanSupplier accepted,
            BiConsumer<ServletStream, End> forget) {
        this.request = request;
        this.response = response;
        this.headersOnly = request.getMethod().equals("HEAD");
        this.limits = limits;
        this.executor = executor;
        this.nanos = nanos;
        this.accepted = accepted;
        this.forget = forget;
        this.pending = new PendingChunks(limits.maxPendingBytes());
        this.progressNanos = nanos.getAsLong();
    }

    /** Completes when the answer may be completed, with {@link HttpProblem} where it is that. */
    CompletableFuture<Void> answered() {
        return answered;
    }

    @Override
    public boolean send(byte[] bytes) {
        boolean room;
        boolean first;
        synchronized (this) {
            if (end != null || ending) {
                return false;
            }
            room = pending.add(bytes);
            first = !begun;
            if (room) {
                begun = true;
                if (writing) {
                    return true;
                }
                writing = true;
                progressNanos = nanos.getAsLong();
            }
        }
        if (!room) {
            cut(End.TOO_SLOW);
            return false;
        }
        return execute(first ? this::begin : this::write);
    }

    @Override
    public void whenWritten(Runnable next) {
        synchronized (this) {
            if (end != null || ending) {
                return;
            }
            if (writing) {
                afterWriting.add(next);
                return;
            }
        }
        next.run();
    }

    @Override
    public boolean refuse(HttpProblem problem) {
        return refused(problem);
    }

    @Override
    public void end() {
        boolean nothingSent;
        synchronized (this) {
            if (end != null || ending) {
                return;
            }
            ending = true;
            nothingSent = !begun;
            begun = true;
            if (writing) {
                return;
            }
            writing = true;
            progressNanos = nanos.getAsLong();
        }
        execute(nothingSent ? this::begin : this::write);
    }

    @Override
    public void onEnd(Consumer<End> told) {
        End ended;
        synchronized (this) {
            ended = end;
            if (ended == null) {
                listener = told;
            }
        }
        if (ended != null) {
            End why = ended;
            tell(() -> told.accept(why));
        }
    }

    /** Of whatever kind: what came instead of the first chunk. False where it has been sent, or the stream has ended. */
    boolean refused(Exception failure) {
        synchronized (this) {
            if (begun || end != null) {
                return false;
            }
        }
        return finish(End.ENDED, failure, false);
    }

    /** Ends the stream at once; what waits is not sent, and the client sees that. */
    boolean cut(End why) {
        return finish(why, null, true);
    }

    /** Ends the stream as the server stops: whole where nothing waits. */
    void stop() {
        boolean whole;
        boolean refusable;
        synchronized (this) {
            whole = !writing;
            refusable = !begun;
        }
        if (whole) {
            finish(End.STOPPED, refusable ? HttpProblem.stopping() : null, false);
        } else {
            cut(End.STOPPED);
        }
    }

    /** Cuts the reader where it has stopped to read, or may read no longer, and refuses it where nothing was sent to it in time. */
    void look(long nowNanos) {
        boolean stuck;
        boolean late;
        synchronized (this) {
            long waited = nowNanos - progressNanos;
            stuck = writing && waited > limits.writeWithin().toNanos();
            late = !begun && waited > limits.answerWithin().toNanos();
        }
        if (stuck) {
            cut(End.TOO_SLOW);
        } else if (late) {
            refused(HttpProblem.late(limits.answerWithin()));
        } else if (!accepted.getAsBoolean()) {
            cut(End.UNAUTHORIZED);
        }
    }

    private void begin() {
        response.setStatus(HttpServletResponse.SC_OK);
        response.setContentType(CONTENT_TYPE);
        response.setHeader("Cache-Control", "no-store");
        // Proxies that hold back what they forward, nginx before all.
        response.setHeader("X-Accel-Buffering", "no");
        try {
            if (headersOnly) {
                // Completed unflushed, the answer would be given a length of 0.
                response.flushBuffer();
                finish(End.ENDED, null, false);
                return;
            }
            unflushed = true;
            response.getOutputStream().setWriteListener(this);
        } catch (IOException | IllegalStateException e) {
            finish(End.CLIENT_GONE, null, false);
        }
    }

    @Override
    public void onWritePossible() {
        write();
    }

    @Override
    public void onError(Throwable failure) {
        finish(End.CLIENT_GONE, null, false);
    }

    private void write() {
        try {
            ServletOutputStream out = response.getOutputStream();
            // Once it is not ready, the container calls again, perhaps before this thread has returned.
            while (out.isReady()) {
                if (nextPiece()) {
                    out.write(pending.chunk(), pending.offset(), pending.length());
                    unflushed = true;
                } else if (unflushed) {
                    unflushed = false;
                    out.flush();
                } else {
                    written();
                    return;
                }
            }
        } catch (IOException | IllegalStateException e) {
            finish(End.CLIENT_GONE, null, false);
        }
    }

    /** Whether there is one; the one before is written by now. */
    private synchronized boolean nextPiece() {
        progressNanos = nanos.getAsLong();
        return pending.next() && end == null;
    }

    private void written() {
        List<Runnable> next;
        boolean last;
        synchronized (this) {
            if (end != null) {
                return;
            }
            if (pending.isEmpty()) {
                writing = false;
                last = ending;
                next = List.copyOf(afterWriting);
                afterWriting.clear();
            } else {
                next = List.of(this::write);
                last = false;
            }
        }
        if (last) {
            finish(End.ENDED, null, false);
        } else {
            next.forEach(Runnable::run);
        }
    }

    private boolean finish(End why, @Nullable Exception failure, boolean abruptly) {
        Consumer<End> told;
        synchronized (this) {
            if (end != null) {
                return false;
            }
            end = why;
            told = listener;
            listener = null;
            afterWriting.clear();
        }
        if (abruptly) {
            // The one way to tell a reader that more would have come: an answer that is completed looks whole.
            ServletContextRequest.getServletContextRequest(request)
                    .getConnectionMetaData()
                    .getConnection()
                    .getEndPoint()
                    .close();
        }
        forget.accept(this, why);
        if (failure == null) {
            answered.complete(null);
        } else {
            tell(() -> answered.completeExceptionally(failure));
        }
        if (told != null) {
            tell(() -> told.accept(why));
        }
        return true;
    }

    private boolean execute(Runnable task) {
        try {
            executor.execute(task);
            return true;
        } catch (RejectedExecutionException e) {
            return !cut(End.STOPPED);
        }
    }

    /** By another thread: this one may hold a lock of the producer's. */
    private void tell(Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            task.run();
        }
    }
}
