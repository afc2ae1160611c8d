package org.chatbridge.streams;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.chatbridge.avro.Chat;
import org.chatbridge.avro.ChatUsersUpdated;
import org.chatbridge.avro.Event;
import org.chatbridge.avro.IncomingChatThread;
import org.chatbridge.avro.IncomingEvent;
import org.chatbridge.avro.Push;
import org.chatbridge.avro.Scopes;
import org.chatbridge.avro.Snapshot;
import org.chatbridge.avro.Thread;
import org.chatbridge.avro.ThreadClosed;
import org.chatbridge.streams.state.ChatThreads;
import org.chatbridge.streams.state.Run;
import org.chatbridge.streams.state.Stamp;
import org.jspecify.annotations.Nullable;

/**
 * Folds what is told of one chat into its open thread (PROTOCOL 2.1, 2.2, 2.3, 2.10).
 *
 * <p>Kafka keeps the order of pushes within a topic, not between topics. So each function adds facts and forgets those
 * that can never matter again: the state is the same in whatever order the topics are read, and however often a push
 * comes. What counts is the stamp of a push, not its arrival:
 *
 * <ul>
 *   <li>the thread of the chat is the one announced last; an announcement after a close opens it again; a snapshot is an
 *       announcement too;
 *   <li>a close counts if it came after the last announcement, and names that thread or none;
 *   <li>so does a resync of a later connection, of which nothing was told since;
 *   <li>users are those that an announcement lists, and who came or left since;
 *   <li>an event without a thread belongs to the thread that was announced last before it.
 * </ul>
 *
 * <p>What is older than the last announcement of another thread is forgotten, so that a chat of many threads takes no
 * more room than one of a single thread.
 */
final class ThreadsFold {
    private static final String CHAT = "chat";

    private ThreadsFold() {}

    /** A chat of which nothing is known. */
    static ChatThreads nothing() {
        return new ChatThreads(null, false, List.of(), null, List.of(), List.of(), null, List.of(), List.of());
    }

    /** The state after a thread was announced; an announcement that names no thread changes nothing. */
    static @Nullable ChatThreads announced(IncomingChatThread announcement, @Nullable ChatThreads state) {
        return announced(announcement.getChat(), announcement.getPush(), state);
    }

    /** The state after a snapshot, which announces the chat's last thread, be it open or closed. */
    static @Nullable ChatThreads learned(Snapshot snapshot, @Nullable ChatThreads state) {
        return snapshot.getEntity().equals(CHAT) ? announced(snapshot.getChat(), snapshot.getPush(), state) : state;
    }

    private static @Nullable ChatThreads announced(@Nullable Chat chat, Push push, @Nullable ChatThreads state) {
        Thread thread = chat == null ? null : chat.getThread();
        if (chat == null || thread == null || thread.getId() == null) {
            return state;
        }
        Stamp at = Stamps.of(push);
        ChatFacts facts = facts(state);
        facts.announced(thread, push);
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
    static ChatThreads closed(ThreadClosed close, @Nullable ChatThreads state) {
        ChatFacts facts = facts(state);
        facts.closed(close.getThreadId(), Stamps.of(close.getPush()));
        return facts.pruned();
    }

    /** The state after an event. */
    static @Nullable ChatThreads happened(IncomingEvent push, @Nullable ChatThreads state) {
        if (push.getEvent() == null) {
            return state;
        }
        ChatFacts facts = facts(state);
        facts.happened(EventCandidates.of(push.getThreadId(), Stamps.of(push.getPush()), List.of(push.getEvent())));
        return facts.pruned();
    }

    /** The state after users came or left. */
    static ChatThreads usersUpdated(ChatUsersUpdated push, @Nullable ChatThreads state) {
        ChatFacts facts = facts(state);
        facts.usersChanged(UserChanges.of(push));
        return facts.pruned();
    }

    /** The state, where these resyncs are complete: an open thread that a later one does not know was closed unseen. */
    static ChatThreads resynced(ChatThreads state, Resyncs resyncs) {
        Run thread = state.getThread();
        boolean gone = thread != null
                && OpenThread.isOpen(thread, state.getCloses())
                && resyncs.firstAfter(Runs.last(thread).getUntil()).isPresent();
        return gone == state.getGone() ? state : new ChatFacts(state).pruned(gone);
    }

    private static ChatFacts facts(@Nullable ChatThreads state) {
        return new ChatFacts(state == null ? nothing() : state);
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
