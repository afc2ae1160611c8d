package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.avro.specific.SpecificRecord;
import org.chatbridge.schema.AvroSerde;
import org.chatbridge.schema.SchemaRegistry;
import org.chatbridge.streams.state.ChatState;
import org.chatbridge.streams.state.ChatThreads;
import org.jspecify.annotations.Nullable;

/** What is kept and what is told of chats can be written and read, and comes back the same. */
class RowsAreRecordsTest {
    private static final SchemaRegistry REGISTRY = new SchemaRegistry("mock://rows-are-records", Map.of());

    @Provide
    Arbitrary<List<ThreadsFoldPropertyTest.Step>> histories() {
        return ThreadsFoldPropertyTest.anyHistories();
    }

    @Property(tries = 500)
    void shouldComeBackTheSame(@ForAll("histories") List<ThreadsFoldPropertyTest.Step> history) {
        List<SpecificRecord> pushes = ThreadsFoldPropertyTest.pushes(history);
        ChatsView chats = new ChatsView(Duration.ofHours(1));
        ChatState chat = Folding.fold(chats, pushes);
        comesBack(chat);
        if (chat != null) {
            comesBack(chats.row(Pushes.CHAT, chat, Pushes.receivedAt(1)).orElse(null));
        }
        ThreadsView threads = new ThreadsView(Duration.ofHours(1));
        ChatThreads thread = Folding.fold(threads, pushes);
        comesBack(thread);
        if (thread != null) {
            comesBack(threads.row(Pushes.CHAT, thread, Pushes.receivedAt(1)).orElse(null));
        }
    }

    private static void comesBack(@Nullable SpecificRecord record) {
        if (record != null) {
            try (AvroSerde<SpecificRecord> serde = new AvroSerde<>(REGISTRY, record.getSchema())) {
                byte[] bytes = serde.serializer().serialize("any", record);
                SpecificRecord back = serde.deserializer().deserialize("any", bytes);
                assertThat(back).isEqualTo(record).hasSameHashCodeAs(record);
            }
        }
    }
}
