package org.chatbridge.streams;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.chatbridge.avro.AgentDisconnected;
import org.chatbridge.avro.AgentUpdated;
import org.chatbridge.avro.Chat;
import org.chatbridge.avro.ChatUsersUpdated;
import org.chatbridge.avro.Event;
import org.chatbridge.avro.IncomingChatThread;
import org.chatbridge.avro.IncomingEvent;
import org.chatbridge.avro.Push;
import org.chatbridge.avro.Scopes;
import org.chatbridge.avro.Thread;
import org.chatbridge.avro.ThreadClosed;
import org.chatbridge.avro.UpdatedUsers;
import org.chatbridge.avro.User;
import org.chatbridge.avro.UsersOfKind;
import org.jspecify.annotations.Nullable;

/** Records as the bridge writes them, for tests; times follow from the sequence. */
final class Pushes {
    static final String CHAT = "PJ0MRSHTDG";
    private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");

    private Pushes() {}

    static Instant receivedAt(long sequence) {
        return START.plusSeconds(sequence);
    }

    static Push push(String connection, long sequence, String action) {
        return Push.newBuilder()
                .setReceivedAt(receivedAt(sequence))
                .setConnectionId(connection)
                .setSequence(sequence)
                .setOrigin("live")
                .setApiVersion("0.2")
                .setAction(action)
                .build();
    }

    static AgentUpdated agent(String id, @Nullable String status, Push push) {
        return AgentUpdated.newBuilder()
                .setPush(push)
                .setAgentId(id)
                .setRoutingStatus(status)
                .build();
    }

    static AgentDisconnected disconnected(Push push) {
        return AgentDisconnected.newBuilder()
                .setPush(push)
                .setReason("internal_error")
                .build();
    }

    static Thread thread(String id, @Nullable Instant timestamp, boolean active, List<Event> events) {
        return Thread.newBuilder()
                .setId(id)
                .setTimestamp(timestamp)
                .setActive(active)
                .setEvents(events)
                .build();
    }

    static IncomingChatThread announcement(
            Push push, Thread thread, @Nullable List<User> users, @Nullable List<Long> groups) {
        return IncomingChatThread.newBuilder()
                .setPush(push)
                .setChat(Chat.newBuilder()
                        .setId(CHAT)
                        .setThread(thread)
                        .setUsers(users)
                        .setScopes(groups == null ? null : new Scopes(groups, null, Map.of()))
                        .build())
                .build();
    }

    static ThreadClosed close(Push push, @Nullable String threadId) {
        return ThreadClosed.newBuilder()
                .setPush(push)
                .setChatId(CHAT)
                .setThreadId(threadId)
                .build();
    }

    static Event event(String id, @Nullable Long order) {
        return Event.newBuilder()
                .setId(id)
                .setOrder(order)
                .setType("message")
                .setAuthorId("customer-1")
                .setText("text of " + id)
                .setTimestamp(START)
                .setRecipients("all")
                .build();
    }

    static IncomingEvent incoming(Push push, @Nullable String threadId, Event event) {
        return IncomingEvent.newBuilder()
                .setPush(push)
                .setChatId(CHAT)
                .setThreadId(threadId)
                .setEvent(event)
                .build();
    }

    static User user(@Nullable String kind, String id, @Nullable Boolean present) {
        return User.newBuilder().setId(id).setType(kind).setPresent(present).build();
    }

    /** The form by kind, of agents only. */
    static ChatUsersUpdated agents(Push push, List<User> added, List<String> removed) {
        return ofKinds(push, null, new UsersOfKind(added, removed, Map.of()), null);
    }

    static ChatUsersUpdated ofKinds(
            Push push,
            @Nullable UsersOfKind customers,
            @Nullable UsersOfKind agents,
            @Nullable UsersOfKind supervisors) {
        return ChatUsersUpdated.newBuilder()
                .setPush(push)
                .setChatId(CHAT)
                .setUpdatedUsers(new UpdatedUsers(customers, agents, supervisors, null, null, Map.of()))
                .build();
    }

    static ChatUsersUpdated flat(Push push, List<User> added, List<String> removed) {
        return ChatUsersUpdated.newBuilder()
                .setPush(push)
                .setChatId(CHAT)
                .setUpdatedUsers(new UpdatedUsers(null, null, null, added, removed, Map.of()))
                .build();
    }

    static ChatUsersUpdated oneCame(Push push, User user, @Nullable String kind) {
        return ChatUsersUpdated.newBuilder()
                .setPush(push)
                .setChatId(CHAT)
                .setUser(user)
                .setUserType(kind)
                .build();
    }

    static ChatUsersUpdated oneLeft(Push push, String id, @Nullable String kind) {
        return ChatUsersUpdated.newBuilder()
                .setPush(push)
                .setChatId(CHAT)
                .setUserId(id)
                .setUserType(kind)
                .build();
    }
}
