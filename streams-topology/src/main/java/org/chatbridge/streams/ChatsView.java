package org.chatbridge.streams;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.chatbridge.avro.ChatPropertiesUpdated;
import org.chatbridge.avro.ChatScopesUpdated;
import org.chatbridge.avro.ChatUsersUpdated;
import org.chatbridge.avro.EventMarkedAsSeen;
import org.chatbridge.avro.IncomingChatThread;
import org.chatbridge.avro.IncomingEvent;
import org.chatbridge.avro.IncomingSneakPeek;
import org.chatbridge.avro.IncomingTypingIndicator;
import org.chatbridge.avro.LastSeenTimestampUpdated;
import org.chatbridge.avro.Snapshot;
import org.chatbridge.avro.ThreadClosed;
import org.chatbridge.avro.view.ChatRow;
import org.chatbridge.avro.view.OpenThreadOfChat;
import org.chatbridge.avro.view.Peek;
import org.chatbridge.avro.view.SeenEvent;
import org.chatbridge.avro.view.Typing;
import org.chatbridge.avro.view.UserOfChat;
import org.chatbridge.schema.Action;
import org.chatbridge.schema.OwnRecord;
import org.chatbridge.schema.ViewTopic;
import org.chatbridge.streams.state.ChatState;
import org.chatbridge.streams.state.KnownUser;
import org.chatbridge.streams.state.PeekFact;
import org.chatbridge.streams.state.Run;
import org.chatbridge.streams.state.Spoke;
import org.chatbridge.streams.state.TypingFact;
import org.chatbridge.streams.state.UserChange;
import org.jspecify.annotations.Nullable;

/** Every chat, by chat id: who is in it, who may see it, its properties, and what goes on in it now. */
final class ChatsView implements View<ChatState, ChatRow> {
    /** Of the bridge and of the views, at the most where anybody keeps them right. */
    private final Ended ended;

    /** @param endedKeptFor how long a chat is remembered after the last that was told of it, if it has no open thread */
    ChatsView(Duration endedKeptFor) {
        this.ended = new Ended(endedKeptFor);
    }

    @Override
    public ViewTopic topic() {
        return ViewTopic.CHATS;
    }

    @Override
    public Schema stateSchema() {
        return ChatState.getClassSchema();
    }

    @Override
    public List<Fact<?, ChatState>> facts() {
        return List.of(
                Fact.of(Action.INCOMING_CHAT_THREAD, IncomingChatThread.class, ChatsFold::announced),
                Fact.of(Action.THREAD_CLOSED, ThreadClosed.class, ChatsFold::closed),
                Fact.of(Action.INCOMING_EVENT, IncomingEvent.class, ChatsFold::happened),
                Fact.of(Action.CHAT_USERS_UPDATED, ChatUsersUpdated.class, ChatsFold::usersUpdated),
                Fact.of(Action.CHAT_SCOPES_UPDATED, ChatScopesUpdated.class, ChatsFold::scopesUpdated),
                Fact.of(Action.CHAT_PROPERTIES_UPDATED, ChatPropertiesUpdated.class, ChatsFold::propertiesUpdated),
                Fact.of(Action.LAST_SEEN_TIMESTAMP_UPDATED, LastSeenTimestampUpdated.class, ChatsFold::seen),
                Fact.of(Action.EVENT_MARKED_AS_SEEN, EventMarkedAsSeen.class, ChatsFold::marked),
                Fact.of(Action.INCOMING_TYPING_INDICATOR, IncomingTypingIndicator.class, ChatsFold::typing),
                Fact.of(Action.INCOMING_SNEAK_PEEK, IncomingSneakPeek.class, ChatsFold::peeked),
                Fact.of(OwnRecord.SNAPSHOT, Snapshot.class, ChatsFold::learned));
    }

