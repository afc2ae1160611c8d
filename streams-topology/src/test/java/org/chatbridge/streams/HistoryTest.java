package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Properties;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.chatbridge.avro.view.AgentRow;
import org.chatbridge.schema.AvroSerde;
import org.chatbridge.schema.SchemaRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HistoryTest {
    private static final List<String> KEYS = List.of("", "a", "a\u0000", "a\u0000b", "ab", "\u00ff", "b/c");
    private static final Duration KEPT_FOR = Duration.ofMinutes(5);

    /** What the view told, at the moment of each word: a row, or that it is gone. */
    private final Map<String, NavigableMap<Instant, Optional<SpecificRecord>>> truth = new HashMap<>();

    @Property(tries = 200)
    void shouldTellWhatEveryRowWasAtAnyMoment(@ForAll Random random) {
        try (SchemaRegistry registry = new SchemaRegistry("mock://history", Map.of())) {
            // given
            MockProcessorContext<String, SpecificRecord> context = context();
            KeyValueStore<Bytes, Version> store = store(registry, context);
            History<AgentRow> history = new History<>(store, KEPT_FOR, System::nanoTime);
            history.start(context);
            truth.clear();

            // when: most pushes are read in their order, some late
            for (int i = 0; i < 60; i++) {
                String key = KEYS.get(random.nextInt(KEYS.size()));
                Instant at = Pushes.receivedAt(i * 10L - (random.nextInt(4) == 0 ? random.nextInt(200) : 0));
                Optional<AgentRow> row =
                        random.nextInt(5) == 0 ? Optional.empty() : Optional.of(row(key, "status-" + i));
                history.changed(key, row, at);
                told(key, row.map(SpecificRecord.class::cast), at);
            }

            // then
            Versions versions = new Versions(store, (row, made, moment) -> row);
            assertTruth(versions, Pushes.receivedAt(-300), 100);

            // and when: the old is forgotten
            context.setCurrentStreamTimeMs(Pushes.receivedAt(600).toEpochMilli());
            context.scheduledPunctuators()
                    .forEach(scheduled -> scheduled.getPunctuator().punctuate(0));

            // then: what is younger stays as it was, and nothing is kept that is not needed for it
            assertTruth(versions, Pushes.receivedAt(600).minus(KEPT_FOR), 30);
            long needed = truth.values().stream()
                    .mapToLong(words -> words.entrySet().stream()
                            .filter(word -> isNeeded(word, words))
                            .count())
                    .sum();
            assertThat(store.approximateNumEntries()).isEqualTo(needed);
        }
    }

    @Test
    void shouldForgetEachVersionWhenItsTimeIsOver() {
        try (SchemaRegistry registry = new SchemaRegistry("mock://history", Map.of())) {
            // given
            MockProcessorContext<String, SpecificRecord> context = context();
            KeyValueStore<Bytes, Version> store = store(registry, context);
            History<AgentRow> history = new History<>(store, KEPT_FOR, System::nanoTime);
            history.start(context);
            Map<Integer, Integer> keptAt = new TreeMap<>();

            // when: the version of second 0 ends at 10, that of 10 at 200, and that of 200 is the last
            for (int second = 0; second <= 600; second += 10) {
                if (second == 0 || second == 10 || second == 200) {
                    history.changed("a", Optional.of(row("a", "status-" + second)), Pushes.receivedAt(second));
                }
                context.setCurrentStreamTimeMs(Pushes.receivedAt(second).toEpochMilli());
                context.scheduledPunctuators()
                        .forEach(scheduled -> scheduled.getPunctuator().punctuate(0));
                keptAt.put(second, (int) store.approximateNumEntries());
            }

            // then
            assertThat(keptAt)
                    .containsEntry(10, 2)
                    .containsEntry(310, 3)
                    .containsEntry(320, 2)
                    .containsEntry(500, 2)
                    .containsEntry(510, 1)
                    .containsEntry(600, 1);
        }
    }

    @Test
    void shouldKeepNothingOfARowThatWasForgotten() {
        try (SchemaRegistry registry = new SchemaRegistry("mock://history", Map.of())) {
            // given
            MockProcessorContext<String, SpecificRecord> context = context();
            KeyValueStore<Bytes, Version> store = store(registry, context);
            History<AgentRow> history = new History<>(store, KEPT_FOR, System::nanoTime);
            history.start(context);
            history.changed("a", Optional.of(row("a", "accepting_chats")), Pushes.receivedAt(0));
            history.changed("a", Optional.empty(), Pushes.receivedAt(10));
            context.setCurrentStreamTimeMs(Pushes.receivedAt(600).toEpochMilli());
            context.scheduledPunctuators()
                    .forEach(scheduled -> scheduled.getPunctuator().punctuate(0));

            // when
            history.changed("a", Optional.empty(), Pushes.receivedAt(610));

            // then
            assertThat(store.approximateNumEntries()).isZero();
        }
    }

    @Test
    void shouldForgetAllThatIsTooOldAtOneLook() {
        assertThat(keptAfterOneLook(() -> 0)).isEqualTo(3_000);
    }

    @Test
    void shouldLeaveTheRestToTheNextLookWhereThatTakesLong() {
        AtomicLong nanos = new AtomicLong();
        assertThat(keptAfterOneLook(() -> nanos.addAndGet(Duration.ofMillis(60).toNanos())))
                .isBetween(5_000L, 5_999L);
    }

    /** Of 3,000 rows, each with a version that is too old before the last one. */
    private static long keptAfterOneLook(LongSupplier nanos) {
        try (SchemaRegistry registry = new SchemaRegistry("mock://history", Map.of())) {
            MockProcessorContext<String, SpecificRecord> context = context();
            KeyValueStore<Bytes, Version> store = store(registry, context);
            History<AgentRow> history = new History<>(store, KEPT_FOR, nanos);
            history.start(context);
            for (int i = 0; i < 3_000; i++) {
                history.changed("a" + i, Optional.of(row("a", "accepting_chats")), Pushes.receivedAt(0));
                history.changed("a" + i, Optional.of(row("a", "offline")), Pushes.receivedAt(10));
            }
            context.setCurrentStreamTimeMs(Pushes.receivedAt(600).toEpochMilli());
            context.scheduledPunctuators()
                    .forEach(scheduled -> scheduled.getPunctuator().punctuate(0));
            return store.approximateNumEntries();
        }
    }

    private static MockProcessorContext<String, SpecificRecord> context() {
        MockProcessorContext<String, SpecificRecord> context =
                new MockProcessorContext<>(new Properties(), new TaskId(0, 0), new File("."));
        context.setCurrentSystemTimeMs(0);
        return context;
    }

    private static boolean isNeeded(
            Map.Entry<Instant, Optional<SpecificRecord>> word, NavigableMap<Instant, Optional<SpecificRecord>> words) {
        Instant end = word.getValue().isEmpty() ? word.getKey() : words.higherKey(word.getKey());
        return end == null || !end.isBefore(Pushes.receivedAt(600).minus(KEPT_FOR));
    }

    private void told(String key, Optional<SpecificRecord> row, Instant at) {
        NavigableMap<Instant, Optional<SpecificRecord>> words = truth.computeIfAbsent(key, any -> new TreeMap<>());
        if (!words.isEmpty() || row.isPresent()) {
            words.put(words.isEmpty() || at.isAfter(words.lastKey()) ? at : words.lastKey(), row);
        }
    }

    private void assertTruth(Versions versions, Instant from, int steps) {
        for (int i = 0; i < steps; i++) {
            assertTruth(versions, from.plusSeconds(i * 10L));
        }
        Instant to = from.plusSeconds(steps * 5L);
        truth.forEach((key, words) -> assertThat(versions.between(key, from, to, 1000).stream()
                        .filter(span -> span.row() != null)
                        .map(Versions.Span::from)
                        .toList())
                .isEqualTo(words.entrySet().stream()
                        .filter(word ->
                                word.getValue().isPresent() && word.getKey().isBefore(to))
                        .filter(word -> words.higherKey(word.getKey()) == null
                                || words.higherKey(word.getKey()).isAfter(from))
                        .map(Map.Entry::getKey)
                        .toList()));
    }

    private void assertTruth(Versions versions, Instant moment) {
        List<Map.Entry<String, SpecificRecord>> expected = new ArrayList<>();
        TreeSet<String> keys = new TreeSet<>(MergedRows.KEY_ORDER);
        keys.addAll(truth.keySet());
        for (String key : keys) {
            var word = truth.getOrDefault(key, new TreeMap<>()).floorEntry(moment);
            Optional<SpecificRecord> row = word == null ? Optional.empty() : word.getValue();
            assertThat(versions.at(key, moment)).isEqualTo(row);
            row.ifPresent(one -> expected.add(Map.entry(key, one)));
        }
        assertThat(all(versions, null, moment)).isEqualTo(expected);
        if (!expected.isEmpty()) {
            assertThat(all(versions, expected.get(0).getKey(), moment)).isEqualTo(expected.subList(1, expected.size()));
        }
    }

    private static List<Map.Entry<String, SpecificRecord>> all(
            Versions versions, @Nullable String after, Instant moment) {
        List<Map.Entry<String, SpecificRecord>> all = new ArrayList<>();
        versions.all(after, moment).forEachRemaining(row -> {
            if (row.value != null) {
                all.add(Map.entry(row.key, row.value.value()));
            }
        });
        return all;
    }

    private static KeyValueStore<Bytes, Version> store(
            SchemaRegistry registry, MockProcessorContext<String, SpecificRecord> context) {
        Serde<SpecificRecord> rows = new AvroSerde<>(registry, AgentRow.getClassSchema());
        KeyValueStore<Bytes, Version> store = Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore("agents-history"), Serdes.Bytes(), new VersionSerde(rows))
                .withLoggingDisabled()
                .build();
        store.init(context.getStateStoreContext(), store);
        return store;
    }

    private static AgentRow row(String id, String status) {
        return AgentRow.newBuilder().setAgentId(id).setRoutingStatus(status).build();
    }
}
