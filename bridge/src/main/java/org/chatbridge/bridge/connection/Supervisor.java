package org.chatbridge.bridge.connection;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.chatbridge.bridge.frames.FrameQueue;
import org.chatbridge.program.Obstacle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the bridge connected to LiveChat: the one owner of the connection's state. Everything that happens is a
 * {@link Signal} in its inbox; {@link #runOnce} handles them and the timers that are due, on the thread
 * {@code rtm-supervisor}.
 *
 * <p>One attempt at a time, each with a number; a socket that opens after its attempt was given up is closed.
 */
public final class Supervisor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);
    private static final long NEVER = Long.MAX_VALUE;
    private static final Duration PARK_AGAIN = Duration.ofMinutes(1);
    private static final Duration LAST_WORD = Duration.ofSeconds(2);
    private static final Duration REMINDER = Duration.ofMinutes(1);

    private final SupervisorSettings settings;
    private final Socket.Opener opener;
    private final FrameQueue queue;
    private final Supplier<String> token;
    private final Backoff backoff;
    private final ConnectionIds ids;
    private final Clock clock;
    private final LongSupplier nanos;
    private final Executor connector;
    private final Obstacle obstacle;
    private final BlockingQueue<Signal> inbox = new LinkedBlockingQueue<>();
    private final CompletableFuture<End> end = new CompletableFuture<>();
    private final Thread thread = new Thread(this::run, "rtm-supervisor");

    private ConnectionState state = ConnectionState.IDLE;
    private int attempt;
    private int failures;
    private URI url;
    private Requests requests;
    private volatile @Nullable Receiver receiver;
    private @Nullable Socket socket;
    private Requests.@Nullable Request awaited;
    private Signal.@Nullable Dismissed dismissed;
    private @Nullable String ownAgentId;
    private @Nullable Instant connectedSince;
    private @Nullable Instant earlierPushAt;
    private ConnectionStatus.@Nullable Disconnect lastDisconnect;
    private long reconnects;
    private long parkedAtSequence;
    private long dueNanos;
    private long pingNanos = NEVER;
    private long parkNanos = NEVER;
    private long stableNanos = NEVER;
    private volatile ConnectionStatus published =
            new ConnectionStatus(ConnectionState.IDLE, null, null, null, 0, 0, null);

    /**
     * How it ended.
     *
     * @param asked whether somebody asked it to stop; else LiveChat does not want it back
     * @param lastWord why, a sentence that names the remedy
     */
    public record End(boolean asked, String lastWord) {}

    /**
     * @param token read anew before each login; the value is sent and kept nowhere else
     * @param nanos a clock that never goes back, in nanoseconds
     * @param connector runs what opens a socket, which may block
     */
    public Supervisor(
            SupervisorSettings settings,
            Socket.Opener opener,
            FrameQueue queue,
            Supplier<String> token,
            Backoff backoff,
            ConnectionIds ids,
            Clock clock,
            LongSupplier nanos,
            Executor connector) {
        this.settings = settings;
        this.opener = opener;
        this.queue = queue;
        this.token = token;
        this.backoff = backoff;
        this.ids = ids;
        this.clock = clock;
        long origin = nanos.getAsLong();
        this.nanos = () -> nanos.getAsLong() - origin; // the origin of such a clock may be anywhere, below zero too
        this.connector = connector;
        this.obstacle = new Obstacle(LOG, REMINDER, this.nanos, "");
        this.url = settings.url();
        this.requests = new Requests(settings.version(), settings.application());
    }

    /** Begins to connect. */
    public void start() {
        thread.start();
    }

    /** Done when the supervisor will not connect again. */
    public CompletableFuture<End> end() {
        return end.copy();
    }

    /** The connection as it is now; by any thread. */
    public ConnectionStatus status() {
        ConnectionStatus known = published;
        Receiver current = receiver;
        return current == null
                ? known
                : new ConnectionStatus(
                        known.state(),
                        current.connectionId(),
                        known.connectedSince(),
                        current.lastPushAt() == null ? known.lastPushAt() : current.lastPushAt(),
                        current.sequence(),
                        known.reconnects(),
                        known.lastDisconnect());
    }

    /**
     * Says that a push was seen which shows an agent accepting chats: if it is the own one, and the push came after the
     * agent was last taken off routing, it is taken off again.
     */
    public void sawAcceptingChats(String agentId, String connectionId, long sequence) {
        inbox.add(new Signal.AcceptingChats(agentId, connectionId, sequence));
    }

    /** Closes the connection and ends, waiting a few seconds for it; does nothing the second time. */
    @Override
    public void close() {
        inbox.add(new Signal.StopRequested());
        try {
            thread.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (state != ConnectionState.STOPPED) {
                long wait = runOnce();
                Signal signal = inbox.poll(wait, TimeUnit.NANOSECONDS);
                if (signal != null) {
                    handle(signal, nanos.getAsLong());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stop(true, "interrupted");
        } catch (RuntimeException | Error e) { // an error too: a bridge without its supervisor must not look alive
            LOG.error("the supervisor failed", e);
            stop(false, "the supervisor of the connection failed: " + e);
        }
    }

    /**
     * Handles all that is in the inbox, then the timers that are due.
     *
     * @return nanoseconds until the next timer
     */
    long runOnce() {
        long now = nanos.getAsLong();
        Signal signal = inbox.poll();
        while (signal != null && state != ConnectionState.STOPPED) {
            handle(signal, now);
            signal = inbox.poll();
        }
        fireTimers(now);
        publish();
        return state == ConnectionState.STOPPED ? 0 : Math.max(0, nextTimer() - now);
    }

    private void handle(Signal signal, long now) {
        if (signal instanceof Signal.Opened opened) {
            opened(opened, now);
        } else if (signal instanceof Signal.Closed closed) {
            if (closed.attempt() == attempt && isActive()) {
                lost(closed.reason(), now);
            }
        } else if (signal instanceof Signal.Answered answered) {
            if (answered.attempt() == attempt && dismissed == null) {
                answered(answered.reply(), now);
            }
        } else if (signal instanceof Signal.Dismissed word) {
            if (word.attempt() == attempt && isActive()) {
                dismissed = word;
                // LiveChat closes now; if it does not, we do.
                dueNanos = now + LAST_WORD.toNanos();
            }
        } else if (signal instanceof Signal.AcceptingChats accepting) {
            leaveRoutingAgain(accepting);
        } else if (signal instanceof Signal.StopRequested) {
            stop(true, "asked to stop");
        }
        publish();
    }

    /** Pushes are not to be missed for want of an answer; the agent is asked to leave routing until there is one. */
    private void streamUnparked(long now) {
        LOG.warn(
                "LiveChat does not answer {}: chats may be routed to the bridge's agent {}; asking again every {} s",
                awaitedAction(),
                ownAgentId,
                PARK_AGAIN.toSeconds());
        stream("not known to be off routing", now);
        parkNanos = now + PARK_AGAIN.toNanos();
    }

    private void park(long now) {
        parkNanos = now + PARK_AGAIN.toNanos();
        awaited = requests.park();
        send(awaited);
    }

    private void stream(String reason, long now) {
        connectedSince = clock.instant();
        Receiver current = receiver;
        parkedAtSequence = current == null ? 0 : current.sequence();
        stableNanos = now + settings.stable().toNanos();
        become(ConnectionState.STREAMING, reason, now, null);
        obstacle.isGone();
    }

    private void leaveRoutingAgain(Signal.AcceptingChats accepting) {
        Receiver current = receiver;
        if (state == ConnectionState.STREAMING
                && current != null
                && accepting.agentId().equals(ownAgentId)
                && accepting.connectionId().equals(current.connectionId())
                && accepting.sequence() > parkedAtSequence) {
            LOG.warn("the bridge's agent {} was set to accept chats; taking it off routing again", ownAgentId);
            parkedAtSequence = current.sequence();
            send(requests.park());
        }
    }

    private void fireTimers(long now) {
        Receiver current = receiver;
        if (isLoggedIn()
                && current != null
                && now - current.lastHeardNanos() >= settings.silence().toNanos()) {
            lost("silence: no frame for " + settings.silence().toSeconds() + " s", now);
        }
        if (now >= dueNanos) {
            switch (state) {
                case IDLE, BACKING_OFF -> connect(now);
                case CONNECTING -> lost(timedOut("the WebSocket handshake", settings.connectTimeout()), now);
                case LOGGING_IN -> lost(timedOut("login", settings.answerTimeout()), now);
                case SYNCING -> {
                    if (dismissed == null) {
                        streamUnparked(now);
                    } else {
                        lost("no close after agent_disconnected", now);
                    }
                }
                case STREAMING -> lost("no close after agent_disconnected", now);
                case STOPPED -> dueNanos = NEVER;
            }
        }
        if (now >= pingNanos) {
            pingNanos = now + settings.pingInterval().toNanos();
            send(requests.ping());
            if (socket != null) {
                socket.ping();
            }
        }
        if (now >= parkNanos) {
            park(now);
        }
        if (now >= stableNanos) {
            stableNanos = NEVER;
            failures = 0;
        }
    }

    private long nextTimer() {
        long next = Math.min(Math.min(dueNanos, parkNanos), Math.min(pingNanos, stableNanos));
        Receiver current = receiver;
        return isLoggedIn() && current != null
                ? Math.min(next, current.lastHeardNanos() + settings.silence().toNanos())
                : next;
    }

    private void connect(long now) {
        attempt++;
        int number = attempt;
        URI target = url;
        requests = new Requests(settings.version(), settings.application());
        dismissed = null;
        Receiver earlier = receiver;
        if (earlier != null && earlier.lastPushAt() != null) {
            earlierPushAt = earlier.lastPushAt();
        }
        Receiver listener = new Receiver(number, ids.next(), queue, inbox::add, clock, nanos);
        receiver = listener;
        become(ConnectionState.CONNECTING, "attempt " + number + " to " + target, now, settings.connectTimeout());
        connector.execute(() -> open(number, target, listener));
    }

    private void open(int number, URI target, Receiver listener) {
        try {
            Socket opened = opener.open(target, listener);
            inbox.add(new Signal.Opened(number, opened));
            if (end.isDone()) {
                opened.close("given up"); // nobody reads the inbox any more
            }
        } catch (Socket.CannotOpenException e) {
            inbox.add(new Signal.Closed(number, "livechat.url=" + target + ": cannot connect: " + e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            inbox.add(new Signal.Closed(number, "interrupted while connecting"));
        }
    }

    private void opened(Signal.Opened opened, long now) {
        if (opened.attempt() != attempt || state != ConnectionState.CONNECTING) {
            opened.socket().close("given up");
            return;
        }
        socket = opened.socket();
        if (dismissed != null) {
            become(ConnectionState.LOGGING_IN, "socket open, and LiveChat takes leave", now, LAST_WORD);
            return;
        }
        become(ConnectionState.LOGGING_IN, "socket open", now, settings.answerTimeout());
        awaited = requests.login(token.get());
        send(awaited);
    }

    private void answered(Reply reply, long now) {
        Requests.Request request = awaited;
        if (request == null || !isAnswerTo(request, reply)) {
            if (!reply.success()) {
                LOG.warn("LiveChat refused {}: {} {}", reply.action(), reply.errorType(), reply.errorMessage());
            }
            return;
        }
        awaited = null;
        if (!reply.success()) {
            refused(reply, now);
        } else if (state == ConnectionState.LOGGING_IN) {
            ownAgentId = reply.payload().path("my_profile").path("id").textValue();
            pingNanos = now + settings.pingInterval().toNanos();
            become(ConnectionState.SYNCING, "logged in as " + ownAgentId, now, settings.answerTimeout());
            awaited = requests.park();
            send(awaited);
        } else if (state == ConnectionState.SYNCING) {
            stream("off routing", now);
        } else if (state == ConnectionState.STREAMING) {
            parkNanos = NEVER;
            LOG.info("the bridge's agent {} is off routing", ownAgentId);
        }
    }

    /** By id; an answer without one is taken for that to the request awaited, if the action fits. */
    private static boolean isAnswerTo(Requests.Request request, Reply reply) {
        return reply.requestId() == null
                ? reply.action().equals(request.action())
                : reply.requestId().equals(request.id());
    }

    private void refused(Reply reply, long now) {
        String reason = reply.action() + " refused: " + reply.errorType() + " " + reply.errorMessage();
        settle(Advice.onRefused(reply.errorType(), settings.version()), reason.strip(), reply.region(), now);
    }

    private void lost(String reason, long now) {
        Signal.Dismissed word = dismissed;
        if (word == null) {
            settle(Advice.RECONNECT, reason, null, now);
        } else {
            settle(
                    Advice.onDisconnected(word.reason(), settings.version()),
                    "agent_disconnected: " + word.reason(),
                    word.region(),
                    now);
        }
    }

    private void settle(Advice advice, String reason, @Nullable String region, long now) {
        switch (advice) {
            case STOP -> stop(false, reason + ". " + Remedy.of(reason));
            case RECONNECT, RECONNECT_WITH_FRESH_TOKEN -> backOff(reason, now);
            case UNKNOWN -> {
                LOG.error("LiveChat gave a reason that is not known: {}; trying again", reason);
                backOff(reason, now);
            }
            case MOVE_TO_REGION -> {
                Optional<URI> moved = region == null ? Optional.empty() : Regions.move(url, region);
                if (moved.isEmpty()) {
                    stop(
                            false,
                            reason + ": livechat.url=" + url + " is in the wrong region; set the one of region "
                                    + region);
                } else {
                    url = moved.get();
                    backOff(reason + ", moving to " + url, now);
                }
            }
        }
    }

    private void backOff(String reason, long now) {
        failures++;
        reconnects++;
        leave(reason);
        obstacle.is("not connected to LiveChat: " + reason + "; trying again");
        become(ConnectionState.BACKING_OFF, reason, now, backoff.after(failures));
    }

    private void stop(boolean asked, String lastWord) {
        if (state == ConnectionState.STOPPED) {
            return;
        }
        leave(lastWord);
        become(ConnectionState.STOPPED, lastWord, 0, null);
        publish();
        end.complete(new End(asked, lastWord));
    }

    private void leave(String reason) {
        if (socket != null) {
            socket.close("");
            socket = null;
        }
        awaited = null;
        connectedSince = null;
        pingNanos = NEVER;
        parkNanos = NEVER;
        stableNanos = NEVER;
        lastDisconnect = new ConnectionStatus.Disconnect(reason, clock.instant());
    }

    /** The one place where the state changes. */
    private void become(ConnectionState next, String reason, long now, @Nullable Duration timer) {
        if (!next.mayFollow(state)) {
            throw new IllegalStateException(next + " may not follow " + state + " (" + reason + ")");
        }
        if (failures > 1) {
            LOG.debug("{} → {} ({})", state, next, reason); // the obstacle tells of a long outage
        } else {
            LOG.info("{} → {} ({})", state, next, reason);
        }
        state = next;
        dueNanos = timer == null ? NEVER : now + timer.toNanos();
    }

    private void publish() {
        published = new ConnectionStatus(state, null, connectedSince, earlierPushAt, 0, reconnects, lastDisconnect);
    }

    private void send(Requests.Request request) {
        if (socket != null) {
            socket.send(request.text());
        }
    }

    private boolean isLoggedIn() {
        return state == ConnectionState.SYNCING || state == ConnectionState.STREAMING;
    }

    private boolean isActive() {
        return isLoggedIn() || state == ConnectionState.CONNECTING || state == ConnectionState.LOGGING_IN;
    }

    private String awaitedAction() {
        return awaited == null ? "a request" : awaited.action();
    }

    private static String timedOut(String what, Duration after) {
        return what + " timed out after " + after.toSeconds() + " s";
    }
}
