package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.chatbridge.program.HostPort;
import org.chatbridge.program.LoadResult;
import org.chatbridge.program.Settings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ViewsKeysTest {
    private static final String[] LEAST = {
        "--set",
        "bootstrap.servers=kafka:9092",
        "--set",
        "schema.registry.url=http://registry:8081",
        "--set",
        "state.dir=/tmp/views"
    };

    @Test
    void shouldHaveTheDefaultsThatArePromised() {
        // given
        Settings settings = TestDriver.settings(LEAST);

        // then
        assertThat(settings.string("topics.prefix")).isEqualTo("livechat.");
        assertThat(settings.string("http.listen")).isEqualTo("127.0.0.1:8080");
        assertThat(settings.string("application.id")).isEqualTo("livechat-views");
        assertThat(settings.optionalString("application.server")).isEmpty();
    }

    @Test
    void shouldHandSettingsOnToKafkaStreams() {
        // given
        LoadResult result = Settings.load(
                ViewsKeys.definition(),
                LEAST,
                Map.of(
                        "VIEWS_STREAMS_NUM_STREAM_THREADS", "3",
                        "VIEWS_STREAMS_SECURITY_PROTOCOL", "SASL_SSL",
                        "VIEWS_STREAMS_SASL_MECHANISM", "PLAIN",
                        "VIEWS_STREAMS_SASL_JAAS_CONFIG",
                                "org.apache.kafka.common.security.plain.PlainLoginModule required username=a password=b;",
                        "VIEWS_STREAMS_CONSUMER_MAX_POLL_RECORDS", "7",
                        "VIEWS_STREAMS_TOPIC_MIN_INSYNC_REPLICAS", "2",
                        "VIEWS_SERVICE_HOST", "10.0.0.1"));
        assertThat(result).isInstanceOf(LoadResult.Loaded.class);

        // when
        Properties properties = StreamsProperties.of(
                ((LoadResult.Loaded) result).settings(),
                HostPort.parse("views-1:8080"),
                new SkipBadRecords(new SimpleMeterRegistry(), List.of()));

        // then
        assertThat(properties)
                .containsEntry("num.stream.threads", "3")
                .containsEntry("consumer.max.poll.records", "7")
                .containsEntry("topic.min.insync.replicas", "2")
                .containsEntry("application.server", "views-1:8080");
        StreamsConfig streams = new StreamsConfig(properties);
        assertThat(streams.getAdminConfigs("x")).containsEntry("sasl.mechanism", "PLAIN");
        assertThat(streams.getMainConsumerConfigs("g", "c", 0)).containsEntry("security.protocol", "SASL_SSL");
    }

    @Test
    void shouldSendOneRequestAtATimeUnlessToldOtherwise() {
        // given
        String[] arguments = Arrays.copyOf(LEAST, LEAST.length + 2);
        arguments[LEAST.length] = "--set";
        arguments[LEAST.length + 1] = "streams.producer.max.in.flight.requests.per.connection=5";

        // then
        assertThat(requestsInFlight(LEAST)).isEqualTo(1);
        assertThat(requestsInFlight(arguments)).isEqualTo(5);
    }

    @Test
    void shouldCommitLessOftenWithManyPartitionsUnlessToldOtherwise() {
        String[] arguments = Arrays.copyOf(LEAST, LEAST.length + 2);
        arguments[LEAST.length] = "--set";
        arguments[LEAST.length + 1] = "streams.commit.interval.ms=70";

        assertThat(commitInterval(3, LEAST)).isEqualTo(100);
        assertThat(commitInterval(11, LEAST)).isEqualTo(100);
        assertThat(commitInterval(60, LEAST)).isEqualTo(1000);
        assertThat(commitInterval(1000, LEAST)).isEqualTo(1000);
        assertThat(commitInterval(60, arguments)).isEqualTo(70);
    }

    private static long commitInterval(int partitions, String[] arguments) {
        Properties properties = StreamsProperties.of(
                TestDriver.settings(arguments),
                HostPort.parse("views-1:8080"),
                new SkipBadRecords(new SimpleMeterRegistry(), List.of()));
        StreamsProperties.fit(properties, TestDriver.settings(arguments), partitions);
        return new StreamsConfig(properties).getLong(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG);
    }

    private static int requestsInFlight(String[] arguments) {
        Map<String, Object> producer = streams(arguments).getProducerConfigs("x");
        return Integer.parseInt(String.valueOf(producer.get("max.in.flight.requests.per.connection")));
    }

    /** With Kafka's own limits the rows of a view cannot be read from seven minutes after Kafka went until it is back. */
    @Test
    void shouldGiveNeitherATaskNorARecordUpWhileKafkaIsAway() {
        StreamsConfig streams = streams(LEAST);
        Map<String, Object> settings = streams.getProducerConfigs("x");
        settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        ProducerConfig producer = new ProducerConfig(settings);
        long longest = Duration.ofDays(20).toMillis();

        assertThat(streams.getLong(StreamsConfig.TASK_TIMEOUT_MS_CONFIG))
                .isGreaterThan(longest)
                .as("added to the time of day")
                .isLessThan(Long.MAX_VALUE / 2);
        assertThat(producer.getInt(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG)).isGreaterThan((int) longest);
        assertThat(producer.getLong(ProducerConfig.MAX_BLOCK_MS_CONFIG)).isGreaterThan(longest);
    }

    private static StreamsConfig streams(String[] arguments) {
        return new StreamsConfig(StreamsProperties.of(
                TestDriver.settings(arguments),
                HostPort.parse("views-1:8080"),
                new SkipBadRecords(new SimpleMeterRegistry(), List.of())));
    }

    @Test
    void shouldRefuseWhatWouldBreakTheViews() {
        assertThat(refused("streams.group.protocol=streams"))
                .startsWith("streams.group.protocol=streams: may not be set: with any other than classic");
        assertThat(refused("streams.bootstrap.servers=x:1"))
                .isEqualTo("streams.bootstrap.servers=x:1: may not be set: set bootstrap.servers [--set]\n");
        assertThat(refused("streams.producer.partitioner.ignore.keys=true"))
                .startsWith("streams.producer.partitioner.ignore.keys=true: may not be set: the key decides");
    }

    @ParameterizedTest
    @ValueSource(strings = {"chat_views-1:8080", "views.1:8080", "views-1:0", "-views:80", "views"})
    void shouldRefuseAnAddressThatNoPeerCouldAsk(String address) {
        assertThat(refused("application.server=" + address))
                .startsWith("application.server=" + address + ": expected ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "views-1:8080",
                "views-1.views.svc.cluster.local:8080",
                "10.0.0.7:80",
                "[::1]:8080",
                "localhost:1"
            })
    void shouldTakeAnAddressThatPeersCanAsk(String address) {
        String[] arguments = Arrays.copyOf(LEAST, LEAST.length + 2);
        arguments[LEAST.length] = "--set";
        arguments[LEAST.length + 1] = "application.server=" + address;

        assertThat(TestDriver.settings(arguments).optionalString("application.server"))
                .hasValue(address);
    }

    @Test
    void shouldRefuseSettingsThatNobodyKnows() {
        assertThat(refused("streams.num.stream.thread=3"))
                .isEqualTo(
                        "streams.num.stream.thread: unknown key; did you mean streams.num.stream.threads? [--set]\n");
        assertThat(refused("schema.registry.basic.auth.credential.source=USER_INFO"))
                .startsWith("schema.registry.basic.auth.credential.source: unknown key; did you mean");
        assertThat(refused("streams.consumer.max.poll.records=few"))
                .isEqualTo("streams.consumer.max.poll.records=few: expected a whole number [--set]\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"streams.num.standby.replicas=-1", "streams.num.stream.threads=0", "streams.poll.ms=-1"})
    void shouldRefuseNumbersThatKafkaStreamsDiesOf(String setting) {
        assertThat(refused(setting)).startsWith(setting + ": Value must be at least ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"topics.prefix=live chat", "topics.prefix=a/b", "application.id=a/b", "application.id=.."})
    void shouldRefuseWhatCannotBePartOfATopicName(String setting) {
        assertThat(refused(setting))
                .isEqualTo(setting + ": expected at most 100 letters, digits, dots, underscores and hyphens [--set]\n");
    }

    static Stream<Arguments> shouldHandOnOrRefuseEverySettingOfAClient() {
        return Stream.of(
                client("consumer.", ConsumerConfig.configDef(), streams -> streams.getMainConsumerConfigs("g", "c", 0)),
                client(
                        "main.consumer.",
                        ConsumerConfig.configDef(),
                        streams -> streams.getMainConsumerConfigs("g", "c", 0)),
                client(
                        "restore.consumer.",
                        ConsumerConfig.configDef(),
                        streams -> streams.getRestoreConsumerConfigs("c")),
                client(
                        "global.consumer.",
                        ConsumerConfig.configDef(),
                        streams -> streams.getGlobalConsumerConfigs("c")),
                client("producer.", ProducerConfig.configDef(), streams -> streams.getProducerConfigs("c")),
                client("admin.", AdminClientConfig.configDef(), streams -> streams.getAdminConfigs("c")));
    }

    private static Arguments client(
            String prefix, ConfigDef keys, Function<StreamsConfig, Map<String, Object>> configOf) {
        return Arguments.of(prefix, keys, configOf);
    }

    /** What has no effect would be taken for one that has. */
    @ParameterizedTest
    @MethodSource
    void shouldHandOnOrRefuseEverySettingOfAClient(
            String prefix, ConfigDef keys, Function<StreamsConfig, Map<String, Object>> configOf) {
        Set<String> names = new TreeSet<>(keys.names());
        names.remove("group.instance.id"); // the number of the thread is added, where there is a group
        for (String name : names) {
            for (String value : List.of("true", "false", "7", "60001", "java.lang.String", "none")) {
                if (load("streams." + prefix + name + "=" + value) instanceof LoadResult.Loaded loaded) {
                    Properties properties = StreamsProperties.of(
                            loaded.settings(),
                            HostPort.parse("views-1:8080"),
                            new SkipBadRecords(new SimpleMeterRegistry(), List.of()));

                    assertThat(configOf.apply(new StreamsConfig(properties)))
                            .containsEntry(
                                    name,
                                    loaded.settings()
                                            .passThrough("streams." + prefix)
                                            .get(name));
                }
            }
        }
    }

    @Test
    void shouldRefuseWhatTheClientsWouldNotReadOrStopAt() {
        assertThat(refused(
                                "streams.admin.bootstrap.servers=other:9092",
                                "streams.consumer.group.id=other",
                                "streams.main.consumer.value.deserializer=java.lang.String",
                                "streams.restore.consumer.group.protocol=consumer",
                                "streams.producer.transactional.id=other")
                        .lines())
                .hasSize(5)
                .allMatch(line -> line.contains(": may not be set: "));
    }

    @Test
    void shouldRefuseTimeoutsOfTheAdminClientThatContradictEachOther() {
        assertThat(refused("streams.admin.default.api.timeout.ms=10000"))
                .isEqualTo("streams.admin.default.api.timeout.ms=10000: expected at least"
                        + " streams.admin.request.timeout.ms=30000\n");
        assertThat(refused("streams.admin.default.api.timeout.ms=50000", "streams.request.timeout.ms=60000"))
                .isEqualTo("streams.admin.default.api.timeout.ms=50000: expected at least"
                        + " streams.request.timeout.ms=60000\n");
        assertThat(load("streams.admin.default.api.timeout.ms=10000", "streams.admin.request.timeout.ms=10000"))
                .isInstanceOf(LoadResult.Loaded.class);
        assertThat(load("streams.request.timeout.ms=90000")).isInstanceOf(LoadResult.Loaded.class);
    }

    private static String refused(String... settings) {
        LoadResult result = load(settings);
        assertThat(result).isInstanceOf(LoadResult.Answer.class);
        return ((LoadResult.Answer) result).text();
    }

    private static LoadResult load(String... settings) {
        String[] arguments = Stream.concat(
                        Stream.of(LEAST), Stream.of(settings).flatMap(setting -> Stream.of("--set", setting)))
                .toArray(String[]::new);
        return Settings.load(ViewsKeys.definition(), arguments, Map.of());
    }
}
