package org.chatbridge.streams;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.chatbridge.avro.view.ThreadRow;
import org.chatbridge.schema.Action;
import org.chatbridge.streams.state.ActivityChat;
import org.chatbridge.streams.state.ActivityCount;
import org.chatbridge.streams.state.ActivityThread;
import org.jspecify.annotations.Nullable;

/**
 * Counts what happens in one partition, and tells the view of activity twice a second of the minutes that changed.
 *
 * <p>It reads every push, so that what it writes with each must be little: one value a minute, in a store with a cache,
 * which Kafka Streams writes out before each commit. Thus nothing is lost by a crash that is not read again.
 */
@SuppressWarnings("NullAway.Init") // Kafka Streams calls init first
final class ActivityParts extends ContextualProcessor<String, SpecificRecord, String, SpecificRecord> {
    /** What it reads beside the rows of the view of threads: all that LiveChat pushes. */
    static final List<Source> SOURCES = Stream.concat(
                    Arrays.stream(Action.values()).map(Source::of), Stream.of(Source.OTHER_PUSHES))
            .toList();

    /** Its stores, and what they keep. */
    static final Map<String, Schema> STORES = Map.of(
            Names.ACTIVITY_COUNTS, ActivityCount.getClassSchema(),
            Names.ACTIVITY_THREADS, ActivityThread.getClassSchema(),
            Names.ACTIVITY_CHATS, ActivityChat.getClassSchema());

    static final Duration TELLS_EVERY = Duration.ofMillis(500);

    /** So often it has told before it looks for what is too old: that waits for days anyway. */
    private static final int FORGETS_EVERY = 10;

    /** So many minutes are told at once, so that catching up holds up nothing else. */
    private static final int TOLD_AT_ONCE = 500;

    /** So many chats are looked at each time for those that nothing was heard of. */
    private static final int LOOKED_AT_ONCE = 100;

    private final TreeSet<String> changed = new TreeSet<>();
    private final Set<String> toldBefore = new HashSet<>();
    private KeyValueStore<String, ActivityCount> counts;
    private KeyValueStore<String, ActivityChat> chats;
    private ActivityCounting counting;
    private long ticks;
    private long newestMs = Long.MIN_VALUE;
    private String removedBefore = "";
    private @Nullable String lookedAt;

    @Override
    public void init(ProcessorContext<String, SpecificRecord> context) {
        super.init(context);
        counts = context.getStateStore(Names.ACTIVITY_COUNTS);
        chats = context.getStateStore(Names.ACTIVITY_CHATS);
        counting = new ActivityCounting(counts, context.getStateStore(Names.ACTIVITY_THREADS), chats, changed::add);
        // A task that is given back begins with the same processor.
        newestMs = Long.MIN_VALUE;
        ticks = 0;
        changed.clear();
        toldBefore.clear();
        String last = null;
        try (KeyValueIterator<String, ActivityCount> all = counts.all()) {
            while (all.hasNext()) {
                var minute = all.next();
                last = minute.key;
                if (!minute.value.getTold()) {
                    changed.add(minute.key);
                }
            }
        }
        if (last != null) {
            newest(Instant.parse(last).toEpochMilli());
        }
        context.schedule(TELLS_EVERY, PunctuationType.WALL_CLOCK_TIME, now -> {
            tell();
            if (ticks++ % FORGETS_EVERY == 0) {
                forget();
            }
        });
    }

    private void newest(long timestampMs) {
        if (timestampMs > newestMs) {
            newestMs = timestampMs;
            counting.now(Instant.ofEpochMilli(timestampMs));
        }
    }

    @Override
    public void process(Record<String, SpecificRecord> record) {
        newest(record.timestamp());
        SpecificRecord value = record.value();
        if (value instanceof ThreadRow row) {
            counting.thread(row, Instant.ofEpochMilli(record.timestamp()));
        } else if (value != null) {
            counting.push(Objects.requireNonNullElse(record.key(), ""), value);
        }
    }

    /**
     * Tells what changed. Only the next time, when a commit has come between, is it noted as told: what is told and what is
     * kept are written apart, and a crash may keep the one without the other.
     */
    private void tell() {
        toldBefore.removeAll(changed);
        for (String minute : toldBefore) {
            MinuteCount count = counting.minute(minute);
            count.told();
            counting.put(minute, count);
        }
        toldBefore.clear();
        int partition = context().taskId().partition();
        Iterator<String> minutes = changed.iterator();
        for (int i = 0; i < TOLD_AT_ONCE && minutes.hasNext(); i++) {
            String minute = minutes.next();
            minutes.remove();
            MinuteCount count = counting.minute(minute);
            context().forward(new Record<>(minute, count.part(Instant.parse(minute), partition), newestMs));
            toldBefore.add(minute);
        }
    }

    /** Removes minutes that are too old, and chats of which nothing was heard as long. */
    @SuppressWarnings("NullAway") // a range without an end has null there
    private void forget() {
        if (newestMs == Long.MIN_VALUE) {
            return;
        }
        String first = counting.first();
        if (!first.equals(removedBefore)) {
            removedBefore = first;
            List<String> old = new ArrayList<>();
            try (KeyValueIterator<String, ActivityCount> minutes = counts.range(null, first)) {
                minutes.forEachRemaining(minute -> old.add(minute.key));
            }
            old.remove(first);
            old.forEach(counting::forgetMinute);
        }
        List<String> silent = new ArrayList<>();
        Instant heardAfter = Instant.parse(first).minus(ActivityCounting.TOUCHED_EVERY);
        try (KeyValueIterator<String, ActivityChat> rest = chats.range(lookedAt, null)) {
            for (int i = 0; i < LOOKED_AT_ONCE && rest.hasNext(); i++) {
                var chat = rest.next();
                lookedAt = chat.key;
                if (chat.value.getTouchedAt().isBefore(heardAfter)) {
                    silent.add(chat.key);
                }
            }
            if (!rest.hasNext()) {
                lookedAt = null;
            }
        }
        silent.forEach(counting::forgetChat);
    }
}
