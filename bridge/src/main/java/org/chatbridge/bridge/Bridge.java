package org.chatbridge.bridge;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.chatbridge.bridge.connection.ApiVersion;
import org.chatbridge.bridge.connection.Backoff;
import org.chatbridge.bridge.connection.ConnectionIds;
import org.chatbridge.bridge.connection.ConnectionState;
import org.chatbridge.bridge.connection.Supervisor;
import org.chatbridge.bridge.connection.SupervisorSettings;
import org.chatbridge.bridge.connection.TyrusSockets;
import org.chatbridge.bridge.convert.FrameConverter;
import org.chatbridge.bridge.delivery.Delivery;
import org.chatbridge.bridge.frames.FrameQueue;
import org.chatbridge.bridge.frames.OwnWords;
import org.chatbridge.bridge.journal.Fsync;
import org.chatbridge.bridge.journal.Journal;
import org.chatbridge.bridge.journal.JournalSettings;
import org.chatbridge.bridge.journal.UnusableJournalException;
import org.chatbridge.bridge.ledger.Ledger;
import org.chatbridge.bridge.ledger.LedgerFile;
import org.chatbridge.program.HttpService;
import org.chatbridge.program.PrometheusMetrics;
import org.chatbridge.program.Settings;
import org.chatbridge.schema.TopicNames;

/** The bridge put together: socket, queue, delivery, HTTP. */
final class Bridge implements AutoCloseable {
    private static final Duration FIRST_BACKOFF = Duration.ofSeconds(1);
    private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(60);

    private final PrometheusMetrics metrics = new PrometheusMetrics();
    private final CompletableFuture<String> refused = new CompletableFuture<>();
    private final Journal journal;
    private final OwnWords words;
    private final Ledger ledger;
    private final Supervisor supervisor;
    private final Delivery delivery;
    private final HttpService http;

    /** @param token read anew before each login */
    Bridge(Settings settings, Supplier<String> token, String version) {
        Clock clock = Clock.systemUTC();
        SecureRandom random = new SecureRandom();
        Path directory = Path.of(settings.string(BridgeKeys.JOURNAL_DIR));
        this.journal = new Journal(new JournalSettings(
                directory,
                settings.longValue(BridgeKeys.JOURNAL_MAX_BYTES),
                Fsync.of(settings.string(BridgeKeys.JOURNAL_FSYNC))));
        this.words = new OwnWords(journal);
        this.ledger = new Ledger(new LedgerFile(directory), words, clock);
        ApiVersion apiVersion = ApiVersion.of(settings.string(BridgeKeys.LIVECHAT_API_VERSION));
        SupervisorSettings connection = SupervisorSettings.recommended(
                URI.create(settings.string(BridgeKeys.LIVECHAT_URL)),
                apiVersion,
                version,
                settings.integer(BridgeKeys.TOPICS_PARTITIONS),
                false);
        this.supervisor = new Supervisor(
                connection,
                new TyrusSockets(settings.integer(BridgeKeys.LIVECHAT_FRAME_MAX_BYTES), connection.connectTimeout()),
                journal,
                words,
                ledger,
                token,
                new Backoff(FIRST_BACKOFF, LONGEST_BACKOFF, random),
                new ConnectionIds(clock, random),
                clock,
                System::nanoTime,
                Bridge::connect);
        this.delivery = new Delivery(
                new Delivery.Options(
                        settings.string(BridgeKeys.BOOTSTRAP_SERVERS),
                        settings.string(BridgeKeys.SCHEMA_REGISTRY_URL),
                        new TopicNames(settings.string(BridgeKeys.TOPICS_PREFIX)),
                        settings.integer(BridgeKeys.TOPICS_PARTITIONS),
                        (short) settings.integer(BridgeKeys.TOPICS_REPLICATION_FACTOR),
                        settings.passThrough(BridgeKeys.PRODUCER),
                        settings.passThrough(BridgeKeys.ADMIN),
                        settings.passThroughStrings(BridgeKeys.SCHEMA_REGISTRY)),
                journal,
                new FrameConverter(apiVersion.label()),
                new Delivery.Listener() {
                    @Override
                    public void sawAcceptingChats(String agentId, String connectionId, long sequence) {
                        supervisor.sawAcceptingChats(agentId, connectionId, sequence);
                    }

                    @Override
                    public void gaveUp(String lastWord) {
                        refused.complete(lastWord);
                    }
                },
                metrics.registry(),
                clock,
                time -> Thread.sleep(time.toMillis()));
        this.http = new HttpService(
                BridgeKeys.HTTP_LISTEN,
                settings.hostPort(BridgeKeys.HTTP_LISTEN),
                List.of(StatusRoute.of(supervisor::status, journal, ledger)),
                this::reasonsNotReady,
                metrics);
    }

