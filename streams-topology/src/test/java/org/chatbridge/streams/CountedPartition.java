package org.chatbridge.streams;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Random;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.chatbridge.streams.state.ActivityChat;
import org.chatbridge.streams.state.ActivityCount;
import org.chatbridge.streams.state.ActivityPart;
import org.chatbridge.streams.state.ActivityThread;
import org.jspecify.annotations.Nullable;

/** One partition whose activity is counted, in a program that crashes now and then, for tests. */
final class CountedPartition {
    /**
     * A record as it is read.
     *
     * @param key null where it has none
     */
    record Read(@Nullable String key, SpecificRecord value, long timestampMs) {}

    private final int partition;
    private final CrashingStore<ActivityCount> counts = new CrashingStore<>(Names.ACTIVITY_COUNTS);
    private final CrashingStore<ActivityThread> threads = new CrashingStore<>(Names.ACTIVITY_THREADS);
    private final CrashingStore<ActivityChat> chats = new CrashingStore<>(Names.ACTIVITY_CHATS);
    private final List<Read> uncommitted = new ArrayList<>();
    private final List<ActivityPart> told = new ArrayList<>();
    private MockProcessorContext<String, SpecificRecord> context;
    private ActivityParts processor;

    CountedPartition(int partition) {
        this.partition = partition;
        this.context = context();
        this.processor = begun();
    }

    private MockProcessorContext<String, SpecificRecord> context() {
        MockProcessorContext<String, SpecificRecord> begun = new MockProcessorContext<>(
                new Properties(), new TaskId(0, partition), Path.of("").toFile());
        begun.addStateStore(counts);
        begun.addStateStore(threads);
        begun.addStateStore(chats);
        return begun;
    }

    private ActivityParts begun() {
        ActivityParts begun = new ActivityParts();
        begun.init(context);
        return begun;
    }

    void read(Read record) {
        uncommitted.add(record);
        process(record);
    }

    private void process(Read record) {
        processor.process(new Record<>(record.key(), record.value(), record.timestampMs()));
    }

    /** What was read, told and kept is safe from now on. */
    void commit() {
        context.forwarded()
                .forEach(forward -> told.add((ActivityPart) forward.record().value()));
        context.resetForwards();
        counts.commit();
        threads.commit();
        chats.commit();
        uncommitted.clear();
    }

    /** Half a second passes; commits are more often. */
    void tick() {
        commit();
        context.scheduledPunctuators().get(0).getPunctuator().punctuate(0);
    }

    /** All since the last commit is lost, but for some of what was kept and perhaps what was told, and read again. */
    void crash(Random random) {
        if (random.nextBoolean()) {
            context.forwarded()
                    .forEach(forward -> told.add((ActivityPart) forward.record().value()));
        }
        counts.crash(random);
        threads.crash(random);
        chats.crash(random);
        context = context();
        processor = begun();
        uncommitted.forEach(this::process);
    }

    /** The partition was taken away and given back at once: Kafka Streams begins the same processor again, on the same stores. */
    void resume() {
        commit();
        context = context();
        processor.close();
        processor.init(context);
    }

    /** What was told, in its order. */
    List<ActivityPart> told() {
        return told;
    }

    List<String> minutesKept() {
        List<String> keys = new ArrayList<>();
        counts.all().forEachRemaining(minute -> keys.add(minute.key));
        return keys;
    }

    List<String> threadsKept() {
        List<String> keys = new ArrayList<>();
        threads.all().forEachRemaining(thread -> keys.add(thread.key));
        return keys;
    }

    List<String> chatsKept() {
        List<String> keys = new ArrayList<>();
        chats.all().forEachRemaining(chat -> keys.add(chat.key));
        return keys;
    }
}
