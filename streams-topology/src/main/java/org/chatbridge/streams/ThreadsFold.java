package org.chatbridge.streams;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.chatbridge.avro.Chat;
import org.chatbridge.avro.ChatUsersUpdated;
import org.chatbridge.avro.Event;
import org.chatbridge.avro.IncomingChatThread;
import org.chatbridge.avro.IncomingEvent;
import org.chatbridge.avro.Scopes;
import org.chatbridge.avro.Thread;
import org.chatbridge.avro.ThreadClosed;
import org.chatbridge.streams.state.ChatThreads;
import org.chatbridge.streams.state.Stamp;
import org.jspecify.annotations.Nullable;

/**
 * Folds the pushes about one chat into its open thread (PROTOCOL 2.1, 2.2, 2.3, 2.10).
 *
 * <p>Kafka keeps the order of pushes within a topic, not between topics. So each function adds facts and forgets those
 * that can never matter again: the state is the same in whatever order the topics are read, and however often a push
 * comes. What counts is the stamp of a push, not its arrival:
 *
 * <ul>
 *   <li>the thread of the chat is the one announced last; an announcement after a close opens it again;
 *   <li>a close counts if it came after the last announcement, and names that thread or none;
 *   <li>users are those that an announcement lists, and who came or left since;
 *   <li>an event without a thread belongs to the thread that was announced last before it.
 * </ul>
 *
 * <p>What is older than the last announcement of another thread is forgotten, so that a chat of many threads takes no
 * more room than one of a single thread.
 */
final class ThreadsFold {
    private ThreadsFold() {}

    /** A chat of which nothing is known. */
    static ChatThreads nothing() {
        return new ChatThreads(null, null, List.of(), null, List.of(), List.of(), null, List.of(), List.of());
    }

    /** The state after a thread was announced; an announcement that names no thread changes nothing. */
    static ChatThreads announced(IncomingChatThread announcement, ChatThreads state) {
        Chat chat = announcement.getChat();
        Thread thread = chat == null ? null : chat.getThread();
        if (chat == null || thread == null || thread.getId() == null) {
            return state;
        }
        Stamp at = Stamps.of(announcement.getPush());
        ChatFacts facts = new ChatFacts(state);
        facts.announced(thread, at, announcement.getPush().getReceivedAt());
        if (chat.getUsers() != null) {
            facts.usersListed(at, ChatUsers.listed(chat.getUsers()));
        }
        if (names(chat.getScopes()) || names(thread.getScopes())) {
            facts.groupsListed(at, groups(chat.getScopes(), thread.getScopes()));
        }
        List<Event> events = thread.getEvents() == null ? List.of() : thread.getEvents();
        facts.happened(EventCandidates.of(thread.getId(), at, events));
        return facts.pruned();
    }

    /** The state after a thread was closed. */
    static ChatThreads closed(ThreadClosed close, ChatThreads state) {
        ChatFacts facts = new ChatFacts(state);
        facts.closed(close.getThreadId(), Stamps.of(close.getPush()));
        return facts.pruned();
    }

    /** The state after an event. */
    static ChatThreads happened(IncomingEvent push, ChatThreads state) {
        if (push.getEvent() == null) {
            return state;
        }
        ChatFacts facts = new ChatFacts(state);
        facts.happened(EventCandidates.of(push.getThreadId(), Stamps.of(push.getPush()), List.of(push.getEvent())));
        return facts.pruned();
    }

    /** The state after users came or left. */
    static ChatThreads usersUpdated(ChatUsersUpdated push, ChatThreads state) {
        ChatFacts facts = new ChatFacts(state);
        facts.usersChanged(UserChanges.of(push));
        return facts.pruned();
    }

    private static boolean names(@Nullable Scopes scopes) {
        return scopes != null && scopes.getGroups() != null;
    }

    private static List<Long> groups(@Nullable Scopes... scopes) {
        return Stream.of(scopes)
                .filter(Objects::nonNull)
                .map(Scopes::getGroups)
                .filter(Objects::nonNull)
                .flatMap(List::stream)
                .distinct()
                .sorted()
                .toList();
    }
}
