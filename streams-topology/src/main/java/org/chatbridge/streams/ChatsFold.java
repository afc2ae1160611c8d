package org.chatbridge.streams;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.chatbridge.avro.Chat;
import org.chatbridge.avro.ChatPropertiesUpdated;
import org.chatbridge.avro.ChatScopesUpdated;
import org.chatbridge.avro.ChatUsersUpdated;
import org.chatbridge.avro.Event;
import org.chatbridge.avro.EventMarkedAsSeen;
import org.chatbridge.avro.IncomingChatThread;
import org.chatbridge.avro.IncomingEvent;
import org.chatbridge.avro.IncomingSneakPeek;
import org.chatbridge.avro.IncomingTypingIndicator;
import org.chatbridge.avro.LastSeenTimestampUpdated;
import org.chatbridge.avro.Push;
import org.chatbridge.avro.Snapshot;
import org.chatbridge.avro.SneakPeek;
import org.chatbridge.avro.ThreadClosed;
import org.chatbridge.avro.TypingIndicator;
import org.chatbridge.streams.state.ChatState;
import org.chatbridge.streams.state.PeekFact;
import org.chatbridge.streams.state.Spoke;
import org.chatbridge.streams.state.Stamp;
import org.chatbridge.streams.state.ThreadFacts;
import org.chatbridge.streams.state.TypingFact;
import org.jspecify.annotations.Nullable;

/**
 * Folds what is told of one chat into its state (PROTOCOL 2.1 to 2.3, 2.5 to 2.7, 2.10, 2.11, 2.15, 2.17), the same in
 * whatever order the topics are read: of everything the latest stamp counts.
 */
final class ChatsFold {
    static final Duration TYPING_COUNTS_FOR = Duration.ofSeconds(5);
    static final Duration PEEK_COUNTS_FOR = Duration.ofSeconds(10);
    static final Duration CLOCKS_DIFFER = Duration.ofSeconds(5);

    private static final Comparator<TypingFact> BY_AUTHOR = Comparator.comparing(TypingFact::getAuthorId);

    private ChatsFold() {}

    /** The chat after a thread was announced: what was said to open it is told with it alone (PROTOCOL 2.1). */
    static @Nullable ChatState announced(IncomingChatThread announcement, @Nullable ChatState state) {
        Push push = announcement.getPush();
        ChatState after = announced(announcement.getChat(), push, state);
        for (Event event : justSaid(announcement)) {
            after = spoke(event.getAuthorId(), push, after);
        }
        return after;
    }

    /** The same thread may be announced again, with what was said long ago. */
    private static List<Event> justSaid(IncomingChatThread announcement) {
        Chat chat = announcement.getChat();
        org.chatbridge.avro.Thread thread = chat == null ? null : chat.getThread();
        List<Event> events = thread == null || thread.getEvents() == null ? List.of() : thread.getEvents();
        Instant since =
                announcement.getPush().getReceivedAt().minus(PEEK_COUNTS_FOR).minus(CLOCKS_DIFFER);
        return events.stream()
                .filter(event ->
                        event.getTimestamp() != null && !event.getTimestamp().isBefore(since))
                .toList();
    }

    /** The chat after a snapshot of it. */
    static @Nullable ChatState learned(Snapshot snapshot, @Nullable ChatState state) {
        return snapshot.getEntity().equals(ThreadsFold.CHAT)
                ? announced(snapshot.getChat(), snapshot.getPush(), state)
                : state;
    }

    private static @Nullable ChatState announced(@Nullable Chat chat, Push push, @Nullable ChatState state) {
        if (chat == null) {
            return state;
        }
        Stamp at = Stamps.of(push);
        org.chatbridge.avro.Thread thread = chat.getThread();
        return after(state, push, facts -> {
            if (thread != null && thread.getId() != null) {
                facts.thread = ThreadFold.announced(facts.thread, thread, push);
            }
            facts.users = UserFold.listed(facts.users, at, chat.getUsers());
            facts.scopes =
                    ScopeFold.announced(facts.scopes, at, chat.getScopes(), thread == null ? null : thread.getScopes());
            facts.properties = PropertyFold.merged(facts.properties, null, chat.getProperties(), at);
        });
    }

    static ChatState closed(ThreadClosed close, @Nullable ChatState state) {
        return after(state, close.getPush(), facts -> facts.thread = ThreadFold.closed(facts.thread, close));
    }

    static ChatState usersUpdated(ChatUsersUpdated push, @Nullable ChatState state) {
        return after(state, push.getPush(), facts -> facts.users = UserFold.changed(facts.users, push));
    }

    static @Nullable ChatState scopesUpdated(ChatScopesUpdated push, @Nullable ChatState state) {
        if (ScopeFold.isOfThread(push)) {
            return state;
        }
        return after(state, push.getPush(), facts -> facts.scopes = ScopeFold.updated(facts.scopes, push));
    }

    static ChatState propertiesUpdated(ChatPropertiesUpdated push, @Nullable ChatState state) {
        Stamp at = Stamps.of(push.getPush());
        return after(state, push.getPush(), facts -> {
            facts.properties = PropertyFold.merged(facts.properties, null, push.getProperties(), at);
            facts.properties = PropertyFold.without(facts.properties, null, push.getDeletedProperties(), at);
        });
    }

