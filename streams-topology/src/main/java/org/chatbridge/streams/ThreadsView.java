package org.chatbridge.streams;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.Schema;
import org.chatbridge.avro.ChatScopesUpdated;
import org.chatbridge.avro.ChatThreadPropertiesUpdated;
import org.chatbridge.avro.ChatUsersUpdated;
import org.chatbridge.avro.EventMarkedAsSeen;
import org.chatbridge.avro.IncomingChatThread;
import org.chatbridge.avro.IncomingEvent;
import org.chatbridge.avro.LastSeenTimestampUpdated;
import org.chatbridge.avro.Snapshot;
import org.chatbridge.avro.ThreadClosed;
import org.chatbridge.avro.view.LastEvent;
import org.chatbridge.avro.view.ScopesOfChat;
import org.chatbridge.avro.view.ThreadRow;
import org.chatbridge.schema.Action;
import org.chatbridge.schema.OwnRecord;
import org.chatbridge.schema.ViewTopic;
import org.chatbridge.streams.state.ChatThreads;
import org.chatbridge.streams.state.EventSummary;
import org.chatbridge.streams.state.InChat;
import org.chatbridge.streams.state.KnownUser;
import org.chatbridge.streams.state.Run;
import org.chatbridge.streams.state.ThreadClose;
import org.jspecify.annotations.Nullable;

/** The last thread of every chat, by chat id: the open one, or for a while the one that was closed last. */
final class ThreadsView implements View<ChatThreads, ThreadRow> {
    static final String OPEN = "open";
    static final String CLOSED = "closed";

    private final Ended ended;

    /** @param endedKeptFor how long a chat is remembered after the last that was told of it, if its thread is not open */
    ThreadsView(Duration endedKeptFor) {
        this.ended = new Ended(endedKeptFor);
    }

    @Override
    public ViewTopic topic() {
        return ViewTopic.THREADS;
    }

    @Override
    public boolean keepsHistory() {
        return true;
    }

    @Override
    public Schema stateSchema() {
        return ChatThreads.getClassSchema();
    }

    @Override
    public List<Fact<?, ChatThreads>> facts() {
        return List.of(
                Fact.of(Action.INCOMING_CHAT_THREAD, IncomingChatThread.class, ThreadsFold::announced),
                Fact.of(Action.THREAD_CLOSED, ThreadClosed.class, ThreadsFold::closed),
                Fact.of(Action.INCOMING_EVENT, IncomingEvent.class, ThreadsFold::happened),
                Fact.of(Action.CHAT_USERS_UPDATED, ChatUsersUpdated.class, ThreadsFold::usersUpdated),
                Fact.of(Action.CHAT_SCOPES_UPDATED, ChatScopesUpdated.class, ThreadsFold::scopesUpdated),
                Fact.of(
                        Action.CHAT_THREAD_PROPERTIES_UPDATED,
                        ChatThreadPropertiesUpdated.class,
                        ThreadsFold::propertiesUpdated),
                Fact.of(Action.LAST_SEEN_TIMESTAMP_UPDATED, LastSeenTimestampUpdated.class, ThreadsFold::seen),
                Fact.of(Action.EVENT_MARKED_AS_SEEN, EventMarkedAsSeen.class, ThreadsFold::marked),
                Fact.of(OwnRecord.SNAPSHOT, Snapshot.class, ThreadsFold::learned));
    }

    @Override
    public Optional<ThreadRow> row(String chatId, ChatThreads state, Instant at) {
        Run run = state.getThread().getRun();
        return run == null || ThreadFold.isHearsay(state.getThread())
                ? Optional.empty()
                : Optional.of(row(chatId, state, run));
    }

    private static ThreadRow row(String chatId, ChatThreads state, Run run) {
        boolean open = ThreadFold.isOpen(state.getThread());
        List<KnownUser> known = state.getUsers().getKnown();
        Messages.Waiting waiting = Messages.waiting(state.getMessages(), run, known, state.getSeen());
        ChatUsers users = ChatUsers.of(state.getUsers());
        String listed = users.customerId();
        String customerId = listed == null ? KnownUsers.customerId(known) : listed;
        ScopesOfChat scopes = ScopeFold.row(state.getScopes());
        return new ThreadRow(
                chatId,
                run.getValue(),
                open ? OPEN : CLOSED,
                ThreadFold.openedAt(run),
                open ? null : ThreadFold.closedAt(state.getThread(), run),
                open
                        ? null
                        : ThreadFold.close(state.getThread())
                                .map(ThreadClose::getUserId)
                                .orElse(null),
                waiting.firstResponseAt(),
                EventCandidates.last(state.getEvents(), run)
                        .map(ThreadsView::event)
                        .orElse(null),
                waiting.unread(),
                open ? waiting.waitingSince() : null,
                users.agentIds(),
                customerId,
                KnownUsers.find(known, customerId).map(KnownUser::getName).orElse(null),
                scopes.getGroups(),
                scopes,
                PropertyFold.row(
                        state.getProperties(), fact -> ThreadFold.counts(fact.getThreadId(), fact.getAt(), run)));
    }

    private static LastEvent event(EventSummary event) {
        return new LastEvent(
                event.getId(),
                event.getType(),
                event.getAuthorId(),
                event.getText(),
                event.getTimestamp(),
                event.getRecipients());
    }

    @Override
    public ChatThreads resynced(ChatThreads state, Resyncs resyncs) {
        return ThreadsFold.resynced(state, resyncs);
    }

    @Override
    public Optional<Instant> due(ChatThreads state) {
        return ended.due(state.getThread(), state.getNewest());
    }

    @Override
    public @Nullable ChatThreads aged(ChatThreads state, Instant now, boolean touched) {
        return ended.isOver(state.getThread(), state.getNewest(), now, touched) ? null : state;
    }

    @Override
    public Duration untouched() {
        return ended.untouched(View.super.untouched());
    }

    @Override
    public boolean hasTerms() {
        return true;
    }

    /** The agents in the chat. */
    @Override
    public Set<String> terms(ChatThreads state) {
        return Set.copyOf(ChatUsers.of(state.getUsers()).agentIds());
    }

    /** A fact that does not change them leaves them as they are, the very same. */
    @Override
    @SuppressWarnings("ReferenceEquality") // so it is meant
    public boolean sameTerms(ChatThreads before, ChatThreads after) {
        return before.getUsers() == after.getUsers();
    }

    @Override
    public boolean tellsOfPeople() {
        return true;
    }

    /** A fact that does not change them leaves them as they are, the very same. */
    @Override
    @SuppressWarnings("ReferenceEquality") // so it is meant
    public boolean samePeople(ChatThreads before, ChatThreads after) {
        return before.getThread() == after.getThread() && before.getUsers() == after.getUsers();
    }

    @Override
    public List<InChat> people(String chatId, ChatThreads state, boolean kept) {
        boolean open = kept && ThreadFold.isOpen(state.getThread());
        boolean hasRow = kept && state.getThread().getRun() != null && !ThreadFold.isHearsay(state.getThread());
        List<String> agents = ChatUsers.of(state.getUsers()).agentIds();
        return state.getUsers().getKnown().stream()
                .filter(user -> user.getKind() != null)
                .map(user -> new InChat(
                        user.getId(),
                        user.getKind(),
                        chatId,
                        user.getKind().equals(ChatUsers.CUSTOMER) ? hasRow : open && agents.contains(user.getId()),
                        state.getNewest().getAt(),
                        user.getName(),
                        user.getEmail(),
                        user.getNamedAt()))
                .toList();
    }
}
