package org.chatbridge.streams;

import java.util.List;
import org.chatbridge.avro.Chat;
import org.chatbridge.avro.ChatScopesUpdated;
import org.chatbridge.avro.ChatThreadPropertiesUpdated;
import org.chatbridge.avro.ChatUsersUpdated;
import org.chatbridge.avro.Event;
import org.chatbridge.avro.EventMarkedAsSeen;
import org.chatbridge.avro.IncomingChatThread;
import org.chatbridge.avro.IncomingEvent;
import org.chatbridge.avro.LastSeenTimestampUpdated;
import org.chatbridge.avro.Push;
import org.chatbridge.avro.Snapshot;
import org.chatbridge.avro.Thread;
import org.chatbridge.avro.ThreadClosed;
import org.chatbridge.streams.state.ChatThreads;
import org.chatbridge.streams.state.Stamp;
import org.chatbridge.streams.state.ThreadFacts;
import org.jspecify.annotations.Nullable;

/**
 * Folds what is told of one chat into its last thread (PROTOCOL 2.1 to 2.3, 2.5, 2.10, 2.11, 2.16, 2.17).
 *
 * <p>Kafka keeps the order of pushes within a topic, not between topics. So each function adds facts and forgets those
 * that can never matter again: the state is the same in whatever order the topics are read, and however often a push
 * comes. What counts is the stamp of a push, not its arrival.
 *
 * <p>What is older than the last announcement of another thread is forgotten, so that a chat of many threads takes no
 * more room than one of a single thread.
 */
final class ThreadsFold {
    static final String CHAT = "chat";

    private ThreadsFold() {}

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
        ChatFacts facts = new ChatFacts(state, push);
        facts.thread = ThreadFold.announced(facts.thread, thread, push);
        facts.users = UserFold.listed(facts.users, Stamps.of(push), chat.getUsers());
        facts.scopes = ScopeFold.announced(facts.scopes, Stamps.of(push), chat.getScopes(), thread.getScopes());
        facts.properties =
                PropertyFold.merged(facts.properties, thread.getId(), thread.getProperties(), Stamps.of(push));
        List<Event> events = thread.getEvents() == null ? List.of() : thread.getEvents();
        facts.events.addAll(EventCandidates.of(thread.getId(), Stamps.of(push), events));
        facts.messages.addAll(Messages.of(thread.getId(), push, events));
        return facts.pruned();
    }

    /** The state after a thread was closed. */
    static ChatThreads closed(ThreadClosed close, @Nullable ChatThreads state) {
        ChatFacts facts = new ChatFacts(state, close.getPush());
        facts.thread = ThreadFold.closed(facts.thread, close);
        return facts.pruned();
    }

    /** The state after an event. */
    static @Nullable ChatThreads happened(IncomingEvent push, @Nullable ChatThreads state) {
        if (push.getEvent() == null) {
            return state;
        }
        ChatFacts facts = new ChatFacts(state, push.getPush());
        List<Event> events = List.of(push.getEvent());
        facts.events.addAll(EventCandidates.of(push.getThreadId(), Stamps.of(push.getPush()), events));
        facts.messages.addAll(Messages.of(push.getThreadId(), push.getPush(), events));
        return facts.pruned();
    }

    /** The state after users came or left. */
    static ChatThreads usersUpdated(ChatUsersUpdated push, @Nullable ChatThreads state) {
        ChatFacts facts = new ChatFacts(state, push.getPush());
        facts.users = UserFold.changed(facts.users, push);
        return facts.pruned();
    }

    /** The state after it changed who may see the chat; of a thread alone it changes nothing. */
    static @Nullable ChatThreads scopesUpdated(ChatScopesUpdated push, @Nullable ChatThreads state) {
        if (ScopeFold.isOfThread(push)) {
            return state;
        }
        ChatFacts facts = new ChatFacts(state, push.getPush());
        facts.scopes = ScopeFold.updated(facts.scopes, push);
        return facts.pruned();
    }

    /** The state after properties of the thread changed. */
    static ChatThreads propertiesUpdated(ChatThreadPropertiesUpdated push, @Nullable ChatThreads state) {
        ChatFacts facts = new ChatFacts(state, push.getPush());
        Stamp at = Stamps.of(push.getPush());
        facts.properties = PropertyFold.merged(facts.properties, push.getThreadId(), push.getProperties(), at);
        facts.properties = PropertyFold.without(facts.properties, push.getThreadId(), push.getDeletedProperties(), at);
        return facts.pruned();
    }

    /** The state after a user has seen the chat up to some moment. */
    static ChatThreads seen(LastSeenTimestampUpdated push, @Nullable ChatThreads state) {
        ChatFacts facts = new ChatFacts(state, push.getPush());
        facts.users = UserFold.seen(facts.users, push.getUserId(), push.getTimestamp());
        return facts.pruned();
    }

    /** The state after a user has seen one event. */
    static ChatThreads marked(EventMarkedAsSeen push, @Nullable ChatThreads state) {
        ChatFacts facts = new ChatFacts(state, push.getPush());
        facts.seen = SeenMarks.marked(facts.seen, push);
        return facts.pruned();
    }

    /** The state, where these resyncs are complete. */
    static ChatThreads resynced(ChatThreads state, Resyncs resyncs) {
        ThreadFacts thread = ThreadFold.resynced(state.getThread(), resyncs);
        return thread.equals(state.getThread())
                ? state
                : new ChatThreads(
                        state.getNewest(),
                        thread,
                        state.getUsers(),
                        state.getScopes(),
                        state.getProperties(),
                        state.getEvents(),
                        state.getMessages(),
                        state.getSeen());
    }
}