    /**
     * Begins; returns at once.
     *
     * @throws UnusableJournalException where the journal's directory cannot be used; nothing else is begun then
     * @throws HttpService.CannotListenException where the HTTP address cannot be had; nothing else is begun then
     */
    void start() {
        journal.open();
        ledger.open(journal.lastFrame());
        words.start();
        metrics.start();
        bind(metrics.registry());
        http.start();
        delivery.start();
        supervisor.start();
    }

    /** The port of the HTTP server. */
    int httpPort() {
        return http.port();
    }

    /** Done when LiveChat does not want the bridge back; the last word. */
    CompletableFuture<Supervisor.End> disconnectedForGood() {
        return supervisor.end();
    }

    /** Done when Kafka or the registry refuse what the bridge needs, for good; the last word. */
    CompletableFuture<String> deliveryRefused() {
        return refused.copy();
    }

    /**
     * Closes the socket, delivers for a short while, keeps the rest in the journal, and ends; does nothing the second time.
     */
    @Override
    public void close() {
        supervisor.close();
        words.close();
        delivery.close();
        journal.close();
        http.close();
        metrics.close();
    }

    private static void connect(Runnable attempt) {
        Thread thread = new Thread(attempt, "rtm-connect");
        thread.setDaemon(true);
        thread.start();
    }

    private List<String> reasonsNotReady() {
        List<String> reasons = new ArrayList<>();
        ConnectionState state = supervisor.status().state();
        if (state != ConnectionState.STREAMING) {
            reasons.add("the connection to LiveChat is " + state.label());
        }
        if (!delivery.inTheWay().isEmpty()) {
            reasons.add(delivery.inTheWay());
        }
        if (!journal.inTheWay().isEmpty()) {
            reasons.add(journal.inTheWay());
        }
        return reasons;
    }

    private void bind(MeterRegistry registry) {
        for (ConnectionState state : ConnectionState.values()) {
            Gauge.builder("bridge.connection.state", () -> supervisor.status().state() == state ? 1 : 0)
                    .description("1 for the state that the connection to LiveChat is in")
                    .tag("state", state.label())
                    .register(registry);
        }
        FunctionCounter.builder("bridge.reconnects", supervisor, s -> s.status().reconnects())
                .description("Connections lost or refused after which another attempt was due")
                .register(registry);
        Gauge.builder("bridge.connection.sequence", supervisor, s -> s.status().sequence())
                .description("Number of the last frame within its connection")
                .register(registry);
        Gauge.builder("bridge.journal.pending", journal, FrameQueue::pending)
                .description("Frames that Kafka does not have yet")
                .register(registry);
        Gauge.builder("bridge.journal.bytes", journal, FrameQueue::bytes)
                .description("Bytes that they take in the journal")
                .baseUnit("bytes")
                .register(registry);
        for (Map.Entry<String, Duration> window : StatusRoute.COVERAGE.entrySet()) {
            Gauge.builder("bridge.coverage", ledger, l -> l.coverage(window.getValue()))
                    .description("Share of the time in which LiveChat was seen, from 0 to 1")
                    .tag("window", window.getKey())
                    .register(registry);
        }
        Gauge.builder("bridge.gap.open", () -> ledger.openGap() == null ? 0 : 1)
                .description("1 while LiveChat cannot be seen after it once was")
                .register(registry);
        FunctionCounter.builder("bridge.gaps", ledger, Ledger::opened)
                .description("Gaps opened since the start")
                .register(registry);
        Gauge.builder("bridge.journal.full", () -> journal.isFull() ? 1 : 0)
                .description("1 while the socket is not read because the journal has no room")
                .register(registry);
        FunctionCounter.builder("bridge.journal.damaged", journal, Journal::damaged)
                .description("Damaged places found in the journal, whose bytes are kept aside")
                .register(registry);
    }
}
