package org.chatbridge.bridge.connection;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Follows every chat with an open thread that the own agent is not in, from version 3.1 on: what is said, typed and seen in a chat
 * LiveChat tells only to who is in it or follows it, and that until the next thread ({@code follow_chat} of its reference). It then
 * announces the chat once more, with all that was said before.
 *
 * <p>Once for each thread in a connection, beside what {@link Resync} asks, which always has room too. That LiveChat does not allow it,
 * or does not answer, ends nothing, and what it refuses for now is asked for again until it is granted or refused for good, less and less
 * often. Of the supervisor's thread.
 */
final class Following {
    private static final Logger LOG = LoggerFactory.getLogger(Following.class);
    private static final long NEVER = Long.MAX_VALUE;

    /** So many chats wait for their turn, and so many are remembered, those that were told of last. */
    static final int MOST = 10_000;

    /** So many at a time, half of what may be asked. */
    static final int AT_ONCE = 4;

    /** LiveChat says itself after 15 s that it has no answer. PROTOCOL 1.5. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** After the first time that a chat is refused for now; it is doubled after each further one, up to about a minute. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private static final int MOST_DOUBLINGS = 6;

    /** A chat that waits for longer counts as not followed, whatever comes. */
    private static final Duration LONG_WAIT = Duration.ofMinutes(1);

    /** The chat was closed meanwhile. */
    private static final String CLOSED = "chat_inactive";

    /** The token lacks a scope, which goes for all chats. */
    private static final String FORBIDDEN = "authorization";

    private final Session session;
    private final ApiVersion version;
    private final Pace connection;
    private final Pace pace = new Pace(AT_ONCE);
    private final Runnable notFollowed;

    /** By the id of the chat, the one that waits for longest first. */
    private final Map<String, Wish> waiting = new LinkedHashMap<>();

    /** The thread of each chat for which it was to be followed last. */
    private final Map<String, String> threads = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > MOST;
        }
    };

    private boolean warned;
    private boolean forbidden;

    /** A chat that is to be followed. */
    private static final class Wish {
        final String chatId;
        long sinceNanos = NEVER;
        long notBefore;
        int pauses;
        boolean counted;

        /** Why it waits; null where it was not asked for yet. */
        @Nullable
        String refusal;

        Wish(String chatId) {
            this.chatId = chatId;
        }
    }

    /**
     * @param connection that of all that is asked on this connection
     * @param notFollowed hears of each chat that stays without, or does so for long
     */
    Following(Session session, ApiVersion version, Pace connection, Runnable notFollowed) {
        this.session = session;
        this.version = version;
        this.connection = connection;
        this.notFollowed = notFollowed;
    }

    /** Whether chats can be followed in that version; before, LiveChat tells every agent of all that happens in them. */
    static boolean isKnownTo(ApiVersion version) {
        return version.isAtLeast(ApiVersion.V3_1);
    }

    /** LiveChat tells of a chat; {@link #fire} asks. */
    void saw(OpenChat chat) {
        if (!isKnownTo(version)
                || chat.isFollowed()
                || chat.present().contains(session.ownAgentId())
                || chat.threadId().equals(threads.put(chat.id(), chat.threadId()))) {
            return;
        }
        Wish wish = new Wish(chat.id());
        if (forbidden) {
            notFollowed.run();
        } else if (waiting.size() < MOST) {
            waiting.put(chat.id(), wish);
        } else {
            leave(wish, "more than " + MOST + " wait for it");
        }
    }

    /** Asks what may be asked now, and counts what waits for long. */
    void fire(long now) {
        for (Wish wish : waiting.values()) {
            wish.sinceNanos = Math.min(wish.sinceNanos, now);
            if (now - wish.sinceNanos >= LONG_WAIT.toNanos()) {
                String why = wish.refusal == null ? "others are not followed yet" : wish.refusal;
                count(wish, why + "; it waits for a minute, and is asked for again");
            }
        }
        Iterator<Wish> next = waiting.values().iterator();
        while (hasRoom() && now >= quietUntilNanos() && next.hasNext()) {
            Wish wish = next.next();
            if (wish.notBefore <= now) {
                next.remove();
                follow(wish, now);
            }
        }
    }

    long nextTimer() {
        long next = NEVER;
        if (hasRoom()) {
            for (Wish wish : waiting.values()) {
                next = Math.min(next, Math.max(quietUntilNanos(), wish.notBefore));
            }
        }
        return next;
    }

    private boolean hasRoom() {
        return !waiting.isEmpty() && pace.hasRoom(0) && connection.hasRoom(session.stillAtWork());
    }

    private long quietUntilNanos() {
        return Math.max(pace.quietUntilNanos(), connection.quietUntilNanos());
    }

    private void follow(Wish wish, long now) {
        pace.began();
        connection.began();
        session.ask(session.requests().follow(wish.chatId), now, PATIENCE, new Session.Asker() {
            @Override
            public void answered(Reply reply, long at) {
                ended();
                if (reply.isAskedTooMuch()) {
                    pace.refused(at); // it says so of this request: PROTOCOL 1.5
                    waitOn(wish, reply.said());
                } else {
                    pace.answered(at);
                    connection.answered(at);
                    if (!reply.success()) {
                        refused(wish, reply, at);
                    }
                }
                fire(at);
            }

            @Override
            public void unanswered(long at) {
                ended();
                pace.refused(at); // who does not answer is asked less
                later(wish, "no answer came", at);
                fire(at);
            }

            private void ended() {
                pace.ended();
                connection.ended();
            }
        });
    }

    private void refused(Wish wish, Reply reply, long now) {
        String error = String.valueOf(reply.errorType());
        if (reply.isRefusedForNow()) {
            later(wish, reply.said(), now);
        } else if (error.equals(FORBIDDEN)) {
            leaveAll(
                    wish,
                    reply.said()
                            + "; the token needs the scope chats--all:ro, up to version 3.3 chats--all:rw, or the same of"
                            + " chats--access for the chats of the agent's groups alone");
        } else if (!error.equals(CLOSED)) {
            leave(wish, reply.said());
        } else if (wish.refusal != null) {
            leave(wish, wish.refusal + ", until it was closed");
        }
    }

    private void later(Wish wish, String why, long now) {
        wish.notBefore = now + (PAUSE.toNanos() << Math.min(wish.pauses, MOST_DOUBLINGS));
        wish.pauses++;
        waitOn(wish, why);
    }

    private void waitOn(Wish wish, String why) {
        wish.refusal = why;
        waiting.putIfAbsent(wish.chatId, wish); // it may be opened anew meanwhile
    }

    /** What goes for one goes for all, until the next login. */
    private void leaveAll(Wish wish, String why) {
        forbidden = true;
        leave(wish, why);
        waiting.values().forEach(other -> count(other, why));
        waiting.clear();
    }

    private void leave(Wish wish, String why) {
        threads.remove(wish.chatId); // where LiveChat tells of it again, it may be another time
        count(wish, why);
    }

    private void count(Wish wish, String why) {
        if (wish.counted) {
            return;
        }
        wish.counted = true;
        LOG.atLevel(warned ? Level.DEBUG : Level.WARN)
                .log(
                        "chat {} is not followed, so LiveChat may not tell what is said, typed and seen in it: {}. More such"
                                + " chats are counted, not told",
                        wish.chatId,
                        why);
        warned = true;
        notFollowed.run();
    }
}