    @Override
    public Optional<ChatRow> row(String chatId, ChatState state, Instant at) {
        Run run = state.getThread().getRun();
        Map<String, Instant> lastSeen = new TreeMap<>();
        state.getUsers().getKnown().forEach(user -> {
            if (user.getLastSeen() != null) {
                lastSeen.put(user.getId(), user.getLastSeen());
            }
        });
        return Optional.of(new ChatRow(
                chatId,
                ChatUsers.of(state.getUsers()).all().stream()
                        .map(user -> user(user, state))
                        .toList(),
                ScopeFold.row(state.getScopes()),
                PropertyFold.row(state.getProperties(), any -> true),
                run != null && ThreadFold.isOpen(state.getThread())
                        ? new OpenThreadOfChat(run.getValue(), ThreadFold.openedAt(run))
                        : null,
                lastSeen,
                state.getSeen().stream()
                        .map(mark -> new SeenEvent(mark.getEventId(), mark.getUserId()))
                        .toList(),
                state.getTyping().stream()
                        .filter(TypingFact::getTyping)
                        .map(one -> new Typing(one.getAuthorId(), one.getRecipients(), one.getReceivedAt()))
                        .toList(),
                peek(ChatsFold.peek(state))));
    }

    /**
     * Without what is long over: only where a partition is folded it is taken out of what is kept. Not to the second, for the
     * clocks of the bridge and of the views may differ.
     */
    @Override
    public ChatRow at(ChatRow row, Instant made, Instant moment) {
        Instant typedSince = moment.minus(ChatsFold.TYPING_COUNTS_FOR).minus(ChatsFold.CLOCKS_DIFFER);
        Peek peek = row.getSneakPeek();
        boolean peekIsOver = peek != null
                && peek.getTimestamp()
                        .isBefore(moment.minus(ChatsFold.PEEK_COUNTS_FOR).minus(ChatsFold.CLOCKS_DIFFER));
        List<Typing> typing = row.getTyping().stream()
                .filter(one -> !one.getTimestamp().isBefore(typedSince))
                .toList();
        if (!peekIsOver && typing.size() == row.getTyping().size()) {
            return row;
        }
        return new ChatRow(
                row.getChatId(),
                row.getUsers(),
                row.getScopes(),
                row.getProperties(),
                row.getOpenThread(),
                row.getLastSeen(),
                row.getSeenEvents(),
                typing,
                peekIsOver ? null : peek);
    }

    private static UserOfChat user(UserChange user, ChatState state) {
        Optional<KnownUser> known = KnownUsers.find(state.getUsers().getKnown(), user.getId());
        return new UserOfChat(
                user.getId(),
                user.getKind().isEmpty() ? null : user.getKind(),
                user.getPresent(),
                known.map(KnownUser::getName).orElse(null),
                known.map(KnownUser::getEmail).orElse(null),
                known.map(KnownUser::getAvatar).orElse(null),
                known.map(KnownUser::getLastSeen).orElse(null));
    }

    private static @Nullable Peek peek(@Nullable PeekFact peek) {
        return peek == null
                ? null
                : new Peek(peek.getAuthorId(), peek.getText(), peek.getRecipients(), peek.getReceivedAt());
    }

    @Override
    public ChatState resynced(ChatState state, Resyncs resyncs) {
        return ChatsFold.resynced(state, resyncs);
    }

    @Override
    public Optional<Instant> due(ChatState state) {
        PeekFact peek = state.getPeek();
        return Stream.of(
                        ended.due(state.getThread(), state.getNewest()).stream(),
                        state.getTyping().stream()
                                .map(one -> one.getReceivedAt().plus(ChatsFold.TYPING_COUNTS_FOR)),
                        state.getSpoke().stream()
                                .filter(one ->
                                        peek == null || !one.getAuthorId().equals(peek.getAuthorId()))
                                .map(Spoke::getReceivedAt)
                                .map(at -> at.plus(ChatsFold.PEEK_COUNTS_FOR)),
                        Stream.ofNullable(peek).map(one -> one.getReceivedAt().plus(ChatsFold.PEEK_COUNTS_FOR)))
                .flatMap(times -> times)
                .min(Instant::compareTo);
    }

    @Override
    public @Nullable ChatState aged(ChatState state, Instant now, boolean touched) {
        return ended.isOver(state.getThread(), state.getNewest(), now, touched) ? null : ChatsFold.aged(state, now);
    }

    @Override
    public Duration untouched() {
        return ended.untouched(View.super.untouched());
    }
}
