package org.chatbridge.streams;

import io.micrometer.core.instrument.Gauge;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.chatbridge.program.HostPort;
import org.chatbridge.program.HttpKeys;
import org.chatbridge.program.HttpService;
import org.chatbridge.program.Json;
import org.chatbridge.program.Obstacle;
import org.chatbridge.program.PrometheusMetrics;
import org.chatbridge.program.Readiness;
import org.chatbridge.program.Settings;
import org.chatbridge.schema.SchemaRegistry;
import org.chatbridge.schema.TopicNames;
import org.chatbridge.schema.ViewTopic;
import org.chatbridge.streams.changes.ChangesEndpoint;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The program put together: HTTP first, so that it can be asked why it is not ready, then Kafka Streams as soon as Kafka,
 * the registry and the topics are there.
 */
final class ViewsProgram implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ViewsProgram.class);
    private static final Duration REMINDER = Duration.ofMinutes(10);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
    private static final Duration LOOK_AGAIN_LATER = Duration.ofMinutes(1);
    private static final Duration KAFKA_ANSWERS_WITHIN = Duration.ofSeconds(5);
    private static final int QUERY_THREADS = 8;

    /** They look up the names of peers, too: a name server that is slow for one of them should not stop at once what others answer. */
    private static final int ASKING_THREADS = 16;

    /** So many lists at once are made by the threads that answer; there are twice as many of these. */
    private static final int LISTS_IN_PLACE = 16;

    private static final int LIST_THREADS = 4;
    private static final Duration DRAIN_WITHIN = Duration.ofSeconds(20);

    /** Half of the time is for reading what was missed. */
    private static final Duration STORES_GOOD_FOR = ViewTopics.TOMBSTONES_KEPT.dividedBy(2);

    private final Settings settings;
    private final TopicNames topics;
    private final Upstream upstream = new Upstream();
    private final Positions positions = new Positions();
    private final StoresAtHand atHand = new StoresAtHand();
    private final PrometheusMetrics metrics = new PrometheusMetrics();
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Obstacle beforeStart =
            new Obstacle(LOG, REMINDER, System::nanoTime, "Kafka and the schema registry have not been asked yet");
    private final Obstacle beforeNextThread = new Obstacle(LOG, REMINDER, System::nanoTime, "");
    private final CopyProgress copies = new CopyProgress();
    private final LateLag lateLag = new LateLag();
    private final ViewStores stores;
    private final ExecutorService queries = Executors.newFixedThreadPool(QUERY_THREADS, named("queries"));
    private final ExecutorService asking = Executors.newFixedThreadPool(ASKING_THREADS, named("peers"));
    private final ExecutorService lists = Executors.newFixedThreadPool(LIST_THREADS, named("lists"));
    private final ChangesEndpoint changes;
    private @Nullable HttpService http;
    private @Nullable SchemaRegistry registry;
    private volatile @Nullable LagMeter lagMeter;
    private volatile @Nullable LastPoll lastPoll;
    private volatile @Nullable UpstreamWatch upstreamWatch;
    private volatile @Nullable KafkaStreams streams;

    ViewsProgram(Settings settings) {
        this.settings = settings;
        this.topics = new TopicNames(settings.string(ViewsKeys.TOPICS_PREFIX));
        this.stores = new ViewStores(
                topics,
                settings.string(ViewsKeys.APPLICATION_ID),
                new Standing.Measured(positions, lateLag, copies),
                positions,
                new Freshness.Source(upstream, this::lag),
                Clock.systemUTC(),
                settings.duration(ViewsKeys.HISTORY_RETENTION),
                System::nanoTime,
                this::whyNotStarted);
        this.changes = new ChangesEndpoint(
                Views.ALL.stream().map(View::topic).toList(),
                this::freshness,
                this::whyNotStarted,
                metrics.registry(),
                Clock.systemUTC(),
                System::nanoTime);
    }

    private static ThreadFactory named(String role) {
        return task -> {
            Thread thread = new Thread(task, role);
            thread.setDaemon(true);
            return thread;
        };
    }

    /**
     * Answers HTTP when it returns; the rest follows in a thread of its own.
     *
     * @param failed told where Kafka Streams cannot be made at all; the program is of no use then
     * @throws OtherMembers.UnreachableException where other instances would not reach this one
     * @throws HttpService.CannotListenException where the address is taken, or certificates or tokens cannot be used
     * @throws org.apache.kafka.common.KafkaException where Kafka refuses the settings
     */
    void start(Consumer<Throwable> failed) {
        if (!isOneOfSeveral()) {
            OtherMembers.refuseAnyAddress(settings.hostPort(ViewsKeys.HTTP_LISTEN));
        }
        metrics.start();
        Gauge.builder(Names.UPSTREAM_STREAMING, () -> upstream.state() == Upstream.State.STREAMING ? 1 : 0)
                .description("1 while pushes can be expected to come in, by all that is known of the gaps.")
                .register(metrics.registry());
        Peers peers = new Peers(
                HttpPeerClient.of(settings, asking),
                settings.string(ViewsKeys.APPLICATION_ID) + "/" + settings.string(ViewsKeys.TOPICS_PREFIX),
                System::nanoTime);
        HttpService service = new HttpService(
                ViewsKeys.HTTP_LISTEN,
                settings.hostPort(ViewsKeys.HTTP_LISTEN),
                Pages.routes(
                        stores.endpoints(
                                peers,
                                changes::has,
                                queries,
                                new InPlace(LISTS_IN_PLACE, lists),
                                lateLag::isCutOff,
                                Clock.systemUTC()),
                        changes),
                new CanAnswer(),
                metrics,
                HttpKeys.optionsOfAll(settings),
                System::nanoTime);
        service.start();
        http = service;
        HostPort self = settings.optionalString(ViewsKeys.APPLICATION_SERVER)
                .map(HostPort::parse)
                .orElseGet(() ->
                        new HostPort(settings.hostPort(ViewsKeys.HTTP_LISTEN).host(), service.port()));
        LOG.info("answering HTTP on port {}, as {} to other instances", service.port(), self);

        SchemaRegistry schemas = new SchemaRegistry(
                settings.string(ViewsKeys.SCHEMA_REGISTRY_URL), settings.passThroughStrings(ViewsKeys.SCHEMA_REGISTRY));
        registry = schemas;
        String applicationId = settings.string(ViewsKeys.APPLICATION_ID);
        Properties properties = StreamsProperties.of(
                settings, self, new SkipBadRecords(metrics.registry(), Views.topics(topics, applicationId)));
        LargestRow largest = new LargestRow(topics, applicationId);
        MisplacedRecords misplaced = new MisplacedRecords(metrics.registry());
        Topology topology = ViewsTopology.build(
                Views.keeping(settings.duration(ViewsKeys.CLOSED_RETENTION)),
                properties,
                new Sources(
                        topics,
                        schemas,
                        upstream,
                        metrics.registry(),
                        positions,
                        atHand,
                        settings.duration(ViewsKeys.HISTORY_RETENTION),
                        largest,
                        misplaced));
        Map<String, Object> admin = new StreamsConfig(properties).getAdminConfigs(applicationId + "-views");
        StartGate.Check prerequisites = new Prerequisites(
                admin,
                schemas,
                topics,
                applicationId,
                StreamsProperties.needs(settings, topics, topology),
                largest,
                misplaced,
                KAFKA_ANSWERS_WITHIN)::missing;
        ReplaceThread replace = new ReplaceThread(
                metrics.registry(), System::nanoTime, stopping, prerequisites, beforeNextThread, LOOK_AGAIN);
        StartGate gate = new StartGate(
                isOneOfSeveral() ? prerequisites : alone(prerequisites, admin, properties),
                beforeStart,
                LOOK_AGAIN,
                stopping);
        Thread starter = new Thread(
                () -> {
                    try {
                        RocksLibrary.load();
                        if (gate.await()) {
                            LOG.info("Kafka, the schema registry and the topics are there");
                            run(topology, properties, self, admin, schemas, prerequisites, replace);
                        }
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    } catch (RuntimeException | Error e) {
                        failed.accept(e);
                    }
                },
                "views-starter");
        starter.start();
    }

    /** Whether others can ask this instance; one that nobody can is the only one. */
    private boolean isOneOfSeveral() {
        return settings.optionalString(ViewsKeys.APPLICATION_SERVER).isPresent();
    }

    private OtherMembers alone(StartGate.Check before, Map<String, Object> admin, Properties properties) {
        String applicationId = settings.string(ViewsKeys.APPLICATION_ID);
        return new OtherMembers(
                before,
                OtherMembers.ofKafka(admin, applicationId, KAFKA_ANSWERS_WITHIN),
                applicationId,
                session(properties).plus(KAFKA_ANSWERS_WITHIN),
                System::nanoTime);
    }

    /** How long the group waits for an instance. */
    private Duration session(Properties properties) {
        return ofConsumer(properties, ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG);
    }

    private Duration ofConsumer(Properties properties, String key) {
        String applicationId = settings.string(ViewsKeys.APPLICATION_ID);
        Object millis = new StreamsConfig(properties)
                .getMainConsumerConfigs(applicationId, applicationId, 0)
                .getOrDefault(key, ConsumerConfig.configDef().defaultValues().get(key));
        return Duration.ofMillis(Long.parseLong(String.valueOf(millis)));
    }

    private synchronized void run(
            Topology topology,
            Properties properties,
            HostPort self,
            Map<String, Object> admin,
            SchemaRegistry schemas,
            StartGate.Check prerequisites,
            ReplaceThread replace) {
        if (stopping.getCount() == 0) {
            return;
        }
        String applicationId = settings.string(ViewsKeys.APPLICATION_ID);
        StreamsProperties.fit(properties, settings, partitions(admin));
        KafkaStreams created = new KafkaStreams(topology, properties);
        Followed followed =
                new Followed(Path.of(settings.string(ViewsKeys.STATE_DIR)).resolve(applicationId), Clock.systemUTC());
        followed.removeOlderThan(STORES_GOOD_FOR, created::cleanUp);
        created.setUncaughtExceptionHandler(replace);
        // What may be done to topics that Kafka Streams had to make shows when they are there; and nobody else makes
        // those of the views again that are deleted meanwhile.
        Thread again = new Thread(() -> lookAgain(prerequisites), "views-prerequisites");
        again.setDaemon(true);
        created.setStateListener((now, before) -> {
            LOG.info("Kafka Streams: {} -> {}", before, now);
            if (now == KafkaStreams.State.RUNNING && again.getState() == Thread.State.NEW) {
                again.start();
            }
        });
        metrics.add(created::metrics);
        LagMeter meter = new LagMeter(
                admin,
                applicationId,
                stores.feeding(),
                () -> created.state().isRunningOrRebalancing(),
                () -> {
                    Map<String, Map<Integer, CopyProgress.Reach>> reached = reached(created);
                    if (copies.areWhole()) {
                        followed.now();
                    }
                    return reached;
                },
                positions,
                copies,
                session(properties),
                new DeletedUnread(metrics.registry(), Views.topics(topics, applicationId)),
                System::nanoTime,
                new Obstacle(LOG, REMINDER, System::nanoTime, ""));
        lagMeter = meter;
        lastPoll = new LastPoll(
                created::metrics, ofConsumer(properties, ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG), System::nanoTime);
        UpstreamWatch watch = new UpstreamWatch(
                () -> new KafkaConsumer<>(
                        new StreamsConfig(properties).getGlobalConsumerConfigs(applicationId + "-gaps"),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer()),
                topics,
                schemas,
                upstream,
                System::nanoTime,
                new Obstacle(LOG, REMINDER, System::nanoTime, ""));
        upstreamWatch = watch;
        for (View<?, ?> view : Views.ALL) {
            Gauge.builder(Names.OFFSET_LAG, () -> known(meter.lag(stores.topics(view))))
                    .description("Records that the view is behind, in all partitions; NaN where that is not known")
                    .tag("view", view.name())
                    .register(metrics.registry());
            Gauge.builder(Names.RESTORE_REMAINING, () -> copies.missing(store -> Names.isOf(view.name(), store)))
                    .description("Records of the changelogs that are to be read before the view's rows here are whole")
                    .tag("view", view.name())
                    .register(metrics.registry());
        }
        stores.arrived(created, atHand, new KeyLocator(created, self));
        streams = created;
        created.start();
        meter.start();
        watch.start();
        follow(properties, admin, schemas);
    }

    /** Of the topics of the bridge. */
    private int partitions(Map<String, Object> admin) {
        String topic = topics.prefix() + Views.sources().get(0).topic();
        try (Admin client = Admin.create(admin)) {
            return client
                    .describeTopics(List.of(topic))
                    .allTopicNames()
                    .get(KAFKA_ANSWERS_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
                    .values()
                    .stream()
                    .mapToInt(described -> described.partitions().size())
                    .max()
                    .orElse(1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            LOG.warn("Kafka does not tell how many partitions {} has, so commits come as often as with few", topic, e);
        }
        return 1;
    }

    private static double known(OptionalLong number) {
        return number.isPresent() ? number.getAsLong() : Double.NaN;
    }

    private void lookAgain(StartGate.Check prerequisites) {
        try {
            new StartGate(prerequisites, new Obstacle(LOG, REMINDER, System::nanoTime, ""), LOOK_AGAIN_LATER, stopping)
                    .watch();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Every instance has a copy of all rows, whichever it folds: any can tell a reader what another has begun. */
    private void follow(Properties properties, Map<String, Object> admin, SchemaRegistry schemas) {
        String name = settings.string(ViewsKeys.APPLICATION_ID) + "-changes";
        Map<String, Object> consumer = new StreamsConfig(properties).getGlobalConsumerConfigs(name);
        consumer.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        consumer.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        changes.start(
                Path.of(settings.string(ViewsKeys.STATE_DIR)).resolve(name),
                new ChangesEndpoint.Topics(
                        topics,
                        schemas,
                        RowJson::members,
                        SkipBadRecords::recordIsToBlame,
                        () -> new KafkaConsumer<>(consumer, new ByteArrayDeserializer(), new ByteArrayDeserializer()),
                        () -> Admin.create(admin)),
                new Obstacle(LOG, REMINDER, System::nanoTime, ""));
    }

    private byte[] freshness(List<ViewTopic> views) {
        List<String> sources = Views.ALL.stream()
                .filter(view -> views.contains(view.topic()))
                .flatMap(view -> stores.topics(view).stream())
                .distinct()
                .toList();
        Freshness.Source source =
                new Freshness.Source(upstream, ofTopics -> Freshness.sum(lag(ofTopics), changes.lag()));
        return Json.bytes(
                json -> source.of(StoreReader.ServedBy.STANDBY, sources).valueTo(json));
    }

    private OptionalLong lag(Collection<String> ofTopics) {
        LagMeter meter = lagMeter;
        return meter == null ? OptionalLong.empty() : meter.lag(ofTopics);
    }

    /** Unknown until it is measured. */
    private final class LateLag implements Standing.Measured.Lag {
        @Override
        public OptionalLong lag(Collection<String> ofTopics, int partition) {
            LagMeter meter = lagMeter;
            return meter == null ? OptionalLong.empty() : meter.lag(ofTopics, partition);
        }

        @Override
        public OptionalLong lagOfAnyRow(Collection<String> ofTopics, int partition) {
            LagMeter meter = lagMeter;
            return meter == null ? OptionalLong.empty() : meter.lagOfAnyRow(ofTopics, partition);
        }

        @Override
        public boolean isCutOff() {
            LagMeter meter = lagMeter;
            LastPoll poll = lastPoll;
            return meter != null && poll != null && isOneOfSeveral() && (meter.isCutOff() || poll.isLate());
        }
    }

    private static Map<String, Map<Integer, CopyProgress.Reach>> reached(KafkaStreams streams) {
        Map<String, Map<Integer, CopyProgress.Reach>> reached = new HashMap<>();
        streams.allLocalStorePartitionLags().forEach((store, partitions) -> {
            Map<Integer, CopyProgress.Reach> own = new HashMap<>();
            partitions.forEach((partition, lag) ->
                    own.put(partition, new CopyProgress.Reach(lag.currentOffsetPosition(), lag.endOffsetPosition())));
            reached.put(store, own);
        });
        return reached;
    }

    /** Whether it can answer. That it lacks what it needs to go on, such as a privilege, is told beside: every other instance lacks it, too. */
    private final class CanAnswer implements Readiness {
        @Override
        public List<String> reasonsNotReady() {
            KafkaStreams running = streams;
            if (running == null) {
                return List.of(whyNotStarted());
            }
            if (!running.state().isRunningOrRebalancing()) {
                return List.of("Kafka Streams is " + running.state());
            }
            // While partitions move, those that are here can be read. And it counts as running too while a thread that
            // died is
            // being replaced, and its rows cannot be read.
            List<String> unreadable = stores.reasonsUnreadable();
            if (!unreadable.isEmpty()) {
                return amiss().isEmpty() ? unreadable : amiss();
            }
            return changes.reasonsNotReady();
        }

        @Override
        public List<String> amiss() {
            String missing = beforeNextThread.now();
            return missing.isEmpty() ? List.of() : List.of(missing);
        }
    }

    private String whyNotStarted() {
        return beforeStart.now().isEmpty() ? "Kafka Streams is starting" : beforeStart.now();
    }

    /** The port of HTTP. */
    int port() {
        if (http == null) {
            throw new IllegalStateException("not started");
        }
        return http.port();
    }

    /**
     * Ends in order: what is folded is committed and handed to the other instances, which can begin to read it in at once; then
     * no more questions, until then answered with 503; then the connections.
     */
    @Override
    public synchronized void close() {
        stopping.countDown();
        LagMeter meter = lagMeter;
        if (meter != null) {
            meter.close();
        }
        KafkaStreams running = streams;
        // One who only falls silent keeps its partitions until the session times out, also from itself when it is back.
        CloseOptions leaving = CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
                .withTimeout(DRAIN_WITHIN);
        if (running != null && !running.close(leaving)) {
            LOG.warn("Kafka Streams did not end within {} s", DRAIN_WITHIN.toSeconds());
        }
        if (http != null) {
            http.close();
        }
        changes.close();
        UpstreamWatch watch = upstreamWatch;
        if (watch != null) {
            watch.close();
        }
        if (registry != null) {
            registry.close();
        }
        queries.shutdownNow();
        asking.shutdownNow();
        lists.shutdownNow();
        metrics.close();
    }
}
