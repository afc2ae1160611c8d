package org.chatbridge.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One client's connection: logged in or not, its unanswered requests, the frames that wait for it. */
final class AgentConnection implements Peer.Listener {

    private static final int OUTSTANDING_AT_MOST = 10;

    /** What version 3.1 tells of a chat only to its members, of whom the agent that logs in is none, and to who follows it. */
    private static final Set<String> OF_FOLLOWED_CHATS = Set.of(
            "incoming_event",
            "incoming_typing_indicator",
            "incoming_sneak_peek",
            "event_marked_as_seen",
            "last_seen_timestamp_updated");

    /** What a connection needs of the server. */
    interface Server {
        void received(String frame);

        void login(AgentConnection connection, ObjectNode request);

        void answer(AgentConnection connection, ObjectNode request);

        void deliver(AgentConnection connection, Outbox.Task frame);

        boolean holdsResponses();

        void gone(AgentConnection connection);
    }

    private final int number;
    private final Peer peer;
    private final Server server;
    private final Outbox outbox;
    private int told;
    private final long openedNanos = System.nanoTime();
    private final Queue<ObjectNode> held = new ArrayDeque<>();
    /** Ids of the chats that it follows; null where it is told of all. */
    private final @Nullable Set<String> followed;

    private volatile boolean loggedIn;
    private volatile long closingNanos;

    AgentConnection(Peer peer, Server server, int queueFrames, int number) {
        this.number = number;
        this.followed = peer.path().equals(SimulatedLiveChat.PATH_OF_3_1) ? new HashSet<>() : null;
        this.peer = peer;
        this.server = server;
        this.outbox = new Outbox(peer, queueFrames, "livechat-writer-" + number);
    }

    /** Whether it is told of a push; called, as what follows it, where the order of the frames is decided. */
    boolean hears(Push push) {
        if (followed == null) {
            return true;
        }
        if (push.action().equals("incoming_chat_thread")) {
            followed.remove(Json.read(push.frame()).at("/payload/chat/id").asText()); // until the next thread
        }
        return !OF_FOLLOWED_CHATS.contains(push.action())
                || followed.contains(
                        Json.read(push.frame()).at("/payload/chat_id").asText());
    }

    /** Follows a chat; whether it did not before. */
    boolean follows(String chatId) {
        return followed != null && followed.add(chatId);
    }

    void start() {
        outbox.start();
    }

    /** The first connection of the server is 1. */
    int number() {
        return number;
    }

    /** Names the next frame that is no response; called where the order of the frames is decided. */
    String nextMark() {
        return number + "-" + ++told;
    }

    @Override
    public void onText(String frame) {
        server.received(frame);
        if (!(Json.read(frame) instanceof ObjectNode request)) {
            respond(Responses.error(Json.object(), "validation", "Not a JSON object"));
        } else if (request.path("action").asText().equals("login")) {
            server.login(this, request);
        } else if (!loggedIn && !request.path("action").asText().equals("ping")) {
            respond(Responses.error(request, "auth", "Log in first"));
        } else if (!hold(request)) {
            server.answer(this, request);
        }
    }

    /** Keeps a request for later when the server is told to, and refuses the one above the limit (PROTOCOL 1.5). */
    private synchronized boolean hold(ObjectNode request) {
        if (!server.holdsResponses()) {
            return false;
        }
        if (held.size() < OUTSTANDING_AT_MOST) {
            held.add(request);
        } else {
            respond(Responses.error(request, "pending_requests_limit_reached", "Too many pending requests"));
        }
        return true;
    }

    /** Answers what was kept. */
    synchronized void release() {
        for (ObjectNode request = held.poll(); request != null; request = held.poll()) {
            server.answer(this, request);
        }
    }

    void respond(Responses.Answer answer) {
        server.deliver(this, to -> to.sendText(answer.frame()));
    }

    @Override
    public void onClosed() {
        loggedIn = false;
        outbox.close();
        server.gone(this);
    }

    boolean loggedIn() {
        return loggedIn;
    }

    void loggedIn(boolean value) {
        loggedIn = value;
    }

    Outbox outbox() {
        return outbox;
    }

    long openNanos() {
        return System.nanoTime() - openedNanos;
    }

    long silentNanos() {
        return System.nanoTime() - peer.lastReadNanos();
    }

    /** Sends what waits, then a close frame; cuts a client off that has too much waiting already. */
    void closeInOrder(int code, String reason) {
        loggedIn = false;
        closingNanos = System.nanoTime();
        if (!outbox.offer(to -> to.close(code, reason))) {
            drop();
        }
    }

    boolean closing() {
        return closingNanos != 0;
    }

    /** Time since the close frame was asked for: a client owes an answer to it. */
    long closingNanos() {
        return System.nanoTime() - closingNanos;
    }

    /** Ends the TCP connection at once. */
    void drop() {
        loggedIn = false;
        outbox.close();
        peer.drop();
    }
}
