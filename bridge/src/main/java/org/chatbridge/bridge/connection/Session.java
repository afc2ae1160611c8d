package org.chatbridge.bridge.connection;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to connect, from the opening of its socket to its end: what was asked on it and not answered, and what
 * LiveChat said last. Of the supervisor's thread.
 */
final class Session {
    private static final long NEVER = Long.MAX_VALUE;

    /** After which LiveChat, which gives a request up after 15 s, is at work on none any more. PROTOCOL 1.5. */
    private static final Duration AT_WORK = Duration.ofSeconds(20);

    private final int attempt;
    private final Receiver receiver;
    private final Requests requests;
    private final Map<String, Question> questions = new LinkedHashMap<>();

    /** Until when LiveChat may be at work on what is no longer waited for, by the id of the request. */
    private final Map<String, Long> atWork = new HashMap<>();

    /** Actions of which a refusal was told. */
    private final Set<String> refused = new HashSet<>();

    private @Nullable Socket socket;
    private Signal.@Nullable Dismissed dismissed;
    private @Nullable String ownAgentId;
    private long heard;

    /** Hears what becomes of a request; exactly one of the two is called, unless the session ends first. */
    interface Asker {
        void answered(Reply reply, long now);

        /** No answer came in time. */
        void unanswered(long now);
    }

    private record Question(Requests.Request request, long askedNanos, long dueNanos, Asker asker) {}

    Session(int attempt, Receiver receiver, Requests requests) {
        this.attempt = attempt;
        this.receiver = receiver;
        this.requests = requests;
    }

    int attempt() {
        return attempt;
    }

    Receiver receiver() {
        return receiver;
    }

    Requests requests() {
        return requests;
    }

    void opened(Socket open) {
        socket = open;
    }

    void dismissed(Signal.Dismissed word) {
        dismissed = word;
    }

    /** What LiveChat said of the end of this connection; null where it said nothing. */
    Signal.@Nullable Dismissed dismissal() {
        return dismissed;
    }

    /** The last push before the answer that is handled now. */
    void hasHeard(long sequence) {
        heard = sequence;
    }

    long heard() {
        return heard;
    }

    void loggedInAs(@Nullable String agentId) {
        ownAgentId = agentId;
    }

    @Nullable
    String ownAgentId() {
        return ownAgentId;
    }

    /** Sends a request whose answer is waited for. */
    void ask(Requests.Request request, long now, Duration patience, Asker asker) {
        await(request, now, patience, asker);
        send(request);
    }

    /** Waits for the answer to a request that was sent. */
    void await(Requests.Request request, long now, Duration patience, Asker asker) {
        questions.put(request.id(), new Question(request, now, now + patience.toNanos(), asker));
    }

    /** Sends a request whatever becomes of it. */
    void send(Requests.Request request) {
        if (socket != null) {
            socket.send(request.text());
        }
    }

    /** Sends a ping of LiveChat's own, whose answer shows that LiveChat is alive. */
    void ping(long now) {
        Requests.Request ping = requests.ping();
        receiver.sight().asks(ping.id(), now);
        send(ping);
    }

    /** Sends a control frame, whose answer shows that the connection is alive. */
    void probe(long now) {
        if (socket != null) {
            receiver.sight().probes(now);
            socket.ping(now);
        }
    }

    /** Tells who asked; false where nobody did. An answer without an id is for the oldest request of that action. */
    boolean answered(Reply reply, long now) {
        String id = reply.requestId();
        if (id == null) {
            id = questions.values().stream()
                    .filter(question -> question.request().action().equals(reply.action()))
                    .map(question -> question.request().id())
                    .findFirst()
                    .orElse(null);
        }
        if (id != null) {
            atWork.remove(id);
        }
        Question question = id == null ? null : questions.remove(id);
        if (question != null) {
            question.asker().answered(reply, now);
        }
        return question != null;
    }

    /** Whether LiveChat has refused no request of that action before that nobody waited for, such as the ping before. */
    boolean isRefusedAnew(String action) {
        return refused.add(action);
    }

    /** Tells those who have waited long enough. */
    void expire(long now) {
        atWork.values().removeIf(until -> until <= now);
        List<Question> expired = new ArrayList<>();
        questions.values().removeIf(question -> question.dueNanos() <= now && expired.add(question));
        for (Question question : expired) {
            long until = question.askedNanos() + AT_WORK.toNanos();
            if (until > now) {
                atWork.put(question.request().id(), until);
            }
        }
        expired.forEach(question -> question.asker().unanswered(now));
    }

    /** How many requests LiveChat may be at work on though nobody waits for them any more. */
    int stillAtWork() {
        return atWork.size();
    }

    /** When {@link #expire} has something to do next. */
    long nextTimer() {
        long next = NEVER;
        for (Question question : questions.values()) {
            next = Math.min(next, question.dueNanos());
        }
        for (long until : atWork.values()) {
            next = Math.min(next, until);
        }
        return next;
    }

    /** Closes the socket, if there is one; nobody is told of answers any more. */
    void close() {
        questions.clear();
        atWork.clear();
        if (socket != null) {
            socket.close("");
            socket = null;
        }
    }
}
