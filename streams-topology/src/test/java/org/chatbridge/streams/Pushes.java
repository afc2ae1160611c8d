package org.chatbridge.streams;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.chatbridge.avro.AgentDisconnected;
import org.chatbridge.avro.AgentUpdated;
import org.chatbridge.avro.Chat;
import org.chatbridge.avro.ChatUsersUpdated;
import org.chatbridge.avro.Event;
import org.chatbridge.avro.Gap;
import org.chatbridge.avro.GapResync;
import org.chatbridge.avro.IncomingChatThread;
import org.chatbridge.avro.IncomingEvent;
import org.chatbridge.avro.Push;
import org.chatbridge.avro.Scopes;
import org.chatbridge.avro.Snapshot;
import org.chatbridge.avro.Thread;
import org.chatbridge.avro.ThreadClosed;
import org.chatbridge.avro.UpdatedUsers;
import org.chatbridge.avro.User;
import org.chatbridge.avro.UsersOfKind;
import org.chatbridge.streams.state.InChat;
import org.chatbridge.streams.state.Stamp;
import org.jspecify.annotations.Nullable;

/** Records as the bridge writes them, for tests; times follow from the sequence. */
final class Pushes {
    static final String CHAT = "PJ0MRSHTDG";
    static final Instant START = Instant.parse("2026-11-22T10:00:00Z");

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
                        .setScopes(groups == null ? null : new Scopes(groups.isEmpty() ? null : groups, null, Map.of()))
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

    /** As it is asked for after the push of this sequence. */
    static Push resync(String connection, long sequence) {
        Push push = push(connection, sequence, "get_chat_threads");
        push.put("origin", "resync");
        return push;
    }

    /** A snapshot of the chat as an announcement would have it. */
    static Snapshot snapshot(Push push, Thread thread, @Nullable List<User> users, @Nullable List<Long> groups) {
        return Snapshot.newBuilder()
                .setPush(push)
                .setEntity("chat")
                .setId(CHAT)
                .setChat(announcement(push, thread, users, groups).getChat())
                .build();
    }

    static Snapshot snapshot(Push push, String agentId, @Nullable String status) {
        return Snapshot.newBuilder()
                .setPush(push)
                .setEntity("agent")
                .setId(agentId)
                .setAgent(User.newBuilder()
                        .setId(agentId)
                        .setRoutingStatus(status)
                        .build())
                .build();
    }

    /** As the view of threads tells of a user; name and address by the same push. */
    static InChat inChat(String chatId, String userId, String kind, boolean in, Stamp at, @Nullable String name) {
        return InChat.newBuilder()
                .setUserId(userId)
                .setKind(kind)
                .setChatId(chatId)
                .setIn(in)
                .setAt(at)
                .setName(name)
                .setEmail(name == null ? null : name + "@example.com")
                .setSeenAt(name == null ? null : at)
                .build();
    }

    /** The word that all that LiveChat told in a connection is written, received a minute after the other times. */
    static Snapshot resynced(String connection) {
        Push push = resync(connection, 0);
        push.put("received_at", receivedAt(60));
        return Snapshot.newBuilder()
                .setPush(push)
                .setEntity("resync")
                .setId(connection)
                .setPartition(0L)
                .build();
    }

    /** A gap that is open. */
    static Gap gap(String connection, String cause) {
        Push push = push(connection, 7, "gap");
        push.put("origin", "bridge");
        return Gap.newBuilder()
                .setPush(push)
                .setConnectionId(connection)
                .setOpenedAt(receivedAt(30))
                .setCause(cause)
                .setRetrying(!cause.equals("shutdown"))
                .setLastSequence(7)
                .setLastPushAt(receivedAt(7))
                .build();
    }

    static Gap closed(Gap gap) {
        return with(with(gap, "closed_at", receivedAt(40)), "next_connection_id", gap.getConnectionId() + "-next");
    }

    static Gap resynced(Gap gap, List<String> unknown) {
        GapResync resync = GapResync.newBuilder()
                .setCompletedAt(receivedAt(45))
                .setChats(3)
                .setOpenThreads(2)
                .setAgents(4)
                .setUnknown(unknown)
                .build();
        return with(with(gap, "first_push_at", receivedAt(41)), "resync", resync);
    }

    /** A copy that differs in one field; Avro's own builders cannot copy an instant that may be null. */
    static Gap with(Gap gap, String field, Object value) {
        Gap copy = new Gap();
        gap.getSchema().getFields().forEach(each -> copy.put(each.pos(), gap.get(each.pos())));
        copy.put(field, value);
        return copy;
    }
}
