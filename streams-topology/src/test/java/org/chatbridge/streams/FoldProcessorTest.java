package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.TimestampedKeyValueStore;
import org.apache.kafka.streams.state.internals.InMemoryKeyValueStore;
import org.chatbridge.avro.AgentUpdated;
import org.chatbridge.avro.CustomerUpdated;
import org.chatbridge.avro.User;
import org.chatbridge.avro.view.AgentRow;
import org.chatbridge.avro.view.CustomerRow;
import org.chatbridge.schema.AvroSerde;
import org.chatbridge.schema.SchemaRegistry;
import org.chatbridge.schema.TopicNames;
import org.chatbridge.schema.ViewTopic;
import org.chatbridge.streams.state.AgentStatus;
import org.chatbridge.streams.state.CustomerState;
import org.chatbridge.streams.state.Stamp;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init") // JUnit sets the fields
class FoldProcessorTest {
    private static final AgentsView VIEW = new AgentsView();

    private final SchemaRegistry registry = new SchemaRegistry("mock://fold-processor", Map.of());

    @TempDir
    private Path directory;

    private final LargestRow largest = new LargestRow(new TopicNames("livechat."), "livechat-views");
    private MockProcessorContext<String, SpecificRecord> context;
    private Sources sources;
    private TimestampedKeyValueStore<String, AgentStatus> states;
    private StateStore words;
    private KeyValueStore<Bytes, Version> history;

    @BeforeEach
    void start() {
        context = new MockProcessorContext<>(new Properties(), new TaskId(0, 0), directory.toFile());
        context.setCurrentSystemTimeMs(0);
        sources = new Sources(
                new TopicNames("livechat."),
                registry,
                new Upstream(),
                new SimpleMeterRegistry(),
                new Positions(),
                new StoresAtHand(),
                Duration.ofDays(30),
                largest,
                new MisplacedRecords(new SimpleMeterRegistry()));
        states = store(sources.states(VIEW));
        words = store(sources.words(VIEW));
        history = store(sources.history(VIEW));
    }

    private <T extends StateStore> T store(StoreBuilder<T> builder) {
        T store = builder.withLoggingDisabled().build();
        store.init(context.getStateStoreContext(), store);
        return store;
    }

    @AfterEach
    void stop() {
        states.close();
        words.close();
        history.close();
        registry.close();
    }

    @Test
    void shouldRememberAResyncWhenThePartitionMovesOrTheProgramStartsAgain() {
        // given
        processor().process(record("c2", Pushes.resynced("c2")));

        // when: another one goes on with the same stores, and reads a push late
        processor().process(record("ada", accepting("c1", 5)));

        // then
        AgentStatus status = states.get("ada").value();
        assertThat(status.getRoutingStatus()).isEqualTo(AgentsFold.UNKNOWN);
        assertThat(status.getSince()).isEqualTo(Pushes.receivedAt(60));
    }

    @Test
    void shouldMeetAllKeysWithAResync() {
        // given
        FoldProcessor<AgentStatus, AgentRow> processor = processor();
        for (int i = 0; i < 100; i++) {
            processor.process(record("agent-" + i, accepting(i % 2 == 0 ? "c1" : "c2", i + 1)));
        }

        // when
        processor.process(record("c2", Pushes.resynced("c2")));

        // then
        int unknown = 0;
        try (var all = states.all()) {
            while (all.hasNext()) {
                unknown += all.next().value.value().getRoutingStatus().equals(AgentsFold.UNKNOWN) ? 1 : 0;
            }
        }
        assertThat(unknown).isEqualTo(50);
    }

    @Test
    void shouldTellAgainWhatAResyncChangedWhereItIsReadAgain() {
        // given: what it told is lost, what it kept is not
        FoldProcessor<AgentStatus, AgentRow> processor = processor();
        processor.process(record("ada", accepting("c1", 5)));
        processor.process(record("bob", accepting("c2", 5)));
        processor.process(record("c2", Pushes.resynced("c2")));
        context.resetForwards();

        // when
        processor().process(record("c2", Pushes.resynced("c2")));

        // then
        assertThat(told()).as("bob is as before").containsExactly("ada unknown");
    }

    @Test
    void shouldTellAgainWhereTheSameProcessorBeginsAgain() {
        // given: as Kafka Streams revives a task whose stores it found corrupt
        FoldProcessor<AgentStatus, AgentRow> processor = processor();
        processor.process(record("ada", accepting("c1", 5)));
        context.resetForwards();

        // when
        processor.close();
        processor.init(context);
        processor.process(record("ada", accepting("c1", 5)));

        // then
        assertThat(told()).containsExactly("ada accepting_chats");
    }

