package org.chatbridge.streams;

import java.util.List;
import org.apache.avro.Schema;
import org.chatbridge.avro.ChatUsersUpdated;
import org.chatbridge.avro.IncomingChatThread;
import org.chatbridge.avro.IncomingEvent;
import org.chatbridge.avro.Snapshot;
import org.chatbridge.avro.ThreadClosed;
import org.chatbridge.schema.Action;
import org.chatbridge.schema.OwnRecord;
import org.chatbridge.streams.state.ChatThreads;

/** The thread of every chat, by chat id; {@link OpenThread} says which are open. */
final class ThreadsView implements View<ChatThreads> {
    static final String NAME = "threads";

    @Override
    public String name() {
        return NAME;
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
    public ChatThreads resynced(ChatThreads state, Resyncs resyncs) {
        return ThreadsFold.resynced(state, resyncs);
    }
}
