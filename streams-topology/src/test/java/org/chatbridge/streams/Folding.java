package org.chatbridge.streams;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.chatbridge.avro.Snapshot;
import org.chatbridge.schema.AvroSerde;
import org.chatbridge.schema.SchemaRegistry;
import org.jspecify.annotations.Nullable;

/** One key folded without Kafka, as {@link FoldProcessor} does it, for tests; and the orders in which topics may be read. */
final class Folding {
    private static final SchemaRegistry REGISTRY = new SchemaRegistry("mock://folding", Map.of());
    private static final Map<String, AvroSerde<?>> SERDES = new ConcurrentHashMap<>();

    private Folding() {}

    static <S extends SpecificRecord> @Nullable S fold(View<S, ?> view, List<? extends SpecificRecord> records) {
        return fold(view, null, records);
    }

    /** @param before what is kept already */
    static <S extends SpecificRecord> @Nullable S fold(
            View<S, ?> view, @Nullable S before, List<? extends SpecificRecord> records) {
        Resyncs resyncs = new Resyncs();
        S state = before;
        for (SpecificRecord record : records) {
            if (record instanceof Snapshot word && Resyncs.isWord(word)) {
                resyncs.add(word.getPush().getConnectionId(), word.getPush().getReceivedAt());
            } else {
                Optional<Fact<?, S>> fact = view.facts().stream()
                        .filter(one -> one.type() == record.getClass())
                        .findFirst();
                // What the view does not read it is not shown.
                state = fact.isPresent() ? fact.get().after(record, state) : state;
            }
            state = state == null ? null : kept(view.resynced(state, resyncs));
        }
        return state;
    }

    /** As it comes back from the store: what is kept is never the object that was made. */
    private static <S extends SpecificRecord> S kept(S state) {
        @SuppressWarnings("unchecked")
        AvroSerde<S> serde = (AvroSerde<S>) SERDES.computeIfAbsent(
                state.getSchema().getName(), name -> new AvroSerde<>(REGISTRY, state.getSchema()));
        String topic = state.getSchema().getName();
        return serde.deserializer().deserialize(topic, serde.serializer().serialize(topic, state));
    }

    /** In some order in which Kafka may give them: that within a topic stays, and records come again. */
    static List<SpecificRecord> misread(List<? extends SpecificRecord> records, Random random) {
        return interleaved(withRepeats(byTopic(records, random), random), random);
    }

    /** Each topic by itself; words of resyncs anywhere among the snapshots, which is more than the bridge does. */
    private static List<List<SpecificRecord>> byTopic(List<? extends SpecificRecord> records, Random random) {
        List<List<SpecificRecord>> topics = new ArrayList<>(records.stream()
                .filter(record -> !isWord(record))
                .collect(Collectors.groupingBy(
                        SpecificRecord::getSchema, LinkedHashMap::new, Collectors.<SpecificRecord>toList()))
                .values());
        List<SpecificRecord> words =
                new ArrayList<>(records.stream().filter(Folding::isWord).toList());
        if (!words.isEmpty()) {
            Collections.shuffle(words, random);
            topics.add(words);
        }
        return topics;
    }

    private static boolean isWord(SpecificRecord record) {
        return record instanceof Snapshot snapshot && Resyncs.isWord(snapshot);
    }

    /** As a producer that sends again from some point on, and as one that sends a single old record again. */
    private static List<List<SpecificRecord>> withRepeats(List<List<SpecificRecord>> topics, Random random) {
        List<List<SpecificRecord>> repeated = new ArrayList<>();
        for (List<SpecificRecord> topic : topics) {
            List<SpecificRecord> records = new ArrayList<>(topic);
            if (random.nextBoolean()) {
                int to = random.nextInt(topic.size() + 1);
                int from = random.nextInt(to + 1);
                records.addAll(to, topic.subList(from, to));
            }
            // What views tell each other comes again only with all that was told after it.
            if (topic.get(0).getSchema().getField("push") != null && random.nextBoolean()) {
                int again = random.nextInt(topic.size());
                records.add(
                        records.lastIndexOf(topic.get(again)) + 1 + random.nextInt(topic.size() - again),
                        topic.get(again));
            }
            repeated.add(records);
        }
        return repeated;
    }

    /** Lists in one, each in its own order. */
    static List<SpecificRecord> interleaved(List<List<SpecificRecord>> topics, Random random) {
        List<Integer> turns = new ArrayList<>();
        for (int topic = 0; topic < topics.size(); topic++) {
            turns.addAll(Collections.nCopies(topics.get(topic).size(), topic));
        }
        Collections.shuffle(turns, random);
        int[] next = new int[topics.size()];
        List<SpecificRecord> records = new ArrayList<>();
        for (int topic : turns) {
            records.add(topics.get(topic).get(next[topic]++));
        }
        return records;
    }
}
