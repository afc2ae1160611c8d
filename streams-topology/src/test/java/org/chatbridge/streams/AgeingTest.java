package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.TimestampedKeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;
import org.chatbridge.avro.IncomingTypingIndicator;
import org.chatbridge.avro.TypingIndicator;
import org.chatbridge.schema.AvroSerde;
import org.chatbridge.schema.SchemaRegistry;
import org.chatbridge.streams.state.ChatState;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("NullAway.Init") // JUnit sets the fields
class AgeingTest {
    private static final ChatsView VIEW = new ChatsView(Duration.ofHours(1));

    /** By this machine, whose clock has nothing to do with that of the bridge. */
    private static final long CLOCK = 1_000_000;

    private final SchemaRegistry registry = new SchemaRegistry("mock://ageing", Map.of());
    private TimestampedKeyValueStore<String, ChatState> states;
    private MockProcessorContext<String, SpecificRecord> context;
    private Ageing<ChatState> ageing;
    private final Set<String> ended = new HashSet<>();
    private String unwritable = "";

    @BeforeEach
    void start() {
        states = Stores.timestampedKeyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore("chats"),
                        Serdes.String(),
                        new AvroSerde<ChatState>(registry, ChatState.getClassSchema()))
                .withLoggingDisabled()
                .withCachingDisabled()
                .build();
        begin(VIEW, CLOCK);
    }

    /** A task begins here, with what is kept. */
    private void begin(ChatsView view, long clock) {
        context = new MockProcessorContext<>(
                new Properties(), new TaskId(0, 0), Path.of("").toFile());
        context.setCurrentSystemTimeMs(clock);
        context.setCurrentStreamTimeMs(-1);
        StateStore store = states;
        store.init(context.getStateStoreContext(), store);
        ageing = new Ageing<>(view, states, new Kept());
        ageing.start(context);
    }

    @AfterEach
    void stop() {
        states.close();
        registry.close();
    }

    private final class Kept implements Ageing.Outcome<ChatState> {
        @Override
        public void aged(String key, ChatState before, ChatState after, Instant now) {
            if (key.equals(unwritable)) {
                throw new SerializationException("too large");
            }
            states.put(key, ValueAndTimestamp.make(after, now.toEpochMilli()));
        }

        @Override
        public boolean ended(String key, ChatState last, Instant now) {
            boolean again = ended.add(key);
            if (!again) {
                states.delete(key);
            }
            return !again;
        }
    }

    @Test
    void shouldForgetByTheTimeOfTheRecords() {
        // given
        types("chat", 1);

        // when / then: hardly any time goes by here
        look(CLOCK + 250, Pushes.receivedAt(5));
        assertThat(typing("chat")).isTrue();
        look(CLOCK + 500, Pushes.receivedAt(6));
        assertThat(typing("chat")).isFalse();
    }

    @Test
    void shouldForgetByTheClockWhereNoRecordsCome() {
        // given
        types("chat", 1);
        look(CLOCK + 250, Pushes.receivedAt(1));

        // when / then
        look(CLOCK + 5_000, Pushes.receivedAt(1));
        assertThat(typing("chat")).isTrue();
        look(CLOCK + 5_250, Pushes.receivedAt(1));
        assertThat(typing("chat")).isFalse();
    }

    @Test
    void shouldPutOffWhatIsToldAgain() {
        // given
        types("chat", 1);
        look(CLOCK + 250, Pushes.receivedAt(1));
        types("chat", 5);

        // when / then
        look(CLOCK + 500, Pushes.receivedAt(9));
        assertThat(typing("chat")).isTrue();
        look(CLOCK + 750, Pushes.receivedAt(10));
        assertThat(typing("chat")).isFalse();
    }

    @Test
    void shouldFindWhatWasKeptBeforeTheTaskBeganHere() {
        // given: more than are looked at at once
        for (int i = 0; i < 2_500; i++) {
            types("chat-" + i, 1);
        }

        // when
        begin(VIEW, CLOCK + 1_000);
        look(CLOCK + 1_250, null);
        look(CLOCK + 1_500, null);

        // then: the time of the records goes on from where it was, by the clock
        assertThat(typing("chat-7")).isTrue();
        look(CLOCK + 6_000, null);
        assertThat(typing("chat-7")).isTrue();
        look(CLOCK + 6_250, null);
        assertThat(typing("chat-7")).isFalse();
        assertThat(typing("chat-999")).isFalse();
    }

    @Test
    void shouldRemoveAChatThatHasEnded() {
        // given: it has no open thread
        types("chat", 1);
        look(CLOCK + 250, Pushes.receivedAt(1));

        // when / then: not while facts of it may be read late
        look(CLOCK + 500, Pushes.receivedAt(3_700));
        assertThat(states.get("chat")).isNotNull();
        look(CLOCK + 61_000, Pushes.receivedAt(3_761));
        assertThat(states.get("chat")).as("it is asked twice").isNotNull();
        look(CLOCK + 62_000, Pushes.receivedAt(3_761));
        assertThat(states.get("chat")).isNull();
    }

    @Test
    void shouldLookAgainAsSoonAsNoFactCanBeLateAnyMore() {
        // given
        types("chat", 1);
        look(CLOCK + 250, Pushes.receivedAt(1));

        // when
        look(CLOCK + 40_000, Pushes.receivedAt(3_700));
        look(CLOCK + 60_250, Pushes.receivedAt(3_721));

        // then
        assertThat(ended).containsExactly("chat");
    }

    @Test
    void shouldKeepAChatNoLongerThanItIsToBeKept() {
        // given
        begin(new ChatsView(Duration.ofSeconds(10)), CLOCK);
        types("chat", 1);
        look(CLOCK + 250, Pushes.receivedAt(1));

        // when / then
        look(CLOCK + 9_000, Pushes.receivedAt(10));
        assertThat(ended).isEmpty();
        look(CLOCK + 10_250, Pushes.receivedAt(11));
        assertThat(ended).containsExactly("chat");
    }

    /** The handler of bad records goes on after it. */
    @Test
    void shouldLoseNothingThatIsDueWhereOneKeyCannotBeWritten() {
        // given
        types("a", 1);
        look(CLOCK + 250, Pushes.receivedAt(1));
        look(CLOCK + 500, Pushes.receivedAt(3_700));
        types("b", 3_755);
        unwritable = "b";

        // when
        assertThatThrownBy(() -> look(CLOCK + 61_000, Pushes.receivedAt(3_761)))
                .isInstanceOf(SerializationException.class);
        assertThat(ended).as("told once before").containsExactly("a");
        look(CLOCK + 62_000, Pushes.receivedAt(3_761));

        // then
        assertThat(states.get("a")).isNull();
        unwritable = "";
        look(CLOCK + 122_000, Pushes.receivedAt(3_822));
        assertThat(typing("b")).as("tried again").isFalse();
    }

    @Test
    void shouldQueueAKeyOnceHoweverOftenItIsTouched() {
        // when: it has no open thread, and is due by what is typed and, later, as a whole
        for (int i = 0; i < 50; i++) {
            types("chat", 20L * i);
            types("chat", 20L * i + 1);
            look(CLOCK + 250L * i, Pushes.receivedAt(20L * i + 10));
        }

        // then
        assertThat(typing("chat")).isFalse();
        assertThat(ageing.queued()).isOne();
    }

    private boolean typing(String chat) {
        return !states.get(chat).value().getTyping().isEmpty();
    }

    private void types(String chat, long sequence) {
        IncomingTypingIndicator push = IncomingTypingIndicator.newBuilder()
                .setPush(Pushes.push("c1", sequence, "incoming_typing_indicator"))
                .setChatId(chat)
                .setTypingIndicator(
                        TypingIndicator.newBuilder().setAuthorId("mary").build())
                .build();
        List<ChatState> known = new ArrayList<>();
        ValueAndTimestamp<ChatState> before = states.get(chat);
        if (before != null) {
            known.add(before.value());
        }
        ChatState after = ChatsFold.typing(push, known.isEmpty() ? null : known.get(0));
        states.put(
                chat,
                ValueAndTimestamp.make(after, push.getPush().getReceivedAt().toEpochMilli()));
        if (after != null) {
            ageing.touched(chat, after);
        }
    }

    /** @param newest of the records; null where none was read since the task began here */
    private void look(long clock, @Nullable Instant newest) {
        context.setCurrentSystemTimeMs(clock);
        context.setCurrentStreamTimeMs(newest == null ? -1 : newest.toEpochMilli());
        context.scheduledPunctuators()
                .forEach(scheduled -> scheduled.getPunctuator().punctuate(clock));
    }
}