    static ChatState seen(LastSeenTimestampUpdated push, @Nullable ChatState state) {
        return after(
                state,
                push.getPush(),
                facts -> facts.users = UserFold.seen(facts.users, push.getUserId(), push.getTimestamp()));
    }

    static ChatState marked(EventMarkedAsSeen push, @Nullable ChatState state) {
        return after(state, push.getPush(), facts -> facts.seen = SeenMarks.marked(facts.seen, push));
    }

    /** What an author has typed before is sent with the event. */
    static @Nullable ChatState happened(IncomingEvent push, @Nullable ChatState state) {
        return spoke(push.getEvent() == null ? null : push.getEvent().getAuthorId(), push.getPush(), state);
    }

    private static @Nullable ChatState spoke(@Nullable String author, Push push, @Nullable ChatState state) {
        if (author == null) {
            return state;
        }
        Stamp at = Stamps.of(push);
        return after(state, push, facts -> {
            List<Spoke> spoke = new ArrayList<>(facts.spoke);
            if (spoke.stream().noneMatch(one -> one.getAuthorId().equals(author) && !Stamps.isAfter(at, one.getAt()))) {
                spoke.removeIf(one -> one.getAuthorId().equals(author));
                spoke.add(new Spoke(author, at, push.getReceivedAt()));
                spoke.sort(Comparator.comparing(Spoke::getAuthorId));
            }
            facts.spoke = spoke;
        });
    }

    static @Nullable ChatState typing(IncomingTypingIndicator push, @Nullable ChatState state) {
        TypingIndicator indicator = push.getTypingIndicator();
        if (indicator == null || indicator.getAuthorId() == null) {
            return state;
        }
        Stamp at = Stamps.of(push.getPush());
        return after(state, push.getPush(), facts -> {
            List<TypingFact> typing = new ArrayList<>(facts.typing);
            if (typing.stream()
                    .noneMatch(one ->
                            one.getAuthorId().equals(indicator.getAuthorId()) && !Stamps.isAfter(at, one.getAt()))) {
                typing.removeIf(one -> one.getAuthorId().equals(indicator.getAuthorId()));
                typing.add(new TypingFact(
                        indicator.getAuthorId(),
                        indicator.getRecipients(),
                        !Boolean.FALSE.equals(indicator.getIsTyping()),
                        at,
                        push.getPush().getReceivedAt()));
                typing.sort(BY_AUTHOR);
            }
            facts.typing = typing;
        });
    }

    static @Nullable ChatState peeked(IncomingSneakPeek push, @Nullable ChatState state) {
        SneakPeek peek = push.getSneakPeek();
        if (peek == null) {
            return state;
        }
        Stamp at = Stamps.of(push.getPush());
        return after(state, push.getPush(), facts -> {
            if (facts.peek == null || Stamps.isAfter(at, facts.peek.getAt())) {
                facts.peek = new PeekFact(
                        peek.getAuthorId(),
                        peek.getText(),
                        peek.getRecipients(),
                        at,
                        push.getPush().getReceivedAt());
            }
        });
    }

    static ChatState resynced(ChatState state, Resyncs resyncs) {
        ThreadFacts thread = ThreadFold.resynced(state.getThread(), resyncs);
        return thread.equals(state.getThread()) ? state : changed(state, facts -> facts.thread = thread);
    }

    /** The chat, without what counts no more. */
    static ChatState aged(ChatState state, Instant now) {
        return changed(state, facts -> {
            facts.typing = facts.typing.stream()
                    .filter(one -> one.getReceivedAt().plus(TYPING_COUNTS_FOR).isAfter(now))
                    .toList();
            if (facts.peek != null
                    && !facts.peek.getReceivedAt().plus(PEEK_COUNTS_FOR).isAfter(now)) {
                facts.peek = null;
            }
            // By the clocks of two bridges somebody may have spoken before what was typed earlier.
            String typed = facts.peek == null ? null : facts.peek.getAuthorId();
            facts.spoke = facts.spoke.stream()
                    .filter(one -> one.getReceivedAt().plus(PEEK_COUNTS_FOR).isAfter(now)
                            || one.getAuthorId().equals(typed))
                    .toList();
        });
    }

    /** What is typed and not sent; null where nothing is. */
    static @Nullable PeekFact peek(ChatState state) {
        PeekFact peek = state.getPeek();
        boolean sent = peek != null
                && state.getSpoke().stream()
                        .anyMatch(one -> Objects.equals(one.getAuthorId(), peek.getAuthorId())
                                && Stamps.isAfter(one.getAt(), peek.getAt()));
        return peek == null || sent || peek.getText() == null || peek.getText().isEmpty() ? null : peek;
    }

    private static ChatState after(@Nullable ChatState state, Push push, Consumer<ChatDraft> told) {
        ChatDraft facts = new ChatDraft(state, push);
        told.accept(facts);
        return facts.state();
    }

    private static ChatState changed(ChatState state, Consumer<ChatDraft> change) {
        ChatDraft facts = new ChatDraft(state);
        change.accept(facts);
        return facts.state();
    }
}
