package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.avro.specific.SpecificRecord;
import org.chatbridge.avro.ChatPropertiesUpdated;
import org.chatbridge.avro.EventMarkedAsSeen;
import org.chatbridge.avro.IncomingChatThread;
import org.chatbridge.avro.IncomingEvent;
import org.chatbridge.avro.IncomingSneakPeek;
import org.chatbridge.avro.IncomingTypingIndicator;
import org.chatbridge.avro.Snapshot;
import org.chatbridge.avro.view.ChatRow;
import org.chatbridge.avro.view.OpenThreadOfChat;
import org.chatbridge.avro.view.Peek;
import org.chatbridge.avro.view.SeenEvent;
import org.chatbridge.avro.view.Typing;
import org.chatbridge.avro.view.UserOfChat;
import org.chatbridge.streams.state.ChatState;
import org.jspecify.annotations.Nullable;

class ChatsFoldPropertyTest {
    private static final ChatsView VIEW = new ChatsView(Duration.ofHours(1));

    @Provide
    Arbitrary<List<ThreadsFoldPropertyTest.Step>> histories() {
        return ThreadsFoldPropertyTest.anyHistories();
    }

    @Property(tries = 1500)
    void shouldGiveTheSameRowInWhateverOrderTheTopicsAreRead(
            @ForAll("histories") List<ThreadsFoldPropertyTest.Step> history, @ForAll Random random) {
        // given
        List<SpecificRecord> pushes = ThreadsFoldPropertyTest.pushes(history);
        ChatState inTrueOrder = Folding.fold(VIEW, pushes);

        // when: order within a topic stays, and records come again
        ChatState shuffled = Folding.fold(VIEW, Folding.misread(pushes, random));

        // then
        assertThat(shuffled).isEqualTo(inTrueOrder);
        assertThat(row(shuffled)).isEqualTo(shuffled == null ? Optional.empty() : Optional.of(trueRow(pushes)));
    }

    @Property(tries = 1000)
    void shouldForgetTypingAndPeeksAfterTheirTime(
            @ForAll("histories") List<ThreadsFoldPropertyTest.Step> history, @ForAll Random random) {
        // given
        List<SpecificRecord> pushes = ThreadsFoldPropertyTest.pushes(history);
        ChatState state = Folding.fold(VIEW, Folding.misread(pushes, random));
        if (state == null) {
            return;
        }
        Instant now = Pushes.receivedAt(random.nextInt(40));

        // when
        ChatState aged = VIEW.aged(state, now, true);

        // then
        ChatRow row = row(aged).orElseThrow();
        ChatRow all = trueRow(pushes);
        assertThat(row.getTyping())
                .isEqualTo(all.getTyping().stream()
                        .filter(one -> now.isBefore(one.getTimestamp().plusSeconds(5)))
                        .toList());
        assertThat(Optional.ofNullable(row.getSneakPeek()))
                .isEqualTo(Optional.ofNullable(all.getSneakPeek())
                        .filter(peek -> now.isBefore(peek.getTimestamp().plusSeconds(10))));
        assertThat(VIEW.due(java.util.Objects.requireNonNull(aged)).filter(due -> !due.isAfter(now)))
                .as("nothing else is due, but the end of the chat")
                .satisfiesAnyOf(due -> assertThat(due).isEmpty(), due -> assertThat(row.getOpenThread())
                        .isNull());
    }

    private static Optional<ChatRow> row(@Nullable ChatState state) {
        return state == null ? Optional.empty() : VIEW.row(Pushes.CHAT, state, Instant.EPOCH);
    }

    /** What the row is by all pushes in their true order. */
    private static ChatRow trueRow(List<SpecificRecord> pushes) {
        ThreadsOracle threads = new ThreadsOracle(pushes);
        PeopleOracle people = new PeopleOracle(pushes);
        List<UserOfChat> users = new ArrayList<>();
        threads.users(new TreeSet<>())
                .forEach((kind, ids) -> ids.forEach((id, present) -> users.add(new UserOfChat(
                        id,
                        kind,
                        present,
                        people.name(id),
                        null,
                        null,
                        people.lastSeen().get(id)))));
        Map<String, Map<String, String>> properties = new TreeMap<>();
        Map<String, Typing> typing = new TreeMap<>();
        List<SeenEvent> seen = new ArrayList<>();
        Peek peek = null;
        for (SpecificRecord push : pushes) {
            if (push instanceof IncomingChatThread announcement) {
                merge(announcement.getChat().getProperties(), properties);
                peek = peek != null && hasJustSpoken(announcement, peek.getAuthorId()) ? null : peek;
            } else if (push instanceof Snapshot snapshot) {
                merge(snapshot.getChat() == null ? null : snapshot.getChat().getProperties(), properties);
            } else if (push instanceof ChatPropertiesUpdated update) {
                merge(update.getProperties(), properties);
                delete(update.getDeletedProperties(), properties);
            } else if (push instanceof IncomingTypingIndicator indicator
                    && indicator.getTypingIndicator().getAuthorId() != null) {
                String author = indicator.getTypingIndicator().getAuthorId();
                typing.remove(author);
                if (!Boolean.FALSE.equals(indicator.getTypingIndicator().getIsTyping())) {
                    typing.put(
                            author, new Typing(author, null, indicator.getPush().getReceivedAt()));
                }
            } else if (push instanceof IncomingSneakPeek sneakPeek) {
                peek = new Peek(
                        sneakPeek.getSneakPeek().getAuthorId(),
                        sneakPeek.getSneakPeek().getText(),
                        null,
                        sneakPeek.getPush().getReceivedAt());
            } else if (push instanceof IncomingEvent event
                    && peek != null
                    && event.getEvent().getAuthorId().equals(peek.getAuthorId())) {
                peek = null;
            } else if (push instanceof EventMarkedAsSeen mark) {
                SeenEvent one = new SeenEvent(mark.getEventId(), mark.getUserId());
                seen.remove(one);
                seen.add(one);
            }
        }
        return new ChatRow(
                Pushes.CHAT,
                users,
                people.scopes(),
                properties,
                threads.row()
                        .filter(thread -> thread.getStatus().equals("open"))
                        .map(thread -> new OpenThreadOfChat(thread.getThreadId(), thread.getOpenedAt()))
                        .orElse(null),
                people.lastSeen(),
                seen,
                List.copyOf(typing.values()),
                peek == null || peek.getText().isEmpty() ? null : peek);
    }

    private static boolean hasJustSpoken(IncomingChatThread announcement, @Nullable String author) {
        return announcement.getChat().getThread().getEvents().stream()
                .anyMatch(event -> Objects.equals(event.getAuthorId(), author)
                        && !event.getTimestamp()
                                .isBefore(announcement.getPush().getReceivedAt().minusSeconds(15)));
    }

    static void merge(@Nullable Map<String, Map<String, String>> told, Map<String, Map<String, String>> properties) {
        if (told != null) {
            told.forEach((namespace, names) -> properties
                    .computeIfAbsent(namespace, any -> new TreeMap<>())
                    .putAll(names));
        }
    }

    static void delete(@Nullable Map<String, List<String>> deleted, Map<String, Map<String, String>> properties) {
        if (deleted != null) {
            deleted.forEach((namespace, names) ->
                    properties.getOrDefault(namespace, new TreeMap<>()).keySet().removeAll(names));
            properties.values().removeIf(Map::isEmpty);
        }
    }
}
