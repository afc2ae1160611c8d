package org.chatbridge.bridge;

import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.chatbridge.bridge.connection.ApiVersion;
import org.chatbridge.bridge.connection.Backoff;
import org.chatbridge.bridge.connection.ConnectionIds;
import org.chatbridge.bridge.connection.ConnectionState;
import org.chatbridge.bridge.connection.CustomerMonitoring;
import org.chatbridge.bridge.connection.Supervisor;
import org.chatbridge.bridge.connection.SupervisorSettings;
import org.chatbridge.bridge.connection.TyrusSockets;
import org.chatbridge.bridge.convert.FrameConverter;
import org.chatbridge.bridge.convert.WarmUp;
import org.chatbridge.bridge.delivery.Delivery;
import org.chatbridge.bridge.delivery.Turn;
import org.chatbridge.bridge.frames.OwnWords;
import org.chatbridge.bridge.journal.Fsync;
import org.chatbridge.bridge.journal.Journal;
import org.chatbridge.bridge.journal.JournalSettings;
import org.chatbridge.bridge.journal.UnusableJournalException;
import org.chatbridge.bridge.ledger.Ledger;
import org.chatbridge.bridge.ledger.LedgerFile;
import org.chatbridge.bridge.standby.Slot;
import org.chatbridge.bridge.standby.SlotMemory;
import org.chatbridge.bridge.standby.SlotSettings;
import org.chatbridge.program.HttpKeys;
import org.chatbridge.program.HttpService;
import org.chatbridge.program.PrometheusMetrics;
import org.chatbridge.program.Settings;
import org.chatbridge.program.Truststores;
import org.chatbridge.schema.TopicNames;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The bridge put together: socket, journal, ledger, delivery, its place in a group, HTTP. */
final class Bridge implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Bridge.class);

    /** The first connection is made so much later at the most where Kafka or the registry are slow: what is not heard is lost. */
    private static final Duration DELIVERY_READY_WITHIN = Duration.ofSeconds(1);

    private static final Duration FIRST_BACKOFF = Duration.ofSeconds(1);
    private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(60);

    private final PrometheusMetrics metrics = new PrometheusMetrics();
    private final CompletableFuture<String> refused = new CompletableFuture<>();
    private final CompletableFuture<String> failed = new CompletableFuture<>();
    private final Journal journal;
    private final OwnWords words;
    private final Ledger ledger;
    private final ConnectionIds ids;
    private final Supervisor supervisor;
    private final Delivery delivery;
    private final HttpService http;
    private final WarmUp warmUp = new WarmUp(DELIVERY_READY_WITHIN, System::nanoTime);

    private volatile boolean closing;

    /** Null for a bridge that is alone. */
    private final @Nullable Slot slot;

    /**
     * @param token read anew before each login
     * @throws HttpService.CannotListenException where certificates cannot be used
     */
    Bridge(Settings settings, Supplier<String> token, String version) {
        Clock clock = Clock.systemUTC();
        SecureRandom random = new SecureRandom();
        String group = settings.string(BridgeKeys.GROUP);
        Path directory = Path.of(settings.string(BridgeKeys.JOURNAL_DIR));
        this.journal = new Journal(new JournalSettings(
                directory,
                settings.longValue(BridgeKeys.JOURNAL_MAX_BYTES),
                Fsync.of(settings.string(BridgeKeys.JOURNAL_FSYNC))));
        this.words = new OwnWords(journal);
        LedgerFile file = new LedgerFile(directory);
        SlotMemory shared = new SlotMemory(file, this::leave);
        this.ledger = new Ledger(
                group.isEmpty() ? file : shared, words, words::areWritten, journal::end, journal::endOnDisk, clock);
        this.ids = new ConnectionIds(clock, random);
        ApiVersion apiVersion = ApiVersion.of(settings.string(BridgeKeys.LIVECHAT_API_VERSION));
        URI url = URI.create(settings.string(BridgeKeys.LIVECHAT_URL));
        apiVersion
                .otherIn(url)
                .ifPresent(other -> LOG.warn(
                        "livechat.url is of version {} of the API, and livechat.api.version={}: what the bridge asks for is written"
                                + " as the latter wants it, and may be refused; set it to that of the URL",
                        other,
                        apiVersion.label()));
        SupervisorSettings connection = SupervisorSettings.recommended(
                url,
                apiVersion,
                version,
                settings.integer(BridgeKeys.TOPICS_PARTITIONS),
                CustomerMonitoring.of(settings.string(BridgeKeys.LIVECHAT_CUSTOMER_MONITORING_LEVEL)),
                !group.isEmpty());
        this.supervisor = new Supervisor(
                connection,
                new TyrusSockets(
                        settings.integer(BridgeKeys.LIVECHAT_FRAME_MAX_BYTES),
                        connection.connectTimeout(),
                        Truststores.of(settings, BridgeKeys.LIVECHAT_TRUST).orElse(null)),
                journal,
                words,
                ledger,
                token,
                this::mayConnect,
                new Backoff(FIRST_BACKOFF, LONGEST_BACKOFF, random),
                ids,
                clock,
                System::nanoTime,
                Bridge::connect);
        TopicNames topics = new TopicNames(settings.string(BridgeKeys.TOPICS_PREFIX));
        this.delivery = new Delivery(
                deliveryOptions(settings, topics, group),
                journal,
                new FrameConverter(apiVersion.label()),
                new GroupsTurn(),
                new Heard(),
                metrics.registry(),
                clock,
                time -> Thread.sleep(time.toMillis()));
        this.slot = group.isEmpty()
                ? null
                : new Slot(
                        slotSettings(settings, topics, group),
                        new Membership(shared, journal, ledger, ids, delivery, supervisor, failed::complete),
                        clock);
        this.http = new HttpService(
                BridgeKeys.HTTP_LISTEN,
                settings.hostPort(BridgeKeys.HTTP_LISTEN),
                List.of(StatusRoute.of(supervisor::status, journal, ledger, this::role)),
                this::reasonsNotReady,
                metrics,
                HttpKeys.optionsOfGuarded(settings),
                System::nanoTime);
    }

    /**
     * Begins; returns as soon as the delivery can take frames, or a second later.
     *
     * @throws UnusableJournalException where the journal's directory cannot be used; nothing else is begun then
     * @throws HttpService.CannotListenException where the HTTP address cannot be had, or a file of {@code http.*} cannot be
     *     used; nothing else is begun then
     */
    void start() {
        http.prepare();
        journal.open();
        if (slot == null) {
            Membership.takeUp(journal, ledger, ids);
        }
        words.start();
        metrics.start();
        BridgeMetrics.bind(metrics.registry(), supervisor, journal, ledger);
        // Before HTTP: asking Kafka and the registry takes a while, and pushes wait for it.
        delivery.start();
        http.start();
        warmUp.begin();
        if (slot == null) {
            awaitDelivery();
            warmUp.end(); // the first push comes next, and needs the processors
        }
        if (closing) {
            return; // told to stop meanwhile: nobody may connect any more
        }
        supervisor.start();
        if (slot != null) {
            slot.start();
        }
    }

    /** So that the first pushes need not wait for topics, schemas and the producer. */
    private void awaitDelivery() {
        try {
            delivery.awaitReady(DELIVERY_READY_WITHIN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
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

    /** Done when the delivery itself is broken, or what knows whose turn it is; the last word. */
    CompletableFuture<String> deliveryFailed() {
        return failed.copy();
    }

    /**
     * Closes the socket, delivers for a short while, keeps the rest in the journal, gives its turn to another, and ends;
     * does nothing the second time.
     */
    @Override
    public void close() {
        closing = true;
        supervisor.close();
        words.close();
        delivery.close();
        if (slot != null) {
            slot.close();
        }
        journal.close();
        http.close();
        metrics.close();
    }

    private static Delivery.Options deliveryOptions(Settings settings, TopicNames topics, String group) {
        return new Delivery.Options(
                settings.string(BridgeKeys.BOOTSTRAP_SERVERS),
                settings.string(BridgeKeys.SCHEMA_REGISTRY_URL),
                topics,
                settings.integer(BridgeKeys.TOPICS_PARTITIONS),
                (short) settings.integer(BridgeKeys.TOPICS_REPLICATION_FACTOR),
                group.isEmpty() ? null : topics.bridges(group),
                settings.passThrough(BridgeKeys.PRODUCER),
                settings.passThrough(BridgeKeys.ADMIN),
                settings.passThroughStrings(BridgeKeys.SCHEMA_REGISTRY));
    }

    private static SlotSettings slotSettings(Settings settings, TopicNames topics, String group) {
        int replicas = settings.integer(BridgeKeys.TOPICS_REPLICATION_FACTOR);
        return new SlotSettings(
                settings.string(BridgeKeys.BOOTSTRAP_SERVERS),
                group,
                topics.bridges(group),
                replicas < 0 ? Optional.empty() : Optional.of((short) replicas),
                Duration.ofMillis(settings.integer(BridgeKeys.SESSION_TIMEOUT_MS)),
                Delivery.security(settings.passThrough(BridgeKeys.ADMIN)));
    }

    private static void connect(Runnable attempt) {
        Thread thread = new Thread(attempt, "rtm-connect");
        thread.setDaemon(true);
        thread.start();
    }

    private void leave(byte[] state) {
        if (slot != null) {
            slot.leave(state);
        }
    }

    private boolean mayConnect() {
        return slot == null || slot.isSurelyOurs();
    }

    /** A bridge that is alone always has it. */
    private final class GroupsTurn implements Turn {
        @Override
        public boolean confirm() throws InterruptedException {
            return slot == null || slot.confirm();
        }

        @Override
        public void clockWasSetBack() {
            if (slot != null) {
                slot.clockWasSetBack();
            }
        }
    }

    /** As users see it: {@code alone}, {@code active} or {@code standby}. */
    private String role() {
        return slot == null ? "alone" : slot.isOurs() ? "active" : "standby";
    }

    private List<String> reasonsNotReady() {
        List<String> reasons = new ArrayList<>();
        ConnectionState state = supervisor.status().state();
        boolean waits = slot != null && !slot.isOurs() && slot.inTheWay().isEmpty();
        if (state != ConnectionState.STREAMING && !waits) {
            reasons.add("the connection to LiveChat is " + state.label());
        }
        if (slot != null && !slot.inTheWay().isEmpty()) {
            reasons.add(slot.inTheWay());
        }
        if (!delivery.inTheWay().isEmpty()) {
            reasons.add(delivery.inTheWay());
        }
        if (!journal.inTheWay().isEmpty()) {
            reasons.add(journal.inTheWay());
        }
        return reasons;
    }

    /** How the delivery ends. */
    private final class Heard implements Delivery.Listener {
        @Override
        public void gaveUp(String lastWord) {
            refused.complete(lastWord);
        }

        @Override
        public void failed(String lastWord) {
            failed.complete(lastWord);
        }
    }
}
