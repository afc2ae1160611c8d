package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.chatbridge.avro.Snapshot;
import org.chatbridge.schema.ViewTopic;
import org.chatbridge.streams.state.ChatThreads;
import org.jspecify.annotations.Nullable;

class TermIndexTest {
    private static final ThreadsView VIEW = new ThreadsView(Duration.ofHours(1));
    private static final String STORE = VIEW.name();

    /** One that begins as another one does, and one with bytes that mean something elsewhere. */
    private static final List<String> CHATS = List.of("PA", "PAB", "P\0é😀");

    /** Of the last one nothing is ever told, and it begins as another one does. */
    private static final List<String> AGENTS = List.of("ada", "bob", "eve", "ad");

    @Provide
    Arbitrary<List<List<ThreadsFoldPropertyTest.Step>>> histories() {
        return ThreadsFoldPropertyTest.anyHistories().list().ofSize(CHATS.size());
    }

    @Property(tries = 10)
    void shouldFindWhatLookingAtAllFinds(
            @ForAll("histories") List<List<ThreadsFoldPropertyTest.Step>> histories, @ForAll Random random)
            throws IOException {
        Path directory = Files.createTempDirectory("term-index");
        try (TestDriver driver = new TestDriver(directory)) {
            List<List<SpecificRecord>> left = new ArrayList<>();
            histories.forEach(history -> left.add(new ArrayList<>(ThreadsFoldPropertyTest.pushes(history))));
            while (left.stream().anyMatch(pushes -> !pushes.isEmpty())) {
                int chat = random.nextInt(CHATS.size());
                if (!left.get(chat).isEmpty()) {
                    send(driver, CHATS.get(chat), left.get(chat).remove(0));
                }
                if (random.nextInt(20) == 0) {
                    driver.advance(Duration.ofMinutes(random.nextInt(40)));
                }
                if (random.nextInt(4) == 0) {
                    check(driver);
                }
            }
            check(driver);
            driver.advance(Duration.ofHours(3));
            check(driver);
        } finally {
            Utils.delete(directory.toFile());
        }
    }

    @Property(tries = 3)
    void shouldBeMadeAnewWhereATaskBegins(@ForAll("histories") List<List<ThreadsFoldPropertyTest.Step>> histories)
            throws IOException {
        Path directory = Files.createTempDirectory("term-index");
        try (TestDriver driver = new TestDriver(directory)) {
            // given: it is of another time
            for (int chat = 0; chat < CHATS.size(); chat++) {
                for (SpecificRecord push : ThreadsFoldPropertyTest.pushes(histories.get(chat))) {
                    send(driver, CHATS.get(chat), push);
                }
            }
            KeyValueStore<Bytes, byte[]> terms = driver.terms(STORE);
            List<Bytes> right = entries(terms);
            right.forEach(terms::delete);
            terms.put(Bytes.wrap("of another time".getBytes(StandardCharsets.UTF_8)), new byte[0]);

            // when
            new TermIndex<>(VIEW, terms).start(driver.<ChatThreads>states(STORE));

            // then
            assertThat(entries(terms)).isEqualTo(right);
        } finally {
            Utils.delete(directory.toFile());
        }
    }

    private static void send(TestDriver driver, String chat, SpecificRecord push) {
        VIEW.facts().stream()
                .filter(fact -> fact.type().equals(push.getClass()))
                .findFirst()
                .ifPresent(fact -> driver.sendTo(
                        fact.source().in(driver.topics, "livechat-views"),
                        push instanceof Snapshot snapshot && Resyncs.isWord(snapshot)
                                ? snapshot.getPush().getConnectionId()
                                : chat,
                        push));
    }

    private static void check(TestDriver driver) {
        StoreReader<ChatThreads> states = driver.reader(STORE);
        int terms = 0;
        try (StoreReader.Rows<ChatThreads> all = states.from(Set.of(0), null)) {
            while (all.hasNext()) {
                terms += VIEW.terms(Objects.requireNonNull(all.next().value())).size();
            }
        }
        assertThat(entries(driver.terms(STORE))).hasSize(terms);
        for (String agent : AGENTS) {
            RowFilter found = filter(agent);
            RowFilter lookedFor = new RowFilter(found.kept(), found.row(), Optional.empty());
            for (String after : new String[] {null, "P", "PA", "PAB"}) {
                assertThat(keys(states, found, after))
                        .as("%s after %s", agent, after)
                        .isEqualTo(keys(states, lookedFor, after));
            }
        }
    }

    private static RowFilter filter(String agent) {
        return Filter.of(ViewTopic.THREADS).stream()
                .filter(filter -> filter.parameter().name().equals("agent_id"))
                .findFirst()
                .orElseThrow()
                .test(agent, Instant.EPOCH);
    }

    private static List<String> keys(StoreReader<ChatThreads> states, RowFilter filter, @Nullable String after) {
        List<String> keys = new ArrayList<>();
        try (StoreReader.Rows<SpecificRecord> rows =
                new PresentRows<>(VIEW, states, filter, Instant.EPOCH).from(Set.of(0), after)) {
            rows.forEachRemaining(row -> {
                SpecificRecord value = row.value();
                if (value != null && filter.row().test(value)) {
                    keys.add(row.key());
                }
            });
        }
        return keys;
    }

    private static List<Bytes> entries(KeyValueStore<Bytes, byte[]> terms) {
        List<Bytes> entries = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> all = terms.all()) {
            all.forEachRemaining(entry -> entries.add(entry.key));
        }
        return entries;
    }
}
