package org.chatbridge.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * LiveChat's Agent Chat API v0.2 over WebSocket on the loopback interface, with a simulated support team behind it.
 *
 * <p>The world begins to move at the first login and then goes on, listened to or not, as the real one does. {@link #truth()}
 * says what is so; after {@link #pause()} nothing changes any more, and a view that has caught up must show just that.
 */
public final class SimulatedLiveChat implements AutoCloseable {

    /** Where what is said in a chat is told to who follows it alone. */
    static final String PATH_OF_3_1 = "/v3.1/agent/rtm/ws";

    private static final List<String> PATHS = List.of("/agent/v0.2/rtm/ws", "/agent/rtm/ws", PATH_OF_3_1);

    private final SimulatorSettings settings;
    private final Audience audience;
    private final Faults faults;
    private final FrameLog log;
    private final Stage stage;
    private final Reception reception;
    private final WebSocketServer server;
    private final ScheduledExecutorService scheduler;
    private final Pump pump;
    private final PresentFaults present;

    /** Describes a LiveChat by the system's clock; {@link #start()} opens its port. */
    public SimulatedLiveChat(SimulatorSettings settings) {
        this(settings, Clock.systemUTC());
    }

    /** The same with a clock for the timestamps in pushes. */
    public SimulatedLiveChat(SimulatorSettings settings, Clock clock) {
        this.settings = settings;
        this.audience = new Audience(settings);
        this.faults = new Faults(settings.token());
        this.log = new FrameLog(settings.frameLog(), clock);
        this.stage = new Stage(settings, audience, faults, log, clock);
        this.scheduler = Executors.newScheduledThreadPool(2, task -> {
            Thread thread = new Thread(task, "livechat-world");
            thread.setDaemon(true);
            return thread;
        });
        this.reception = new Reception(settings, audience, stage, faults, log, scheduler);
        this.server = new WebSocketServer(settings.host(), settings.port(), PATHS, reception);
        this.present = new PresentFaults(this, scheduler);
        this.pump = new Pump(scheduler, settings.rate(), stage::step);
    }

    /**
     * Opens the port.
     *
     * @throws IllegalStateException when the port is taken; names it
     */
    public void start() {
        if (settings.port() != 0) {
            ChildProcess.refuseTaken(settings.port(), "the simulated LiveChat");
        }
        try {
            server.start();
        } catch (IOException e) {
            throw new IllegalStateException(
                    "port " + settings.port() + " of " + settings.host()
                            + " for the simulated LiveChat cannot be opened: " + e.getMessage()
                            + "; choose a free one with --port, an address of this machine with --host",
                    e);
        }
        stage.onceSomeoneListens(pump::start);
        faults.onRelease(() -> audience.all().forEach(AgentConnection::release));
        long shortest = Math.min(
                settings.loginDeadline().toMillis(), settings.idleTimeout().toMillis());
        long everyMs = Math.max(10, Math.min(1000, shortest / 4));
        var unused = scheduler.scheduleWithFixedDelay(audience::sweep, everyMs, everyMs, TimeUnit.MILLISECONDS);
    }

    /** The whole {@code ws://} URL, path included, for {@code livechat.url}. */
    public URI url() {
        return URI.create("ws://" + settings.host() + ":" + server.port() + PATHS.get(0));
    }

    /** The same for version 3.1, as far as it is simulated: see {@code dev/sandbox/README.md}. */
    public URI urlOf31() {
        return url().resolve(PATH_OF_3_1);
    }

    /** What a login must carry now, for {@code livechat.token}. */
    public String token() {
        return faults.token();
    }

    /** What it does wrong on purpose. */
    public Faults faults() {
        return faults;
    }

    /** What is so in the world now, all pushes counted that have been queued for the clients or are about to be. */
    public Truth truth() {
        return stage.truth(pump.paused());
    }

    /**
     * Lets the world stand still; on return all its pushes are queued for the clients. Requests that change the world still
     * do. At full speed this waits for clients that do not read.
     */
    public void pause() {
        pump.pause();
        stage.inOrder(() -> {});
    }

    /** Lets the world go on. */
    public void resume() {
        pump.resume();
    }

    /** How many clients are logged in. */
    public int connections() {
        return audience.loggedIn().size();
    }

    /** How many clients were cut off because they did not read. */
    public long slowClients() {
        return audience.slowClients();
    }

    /** The latest frames of all clients, as text, at most 10 000. */
    public List<String> received() {
        return reception.received();
    }

    /**
     * Sends a text frame as it is to every client logged in, behind what waits for it already.
     *
     * @return how many sockets have taken it
     */
    public int send(String rawFrame) {
        return stage.send(mark -> peer -> peer.sendText(rawFrame));
    }

    /** Sends a binary frame, otherwise as {@link #send(String)}. */
    public int sendBinary(byte[] frame) {
        return stage.send(mark -> peer -> peer.sendBinary(ByteBuffer.wrap(frame)));
    }

    /**
     * Replays the pushes of a recorded session, one JSON frame a line, from the first login on.
     *
     * @param rate pushes a second, or {@link SimulatorSettings#FULL_SPEED}
     * @return completes when the last is queued for the clients
     */
    public CompletableFuture<@Nullable Void> replay(Path file, int rate) {
        Iterator<String> frames;
        try {
            frames = Recording.read(file).iterator();
        } catch (IOException e) {
            throw new UncheckedIOException("the session cannot be read: " + file, e);
        }
        Pump replay = new Pump(scheduler, rate, () -> {
            if (!frames.hasNext()) {
                return Pump.DONE;
            }
            String frame = frames.next();
            stage.tell("replayed", frame, mark -> peer -> peer.sendText(frame));
            return 1;
        });
        stage.onceSomeoneListens(replay::start);
        return replay.ended();
    }

    /**
     * Does something wrong, as a line of a fault script says without its time: {@code silence 20}. Two faults of one kind
     * end with the first of them.
     *
     * @throws IllegalArgumentException where there is no such fault; says what is expected
     */
    public void inflict(String fault) {
        present.begin(Fault.parse(fault));
    }

    /** Ends what faults are present. */
    public void endFaults() {
        present.endAll();
    }

    /** Has the log of frames on disk as far as it is written. */
    public void flushFrameLog() {
        log.flush();
    }

    /** Pushes {@code agent_disconnected} to every client logged in, and closes its connection. */
    public void disconnectAll(String reason) {
        stage.disconnectAll(reason);
    }

    /** Closes every connection with a close frame, behind what waits for it. */
    public void closeAll(int code, String reason) {
        audience.all().forEach(connection -> connection.closeInOrder(code, reason));
    }

    /** Cuts every TCP connection off with a reset; frames that wait are lost. */
    public void dropAll() {
        audience.all().forEach(AgentConnection::drop);
        server.dropAll();
    }

    /** Closes the port and all connections. */
    @Override
    public void close() {
        scheduler.shutdownNow();
        audience.all().forEach(AgentConnection::drop);
        server.close();
        log.close();
    }

    /** Runs a simulated LiveChat until SIGTERM; {@code --help} tells the arguments. */
    public static void main(String[] args) {
        SimulatorMain.run(args);
    }

    /** The bytes below the connections, for faults. */
    Wire wire() {
        return server.wire();
    }

    void run(FaultScript script) {
        present.run(script);
    }

    void tellOversize(int bytes) {
        String push = Garbage.oversize(bytes);
        stage.tell("oversize", null, stage.marked(push));
    }

    void tellGarbage(int frames) {
        for (int i = 0; i < frames; i++) {
            int number = i;
            stage.tell("garbage", null, mark -> Garbage.frame(number, mark));
        }
    }
}
