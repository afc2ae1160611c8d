package org.chatbridge.streams;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;
import org.chatbridge.avro.ChatUsersUpdated;
import org.chatbridge.avro.IncomingChatThread;
import org.chatbridge.avro.IncomingEvent;
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
import org.jspecify.annotations.Nullable;

/** The thread of every chat, by chat id; {@link OpenThread} says which are open. */
final class ThreadsView implements View<ChatThreads, ThreadRow> {
    @Override
    public ViewTopic topic() {
        return ViewTopic.THREADS;
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
                Fact.of(OwnRecord.SNAPSHOT, Snapshot.class, ThreadsFold::learned));
    }

    @Override
    public Optional<ThreadRow> row(String chatId, ChatThreads state, Instant at) {
        return OpenThread.of(chatId, state).map(thread -> ThreadRow.newBuilder()
                .setChatId(chatId)
                .setThreadId(thread.threadId())
                .setStatus("open")
                .setOpenedAt(thread.openedAt())
                .setLastEvent(event(thread.lastEvent()))
                .setAgentIds(thread.agentIds())
                .setCustomerId(thread.customerId())
                .setGroupIds(thread.groupIds())
                .setScopes(new ScopesOfChat(thread.groupIds(), List.of()))
                .build());
    }

    private static @Nullable LastEvent event(@Nullable EventSummary event) {
        return event == null
                ? null
                : new LastEvent(
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
    public boolean tellsOfPeople() {
        return true;
    }
}
