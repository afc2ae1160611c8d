package org.chatbridge.bridge.connection;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.chatbridge.bridge.frames.Frame;
import org.chatbridge.bridge.frames.FrameQueue;
import org.chatbridge.bridge.ledger.Cause;
import org.chatbridge.bridge.ledger.Ledger;
import org.chatbridge.program.Obstacle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

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
    private static final Duration LAST_WORD = Duration.ofSeconds(2);
    private static final Duration LAST_LOOK = Duration.ofMillis(500);
    private static final Duration REMINDER = Duration.ofMinutes(1);
    /** Tyrus takes 30 s to give up a TLS handshake, whatever it is told. */
    private static final Duration LONGEST_OPENING = Duration.ofMinutes(2);

    /** While pieces of a message come no further apart, the answer to a login, which tells of all chats, counts as under way. */
    private static final Duration UNDER_WAY = Duration.ofSeconds(5);

    private static final Duration LONGEST_LOGIN = Duration.ofMinutes(5);

    private static final Duration ASK_AGAIN = Duration.ofMillis(250);

    private final SupervisorSettings settings;
    private final Socket.Opener opener;
    private final FrameQueue queue;
    private final Consumer<Frame> words;
    private final Ledger ledger;
    private final BooleanSupplier mayConnect;
    private final Backoff backoff;
    private final ConnectionIds ids;
    private final Clock clock;
    private final LongSupplier nanos;
    private final Executor connector;
    private final Obstacle obstacle;
    private final Destination destination;
    private final Credentials credentials;
    private final Silence silence;
    private final BlockingQueue<Signal> inbox = new LinkedBlockingQueue<>();
    private final CompletableFuture<End> end = new CompletableFuture<>();
    private final Thread thread = new Thread(this::run, "rtm-supervisor");

    private ConnectionState state = ConnectionState.IDLE;
    private int attempt;
    private int failures;

    /** The attempt whose socket is being opened, also one that was given up: the next waits for it to end. 0 for none. */
    private volatile int opening;

    private long openingSinceNanos;
    private volatile @Nullable Session session;

    /** Whether the thread has ended: what is put into the inbox then is read by nobody. */
    private volatile boolean ended;

    private @Nullable LoggedIn loggedIn;
    private @Nullable Instant connectedSince;
    private @Nullable Instant earlierPushAt;
    private ConnectionStatus.@Nullable Disconnect lastDisconnect;
    private final Map<Cause, Long> reconnects = new ConcurrentHashMap<>();
    private final AtomicLong chatsNotFollowed = new AtomicLong();

    private long dueNanos;
    private long stableNanos = NEVER;
    private volatile ConnectionStatus published =
            new ConnectionStatus(ConnectionState.IDLE, null, null, null, 0, 0, null);

    /**
     * How it ended.
     *
     * @param asked whether somebody asked it to stop; else LiveChat does not want it back
     * @param failed or it is broken itself
     * @param lastWord why, a sentence that names the remedy
     */
    public record End(boolean asked, boolean failed, String lastWord) {}

    /**
     * @param queue takes what LiveChat sends
     * @param words takes what the bridge learns by asking; must not block
     * @param token read anew before each login; the value is sent and kept nowhere else
     * @param mayConnect asked before each connection; where it says no, it is asked again soon
     * @param nanos a clock that never goes back, in nanoseconds
     * @param connector runs what opens a socket, which may block
     */
    public Supervisor(
            SupervisorSettings settings,
            Socket.Opener opener,
            FrameQueue queue,
            Consumer<Frame> words,
            Ledger ledger,
            Supplier<String> token,
            BooleanSupplier mayConnect,
            Backoff backoff,
            ConnectionIds ids,
            Clock clock,
            LongSupplier nanos,
            Executor connector) {
        this.settings = settings;
        this.opener = opener;
        this.queue = queue;
        this.words = words;
        this.ledger = ledger;
        this.mayConnect = mayConnect;
        this.backoff = backoff;
        this.ids = ids;
        this.clock = clock;
        long origin = nanos.getAsLong();
        this.nanos = () -> nanos.getAsLong() - origin; // the origin of such a clock may be anywhere, below zero too
        this.connector = connector;
        this.obstacle = new Obstacle(LOG, REMINDER, this.nanos, "");
        this.destination = new Destination(settings.url());
        this.credentials = new Credentials(token, settings.url());
        this.silence = new Silence(settings);
        this.dueNanos = settings.waitsForItsTurn() ? NEVER : 0;
    }

    /** Begins to connect, or to wait for its turn. */
    public void start() {
        thread.start();
    }

    /** Done when the supervisor will not connect again. */
    public CompletableFuture<End> end() {
        return end.copy();
    }

    /** The connection as it is now; by any thread. */
    public ConnectionStatus status() {
        Session current = session;
        return current == null ? published : published.of(current.receiver());
    }

    /** How often, since the start, another attempt was due for a cause; by any thread. */
    public long reconnects(Cause cause) {
        return reconnects.getOrDefault(cause, 0L);
    }

    /** How many chats, since the start, that had been opened or were found open could not be followed, or not for a minute; by any thread. */
    public long chatsNotFollowed() {
        return chatsNotFollowed.get();
    }

    /** Says that it is this bridge's turn to be connected. */
    public void itsTurn() {
        inbox.add(new Signal.Turn(true));
    }

    /** Says that it is another's turn: returns when the connection is closed, or after a few seconds. */
    public void anothersTurn() {
        Signal.Turn over = new Signal.Turn(false);
        inbox.add(over);
        if (ended) {
            over.handled(); // nobody looks into the inbox any more
        }
        over.awaitHandled();
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
            stop(true, Cause.SHUTDOWN, "interrupted");
        } catch (RuntimeException | Error e) { // an error too: a bridge without its supervisor must not look alive
            LOG.error("the supervisor failed", e);
            stop(false, Cause.CRASH, "the supervisor of the connection failed: " + e);
        } finally {
            if (end.complete(new End(false, true, "the supervisor of the connection failed while it ended"))) {
                become(ConnectionState.STOPPED, "failed", 0, null);
                publish();
            }
            ended = true;
            for (Signal left = inbox.poll(); left != null; left = inbox.poll()) {
                if (left instanceof Signal.Turn turn) {
                    turn.handled();
                } else if (left instanceof Signal.Opened opened) {
                    opened.socket().close("given up");
                }
            }
        }
    }

    /**
     * Handles all that is in the inbox, then the timers that are due.
     *
     * @return nanoseconds until the next timer
     */
    long runOnce() {
        long now = nanos.getAsLong();
        while (state != ConnectionState.STOPPED) {
            Signal signal = inbox.poll();
            if (signal == null) {
                break;
            }
            handle(signal, now);
        }
        fireTimers(now);
        publish();
        return state == ConnectionState.STOPPED ? 0 : Math.max(0, nextTimer() - now);
    }

    private void handle(Signal signal, long now) {
        Session current = session;
        if (signal instanceof Signal.Opened opened) {
            opened(opened, now);
        } else if (signal instanceof Signal.Closed closed) {
            if (closed.attempt() == attempt && state.isConnected()) {
                lost(Cause.CLOSED, credentials.quote(closed.reason()), closed.retryAfter(), now);
            }
        } else if (signal instanceof Signal.Answered answered) {
            if (answered.attempt() == attempt && current != null && current.dismissal() == null) {
                current.hasHeard(answered.sequence());
                answered(current, answered.reply().toldAs(credentials::quote), now);
            }
        } else if (signal instanceof Signal.Dismissed word) {
            if (word.attempt() == attempt && current != null && state.isConnected()) {
                current.dismissed(word);
                // LiveChat closes now; if it does not, we do.
                dueNanos = now + LAST_WORD.toNanos();
            }
        } else if (signal instanceof Signal.Proven proven) {
            if (proven.attempt() == attempt && loggedIn != null) {
                loggedIn.tellWhatIsHeard();
            }
        } else if (signal instanceof Signal.AcceptingChats accepting) {
            if (accepting.attempt() == attempt && loggedIn != null) {
                loggedIn.saw(accepting, now);
            }
        } else if (signal instanceof Signal.ChatOpened opened) {
            if (opened.attempt() == attempt && loggedIn != null) {
                loggedIn.saw(opened.chat());
            }
        } else if (signal instanceof Signal.Turn turn) {
            turn(turn, now);
        } else if (signal instanceof Signal.StopRequested) {
            stop(true, Cause.SHUTDOWN, "asked to stop");
        }
        publish();
        if (signal instanceof Signal.Turn turn) {
            turn.handled(); // and who waits for it can see what came of it
        }
    }

    private void turn(Signal.Turn turn, long now) {
        if (turn.ours() && state == ConnectionState.IDLE) {
            dueNanos = now;
        } else if (!turn.ours() && state != ConnectionState.IDLE && state != ConnectionState.STOPPED) {
            leave(Cause.HANDED_OVER, "another bridge of the group has its turn");
            become(ConnectionState.IDLE, "another bridge of the group has its turn", now, null);
        } else if (!turn.ours()) {
            dueNanos = NEVER;
        }
    }

    private void fireTimers(long now) {
        Session current = session;
        silence.looks(now);
        if (current != null) {
            String silent =
                    state.isLoggedIn() ? silence.reason(current.receiver().sight(), now) : null;
            if (silent == null) {
                current.expire(now);
            } else {
                lost(Cause.SILENCE, silent, now);
            }
        }
        if (now >= dueNanos) {
            switch (state) {
                case IDLE, BACKING_OFF -> connect(now);
                case CONNECTING ->
                    lost(Cause.CLOSED, timedOut("the WebSocket handshake", settings.connectTimeout()), now);
                case LOGGING_IN, SYNCING, STREAMING -> lost(Cause.CLOSED, "no close after agent_disconnected", now);
                case STOPPED -> dueNanos = NEVER;
            }
        }
        if (loggedIn != null) {
            loggedIn.fire(now);
        }
        if (now >= stableNanos) {
            stableNanos = NEVER;
            failures = 0;
        }
    }

    private long nextTimer() {
        long next = Math.min(dueNanos, stableNanos);
        Session current = session;
        if (state.isConnected()) {
            next = Math.min(next, silence.nextLookNanos());
        }
        if (current != null) {
            next = Math.min(next, current.nextTimer());
            if (state.isLoggedIn()) {
                next = Math.min(next, silence.nanos(current.receiver().sight()));
            }
        }
        return loggedIn == null ? next : Math.min(next, loggedIn.nextTimer());
    }

    private void connect(long now) {
        boolean stillOpening = opening != 0 && now - openingSinceNanos < LONGEST_OPENING.toNanos();
        if (stillOpening || !mayConnect.getAsBoolean()) {
            dueNanos = now + ASK_AGAIN.toNanos();
            return;
        }
        attempt++;
        int number = attempt;
        Session earlier = session;
        if (earlier != null && earlier.receiver().lastPushAt() != null) {
            earlierPushAt = earlier.receiver().lastPushAt();
        }
        Receiver listener = new Receiver(
                number,
                ids.next(),
                queue,
                inbox::add,
                new Sight(clock, nanos),
                Following.isKnownTo(settings.version()),
                earlier == null ? null : earlier.receiver().ownAgentId());
        session = new Session(number, listener, new Requests(settings.version(), settings.application()));
        URI url = destination.url();
        String region = destination.region();
        become(
                ConnectionState.CONNECTING,
                "attempt " + number + " to " + Destination.told(url),
                now,
                settings.connectTimeout());
        opening = number;
        openingSinceNanos = now;
        connector.execute(() -> open(number, url, region, listener));
    }

    private void open(int number, URI url, @Nullable String region, Receiver listener) {
        try {
            Socket opened = opener.open(url, region, listener);
            inbox.add(new Signal.Opened(number, opened));
            if (end.isDone()) {
                opened.close("given up"); // nobody reads the inbox any more
            }
        } catch (Socket.CannotOpenException e) {
            inbox.add(new Signal.Closed(
                    number,
                    "livechat.url=" + Destination.told(url) + ": cannot connect: " + e.getMessage(),
                    e.retryAfter()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            inbox.add(new Signal.Closed(number, "interrupted while connecting"));
        } finally {
            opening = opening == number ? 0 : opening;
        }
    }

    private void opened(Signal.Opened opened, long now) {
        Session current = session;
        if (opened.attempt() != attempt || current == null || state != ConnectionState.CONNECTING) {
            opened.socket().close("given up");
            return;
        }
        current.opened(opened.socket());
        if (current.dismissal() != null) {
            become(ConnectionState.LOGGING_IN, "socket open, and LiveChat takes leave", now, LAST_WORD);
            return;
        }
        become(ConnectionState.LOGGING_IN, "socket open", now, null);
        Requests.Request login = current.requests().login(credentials.next(), settings.customerMonitoring());
        current.ask(login, now, settings.answerTimeout(), new Session.Asker() {
            @Override
            public void answered(Reply reply, long at) {
                if (reply.success()) {
                    loggedIn(current, reply, at);
                } else {
                    refused(reply, at);
                }
            }

            @Override
            public void unanswered(long at) {
                // Who was frozen reads first what has come meanwhile.
                long waitUntil = Math.min(
                        Math.max(
                                current.receiver().sight().lastPieceNanos() + UNDER_WAY.toNanos(),
                                silence.awakeNanos()),
                        now + LONGEST_LOGIN.toNanos());
                if (at < waitUntil) {
                    current.await(login, at, Duration.ofNanos(waitUntil - at), this);
                } else {
                    lost(Cause.CLOSED, timedOut("login", Duration.ofNanos(at - now)), at);
                }
            }
        });
    }

    private void answered(Session current, Reply reply, long now) {
        if (!current.answered(reply, now) && !reply.success()) {
            LOG.atLevel(current.isRefusedAnew(reply.action()) ? Level.WARN : Level.DEBUG)
                    .log("LiveChat refused {}: {}", reply.about(), reply.said());
        }
    }

    private void loggedIn(Session current, Reply reply, long now) {
        Receiver receiver = current.receiver();
        String agent = reply.payload().path("my_profile").path("id").textValue();
        current.loggedInAs(agent);
        credentials.accepted();
        destination.arrived();
        ledger.sees(receiver.connectionId(), receiver.sight().loggedInAt());
        become(ConnectionState.SYNCING, "logged in as " + agent, now, null);
        Parking parking = new Parking(current, settings.answerTimeout(), new Parking.Listener() {
            @Override
            public void settled(String how, long at) {
                if (current.dismissal() == null) { // or it would not be closed soon
                    stream(how, at);
                }
            }

            @Override
            public void refused(Reply refusal, long at) {
                Supervisor.this.refused(refusal, at);
            }
        });
        Pace pace = new Pace();
        Following following = new Following(current, settings.version(), pace, chatsNotFollowed::incrementAndGet);
        Resync resync = new Resync(
                current,
                settings.version(),
                new Snapshots(receiver.connectionId(), agent, words, clock, settings.partitions()),
                pace,
                following,
                learned -> ledger.resynced(receiver.connectionId(), learned),
                clock);
        loggedIn = new LoggedIn(current, settings, ledger, parking, following, resync, now);
        loggedIn.begin(reply.payload(), now);
    }

    private void stream(String reason, long now) {
        connectedSince = clock.instant();
        stableNanos = now + settings.stable().toNanos();
        become(ConnectionState.STREAMING, reason, now, null);
        obstacle.isGone();
    }

    private void refused(Reply reply, long now) {
        String error = reply.errorType();
        Advice advice = Advice.onRefused(error, settings.version());
        if (advice == Advice.STOP && credentials.mayBeStale(error)) {
            advice = Advice.RECONNECT_WITH_FRESH_TOKEN;
        }
        settle(advice, Cause.REFUSED, reply.about() + " refused: " + reply.said(), reply.region(), now);
    }

    private void lost(Cause cause, String reason, long now) {
        lost(cause, reason, Duration.ZERO, now);
    }

    private void lost(Cause cause, String reason, Duration retryAfter, long now) {
        Session current = session;
        Signal.Dismissed word = current == null ? null : current.dismissal();
        if (word == null) {
            backOff(cause, reason, retryAfter, now);
        } else {
            settle(
                    Advice.onDisconnected(word.reason(), settings.version()),
                    Cause.AGENT_DISCONNECTED,
                    "agent_disconnected: " + credentials.quote(String.valueOf(word.reason())),
                    word.region(),
                    now);
        }
    }

    private void settle(Advice advice, Cause cause, String reason, @Nullable String region, long now) {
        switch (advice) {
            case STOP -> {
                if (settings.waitsForItsTurn() && !mayConnect.getAsBoolean()) {
                    // Perhaps another bridge of the group was connected meanwhile, and threw this one out.
                    backOff(cause, reason + "; the group is asked whose turn it is", now);
                } else {
                    stop(false, cause, reason + ". " + Remedy.of(reason));
                }
            }
            case RECONNECT -> backOff(cause, reason, now);
            case RECONNECT_WITH_FRESH_TOKEN -> {
                credentials.expired();
                backOff(cause, reason + "; livechat.token is read again for the next login", now);
            }
            case UNKNOWN -> {
                LOG.error("LiveChat gave a reason that is not known: {}; trying again", reason);
                backOff(cause, reason, now);
            }
            case MOVE_TO_REGION -> {
                String refusal = destination.move(region);
                if (refusal.isEmpty()) {
                    backOff(cause, reason + ", moving to region " + region, now);
                } else {
                    stop(false, cause, reason + ": " + refusal);
                }
            }
        }
    }

    private void backOff(Cause cause, String reason, long now) {
        backOff(cause, reason, Duration.ZERO, now);
    }

    private void backOff(Cause cause, String reason, Duration retryAfter, long now) {
        failures++;
        reconnects.merge(cause, 1L, Long::sum);
        leave(cause, reason);
        obstacle.is("not connected to LiveChat: " + reason + "; trying again");
        become(ConnectionState.BACKING_OFF, reason, now, backoff.after(failures, retryAfter));
    }

    private void stop(boolean asked, Cause cause, String lastWord) {
        if (state == ConnectionState.STOPPED) {
            return;
        }
        leave(cause, lastWord);
        ledger.gaveUp();
        become(ConnectionState.STOPPED, lastWord, 0, null);
        publish();
        end.complete(new End(asked, cause == Cause.CRASH, lastWord));
    }

    private void leave(Cause cause, String reason) {
        Session current = session;
        if (current != null) {
            Receiver receiver = current.receiver();
            boolean ownWill = cause == Cause.SHUTDOWN || cause == Cause.HANDED_OVER;
            if (ownWill && state.isLoggedIn() && !receiver.sight().isBlocked()) {
                lookOnceMore(current);
            }
            Instant sightLostAt = receiver.sight().lostAt();
            current.close();
            long lastSequence = receiver.end();
            ledger.lost(
                    receiver.connectionId(),
                    sightLostAt,
                    receiver.sight().isBlocked() ? Cause.JOURNAL_FULL : cause,
                    reason,
                    lastSequence,
                    receiver.lastPushAt());
        }
        loggedIn = null;
        connectedSince = null;
        stableNanos = NEVER;
        lastDisconnect = new ConnectionStatus.Disconnect(reason, clock.instant());
    }

    /** Asks for a last proof of having read everything, so that what is left of its own will is no longer unseen than need be. */
    private void lookOnceMore(Session current) {
        long mark = nanos.getAsLong();
        current.probe(mark);
        try {
            current.receiver().sight().awaitProof(mark, LAST_LOOK);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // what was proven before counts
        }
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
        long all = reconnects.values().stream().mapToLong(Long::longValue).sum();
        published = new ConnectionStatus(state, null, connectedSince, earlierPushAt, 0, all, lastDisconnect);
    }

    private static String timedOut(String what, Duration after) {
        return what + " timed out after " + after.toSeconds() + " s";
    }
}