    /** RocksDB may have written to disk what the producer still held when the program was killed. */
    @Test
    void shouldWriteAgainWhatItsChangelogsMayLack() {
        // given
        List<String> written = new ArrayList<>();
        TimestampedKeyValueStore<String, AgentStatus> statuses = store(Stores.timestampedKeyValueStoreBuilder(
                logged(VIEW.name(), written),
                Serdes.String(),
                new AvroSerde<AgentStatus>(registry, VIEW.stateSchema())));
        KeyValueStore<Bytes, Version> versions = store(Stores.keyValueStoreBuilder(
                logged(Names.history(VIEW.name()), written),
                Serdes.Bytes(),
                new VersionSerde(new AvroSerde<>(registry, VIEW.topic().schema()))));
        processor().process(record("ada", accepting("c1", 5)));
        List<String> first = List.copyOf(written);
        written.clear();

        // when
        FoldProcessor<AgentStatus, AgentRow> processor = processor();
        processor.process(record("ada", accepting("c1", 5)));

        // then
        assertThat(first).containsExactlyInAnyOrder("agents", "agents-history");
        assertThat(written).containsExactlyInAnyOrderElementsOf(first);
        assertThat(versions.approximateNumEntries()).isEqualTo(1);

        // when
        written.clear();
        processor.process(record("ada", accepting("c1", 5)));

        // then
        assertThat(written).as("it has told this one").isEmpty();
        statuses.close();
        versions.close();
    }

    /** @param written gets its name with each write */
    private static KeyValueBytesStoreSupplier logged(String name, List<String> written) {
        return new KeyValueBytesStoreSupplier() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public KeyValueStore<Bytes, byte[]> get() {
                return new InMemoryKeyValueStore(name) {
                    @Override
                    public synchronized void put(Bytes key, byte[] value) {
                        written.add(name);
                        super.put(key, value);
                    }
                };
            }

            @Override
            public String metricsScope() {
                return "in-memory";
            }
        };
    }

    @Test
    void shouldTellAndRememberNothingOfAWordThatChangesNothing() {
        // given
        FoldProcessor<AgentStatus, AgentRow> processor = processor();
        processor.process(record("ada", accepting("c1", 1)));
        processor.process(inChat(2));
        context.resetForwards();
        long versions = history.approximateNumEntries();

        // when: the same again, some seconds later; seconds_today would be others
        processor.process(inChat(7));

        // then
        assertThat(context.forwarded()).isEmpty();
        assertThat(history.approximateNumEntries()).isEqualTo(versions);
    }

    /** Kafka would refuse it in the changelog, and again each time that the push is read. */
    @Test
    void shouldLeaveOutWhatWouldMakeAStateLargerThanMayBeWritten() {
        // given: a topic that was made beforehand
        largest.learned(Map.of("livechat.view.customers", 1 << 20));
        CustomersView view = new CustomersView();
        TimestampedKeyValueStore<String, CustomerState> customers = store(sources.states(view));
        FoldProcessor<CustomerState, CustomerRow> processor =
                new FoldProcessor<>(view, new Positions(), new StoresAtHand(), Duration.ofDays(30));
        processor.init(context);
        processor.process(record("mary", named("Mary", 1)));
        context.resetForwards();

        // when
        Throwable refusal = catchThrowable(
                () -> processor.process(record("mary", named("x".repeat(largest.valueBytes(ViewTopic.CUSTOMERS)), 2))));

        // then
        assertThat(refusal).isInstanceOf(SerializationException.class);
        assertThat(SkipBadRecords.recordIsToBlame((SerializationException) refusal))
                .isTrue();
        assertThat(context.forwarded()).isEmpty();

        // when
        processor.process(record("mary", named("Mary B.", 3)));

        // then
        assertThat(context.forwarded())
                .extracting(forward -> ((CustomerRow) forward.record().value()).getName())
                .containsExactly("Mary B.");
        customers.close();
    }

    private static CustomerUpdated named(String name, long sequence) {
        return CustomerPushes.updated(
                Pushes.push("c1", sequence, "customer_updated"),
                User.newBuilder().setId("mary").setName(name).build());
    }

    /** The keys and statuses of the rows that were told. */
    private List<String> told() {
        return context.forwarded().stream()
                .map(forward -> forward.record().key() + " "
                        + ((AgentRow) forward.record().value()).getRoutingStatus())
                .toList();
    }

    /** A word that ada is in a chat, told with the push of this sequence. */
    private static Record<String, SpecificRecord> inChat(long sequence) {
        return new Record<>(
                "ada",
                Pushes.inChat("PA", "ada", "agent", true, new Stamp("c1", 2 * sequence), null),
                Pushes.receivedAt(sequence).toEpochMilli());
    }

    private FoldProcessor<AgentStatus, AgentRow> processor() {
        FoldProcessor<AgentStatus, AgentRow> processor =
                new FoldProcessor<>(VIEW, new Positions(), new StoresAtHand(), Duration.ofDays(30));
        processor.init(context);
        return processor;
    }

    private static Record<String, SpecificRecord> record(String key, SpecificRecord value) {
        return new Record<>(key, value, 0);
    }

    private static AgentUpdated accepting(String connection, long sequence) {
        return Pushes.agent("ada", "accepting_chats", Pushes.push(connection, sequence, "agent_updated"));
    }
}
