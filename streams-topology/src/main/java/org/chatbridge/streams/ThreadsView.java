package org.chatbridge.streams;

import java.util.List;
import org.apache.avro.Schema;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Named;
import org.chatbridge.avro.ChatUsersUpdated;
import org.chatbridge.avro.IncomingChatThread;
import org.chatbridge.avro.IncomingEvent;
import org.chatbridge.avro.ThreadClosed;
import org.chatbridge.schema.Action;
import org.chatbridge.streams.state.ChatThreads;

/** The thread of every chat, by chat id; {@link OpenThread} says which are open. */
final class ThreadsView implements View {
    static final String NAME = "threads";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<Action> sources() {
        return List.of(
                Action.INCOMING_CHAT_THREAD, Action.THREAD_CLOSED, Action.INCOMING_EVENT, Action.CHAT_USERS_UPDATED);
    }

    @Override
    public Schema stateSchema() {
        return ChatThreads.getClassSchema();
    }

    @Override
    public void addTo(StreamsBuilder builder, Sources sources) {
        sources.<IncomingChatThread>grouped(builder, NAME, Action.INCOMING_CHAT_THREAD, IncomingChatThread::getPush)
                .<ChatThreads>cogroup((chatId, push, chat) -> ThreadsFold.announced(push, chat))
                .cogroup(
                        sources.<ThreadClosed>grouped(builder, NAME, Action.THREAD_CLOSED, ThreadClosed::getPush),
                        (chatId, push, chat) -> ThreadsFold.closed(push, chat))
                .cogroup(
                        sources.<IncomingEvent>grouped(builder, NAME, Action.INCOMING_EVENT, IncomingEvent::getPush),
                        (chatId, push, chat) -> ThreadsFold.happened(push, chat))
                .cogroup(
                        sources.<ChatUsersUpdated>grouped(
                                builder, NAME, Action.CHAT_USERS_UPDATED, ChatUsersUpdated::getPush),
                        (chatId, push, chat) -> ThreadsFold.usersUpdated(push, chat))
                .aggregate(ThreadsFold::nothing, Named.as(NAME + "-fold"), sources.<ChatThreads>store(this));
    }
}
