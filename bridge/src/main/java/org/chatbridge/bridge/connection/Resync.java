package org.chatbridge.bridge.connection;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.chatbridge.bridge.ledger.Resynced;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Learns the state of the world after a login, which no push repeats: the chats there are, whether the last thread of each is
 * open, who accepts chats. PROTOCOL 5 and 1.6. A few requests at a time; what fails for now is asked again a few times, and
 * what LiveChat refuses for being asked too much as long as it takes.
 *
 * <p>Each answer counts as of the moment it was asked for: what a push says after that is newer. That a thread is the last of its chat is
 * known as of the moment at which the list was asked for that named it: another one may have been opened since. Of the
 * supervisor's thread.
 */
final class Resync {
    private static final Logger LOG = LoggerFactory.getLogger(Resync.class);

    private static final int TRIES = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    /** For what another answer tells, too. */
    private static final Duration LITTLE_PATIENCE = Duration.ofSeconds(5);

    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final int MOST_PAGES_WITHOUT_NEWS = 3;
    private static final int NAMED = 100;
    private static final long NEVER = Long.MAX_VALUE;

    /** What no question brings back. */
    private static final String OF_THREADS_BETWEEN =
            "events of threads that were closed within the gap and are not the last of their chat";

    private static final String NEVER_TOLD = "typing indicators, sneak peeks, broadcasts, bans and customer updates";

    /** What is not asked for where a list tells that a thread is closed: most of them are old. */
    private static final String OF_CLOSED_THREADS = "events of threads that were closed within the gap";

    private static final String NOT_ALL_AGENTS = "routing status of agents who are in no chat";
    private static final String NO_CHATS = "chats";

    /** In place of the id of a thread: whichever is the latest, if any. */
    private static final String LATEST = "";

    private final Session session;
    private final ApiVersion version;
    private final Snapshots snapshots;
    private final Pace pace;
    private final Following following;
    private final Consumer<Resynced> done;
    private final Clock clock;
    private final Deque<Question> waiting = new ArrayDeque<>();

    /** The thread of each chat that was asked for, or that is known. */
    private final Map<String, String> threads = new HashMap<>();

    /** The thread of each chat of which it was told whether it is open. */
    private final Map<String, String> told = new HashMap<>();

    private final Map<String, String> statuses = new HashMap<>();

    /** The ids of the pages of chats that were asked for. */
    private final Set<String> pages = new HashSet<>();

    /** The ids of the chats that these pages named. */
    private final Set<String> listed = new HashSet<>();

    /** So many of them in a row named no chat that one before had not named. */
    private int pagesWithoutNews;

    /** What the login told of chats, to be looked at where a list that says which threads are open leaves one out. */
    private final Deque<JsonNode> toldByLogin = new ArrayDeque<>();

    private final Set<String> unknown = new TreeSet<>();
    private boolean loginToldChats;
    private boolean listIsWhole;
    private boolean toldAllAgents;
    private boolean toldClosed;
    private int asked;
    private final Set<String> openThreads = new HashSet<>();
    private boolean over;

    /**
     * A question, what to do with its answer, and what is not known without it: empty where that is known otherwise by now, or where all
     * else is whole without it.
     */
    private record Question(
            Supplier<Requests.Request> request,
            Learner learner,
            Supplier<String> without,
            Duration patience,
            int tries,
            long notBefore) {
        boolean isNeeded() {
            return !without.get().isEmpty();
        }
    }

    @FunctionalInterface
    private interface Learner {
        void learn(Reply reply, long sequence);
    }

    /**
     * @param pace shared with all that is asked on this connection
     * @param following is told of every chat that is open
     * @param done hears when there is nothing more to ask; not where the connection ends before
     */
    Resync(
            Session session,
            ApiVersion version,
            Snapshots snapshots,
            Pace pace,
            Following following,
            Consumer<Resynced> done,
            Clock clock) {
        this.session = session;
        this.version = version;
        this.snapshots = snapshots;
        this.pace = pace;
        this.following = following;
        this.done = done;
        this.clock = clock;
    }

    /** Takes what the answer to the login told, and asks for the rest. */
    void begin(JsonNode login, long now) {
        pace.begin(now);
        agent(0, Requests.LOGIN, login.path("my_profile"));
        JsonNode chats = summaries(login);
        loginToldChats = !chats.isEmpty(); // an empty list may leave out the active chats: PROTOCOL 1.6
        if (listTellsWhatIsOpen()) {
            chats.forEach(chat -> users(0, Requests.LOGIN, chat));
            chats.forEach(toldByLogin::add);
        } else {
            chats.forEach(chat -> summary(0, Requests.LOGIN, chat));
        }
        askForChats(null);
        if (version.isAtLeast(ApiVersion.V3_3)) {
            waiting.add(new Question(
                    session.requests()::routingStatuses, this::routingStatuses, () -> "", PATIENCE, TRIES, 0));
        }
        fire(now);
    }

    /** Asks what may be asked now. */
    void fire(long now) {
        following.fire(now);
        if (listIsWhole || unknown.contains(NO_CHATS)) {
            askForWhatNoListTold();
        }
        Iterator<Question> next = waiting.iterator();
        while (now >= pace.quietUntilNanos() && pace.hasRoom(session.stillAtWork()) && next.hasNext()) {
            Question question = next.next();
            if (question.notBefore() <= now) {
                next.remove();
                send(question, now);
            }
        }
        if (asked == 0 && waiting.isEmpty() && !over) {
            over = true;
            end();
        }
    }

    private void askForWhatNoListTold() {
        while (!toldByLogin.isEmpty()) {
            JsonNode chat = toldByLogin.remove();
            if (!threads.containsKey(Envelope.text(chat.path("id")))) {
                summary(0, Requests.LOGIN, chat);
            }
        }
    }

    /** The login does not: PROTOCOL 1.6 and 5. */
    private boolean listTellsWhatIsOpen() {
        return version.isAtLeast(ApiVersion.V3_1);
    }

    long nextTimer() {
        long next = NEVER;
        if (pace.hasRoom(session.stillAtWork())) {
            for (Question question : waiting) {
                next = Math.min(next, Math.max(pace.quietUntilNanos(), question.notBefore()));
            }
        }
        return next;
    }

    private void send(Question question, long now) {
        asked++;
        pace.began();
        long sequence = session.receiver().sequence();
        session.ask(
                question.request().get(),
                now,
                question.isNeeded() ? PATIENCE : question.patience(),
                new Session.Asker() {
                    @Override
                    public void answered(Reply reply, long at) {
                        asked--;
                        pace.ended();
                        if (reply.isAskedTooMuch()) {
                            waiting.add(question);
                            slowDown(at);
                        } else {
                            pace.answered(at);
                            settle(question, reply, sequence, at);
                        }
                        fire(at);
                    }

                    @Override
                    public void unanswered(long at) {
                        asked--;
                        pace.ended();
                        if (question.without().get().equals(NO_CHATS)) {
                            askForWhatNoListTold(); // without waiting for the list once more
                        }
                        if (question.isNeeded()) {
                            later(question, at);
                        }
                        fire(at);
                    }
                });
    }

    private void settle(Question question, Reply reply, long sequence, long now) {
        if (reply.success()) {
            question.learner().learn(reply, sequence);
        } else if (reply.isRefusedForNow()) {
            later(question, now);
        } else {
            LOG.info("resync: LiveChat refused {}: {}", reply.about(), reply.said());
            giveUp(question);
        }
    }

    private void slowDown(long now) {
        pace.refused(now);
        if (pace.isHopeless(now)) {
            LOG.warn("resync: LiveChat has only said for long that it is asked too much, and is asked no more");
            waiting.forEach(this::giveUp);
            waiting.clear();
        }
    }

    private void later(Question question, long now) {
        if (question.tries() >= TRIES) {
            giveUp(question);
        } else {
            waiting.add(new Question(
                    question.request(),
                    question.learner(),
                    question.without(),
                    question.patience(),
                    question.tries() + 1,
                    now + PAUSE.multipliedBy(question.tries()).toNanos()));
        }
    }

    private void giveUp(Question question) {
        if (question.isNeeded()) {
            unknown.add(question.without().get());
        }
    }

    private void ask(Supplier<Requests.Request> request, Learner learner, String without) {
        ask(request, learner, () -> without);
    }

    private void ask(Supplier<Requests.Request> request, Learner learner, Supplier<String> without) {
        waiting.add(new Question(request, learner, without, LITTLE_PATIENCE, 1, 0));
    }

    private void askForChats(@Nullable String pageId) {
        String without = loginToldChats && pageId == null && !listTellsWhatIsOpen() ? "" : NO_CHATS;
        ask(
                () -> session.requests().chats(pageId),
                (reply, sequence) -> {
                    JsonNode told = summaries(reply.payload());
                    if (!told.isArray() && !without.isEmpty()) {
                        unknown.add(without); // an answer that says nothing does not say that there are none
                    }
                    boolean hadNews = false;
                    for (JsonNode chat : told) {
                        summary(sequence, reply.action(), chat);
                        hadNews |= listed.add(Envelope.text(chat.path("id")));
                    }
                    pagesWithoutNews = hadNews ? 0 : pagesWithoutNews + 1;
                    askForPage(reply.payload().path("next_page_id"));
                },
                without);
    }

    /** @param id of the page behind the last; none where that was the last one */
    private void askForPage(JsonNode id) {
        String next = Envelope.text(id);
        if (next.isEmpty() || id.isNull()) {
            listIsWhole = true;
            return;
        }
        // A list that leads back to a page, or on and on, has no end that would say that it was all.
        if (id.isValueNode() && pages.add(next) && pagesWithoutNews < MOST_PAGES_WITHOUT_NEWS) {
            askForChats(next);
        } else {
            unknown.add(NO_CHATS);
        }
    }

    private static JsonNode summaries(JsonNode payload) {
        return payload.has("chats_summary") ? payload.path("chats_summary") : payload.path("chats_info");
    }

    /** A chat in a list: asks for its last thread unless that is known to be closed. */
    private void summary(long sequence, String action, JsonNode chat) {
        String id = chat.path("id").textValue();
        JsonNode last =
                chat.has("last_thread_summary") ? chat.path("last_thread_summary") : chat.path("last_thread_info");
        String threadId = last.path("id").textValue();
        users(sequence, action, chat);
        if (id == null) {
            unknown.add(NO_CHATS); // nobody knows which one
            return;
        }
        if (threadId == null) {
            if (threads.containsKey(id)) {
                return;
            }
            if (!version.isAtLeast(ApiVersion.V3_2)) {
                unknown.add("chat:" + id); // its thread may be open, and cannot be asked for without its id
                return;
            }
            threads.put(id, LATEST);
            ask(
                    () -> session.requests().latestThread(id),
                    (reply, asOf) -> thread(asOf, asOf, reply, id, LATEST),
                    () -> LATEST.equals(threads.get(id)) ? "chat:" + id : "");
            return;
        }
        boolean isAsked = threadId.equals(threads.put(id, threadId));
        boolean tells = last.path("active").isBoolean();
        if (threadId.equals(told.get(id)) || (isAsked && !tells)) {
            return;
        }
        unknown.remove("chat:" + id); // another list tells it
        if (tells) {
            chat(sequence, action, chat, last);
        }
        if (tells && !last.path("active").booleanValue()) {
            toldClosed = true;
        } else if (!isAsked) {
            ask(
                    () -> session.requests().thread(id, threadId),
                    (reply, asOf) -> thread(sequence, asOf, reply, id, threadId),
                    () -> !threadId.equals(threads.get(id)) || threadId.equals(told.get(id)) ? "" : "chat:" + id);
        }
    }

    /**
     * Takes what LiveChat tells of a thread.
     *
     * @param named the moment as of which it was named as the last of its chat
     * @param asOf that of the question
     * @param threadId {@link #LATEST} where the answer says which one it is, and none where the chat has none
     */
    private void thread(long named, long asOf, Reply reply, String chatId, String threadId) {
        if (!threadId.equals(threads.get(chatId))) {
            return; // a later list names another one, which is asked for, too
        }
        JsonNode chat = reply.payload().has("chat") ? reply.payload().path("chat") : reply.payload();
        JsonNode thread = chat.path("thread");
        for (JsonNode candidate : chat.path("threads")) {
            if (thread.isMissingNode() || threadId.equals(candidate.path("id").textValue())) {
                thread = candidate;
            }
        }
        boolean hasNone = threadId.equals(LATEST) && (thread.isMissingNode() || thread.isNull());
        if (!chatId.equals(chat.path("id").textValue())
                || !(hasNone || thread.path("active").isBoolean())) {
            unknown.add("chat:" + chatId);
            return;
        }
        users(asOf, reply.action(), chat);
        chat(named, reply.action(), chat, thread);
    }

    private void chat(long sequence, String action, JsonNode from, JsonNode thread) {
        ObjectNode chat = from.deepCopy();
        chat.remove(List.of("threads", "last_thread_summary", "last_thread_info"));
        chat.set("thread", thread); // a missing one is written as null
        String threadId = thread.path("id").asText();
        if (thread.path("active").booleanValue()) {
            openThreads.add(threadId);
        }
        boolean isNews = !threadId.equals(told.put(chat.path("id").asText(), threadId));
        OpenChat open = OpenChat.of(chat);
        if (open != null && isNews) {
            following.saw(open); // what it was refused once is refused the second time, too
        }
        snapshots.chat(sequence, action, chat);
    }

    private void users(long sequence, String action, JsonNode chat) {
        for (JsonNode user : chat.path("users")) {
            String type = user.path("type").asText();
            if (type.equals("agent") || type.equals("supervisor")) {
                agent(sequence, action, user);
            }
        }
    }

    /** An agent whose status is told, unless it is what was told last. */
    private void agent(long sequence, String action, JsonNode agent) {
        String id = agent.path("id").textValue();
        String status = agent.path("routing_status").textValue();
        if (id != null && status != null && !status.equals(statuses.put(id, status))) {
            snapshots.agent(sequence, action, agent);
        }
    }

    private void routingStatuses(Reply reply, long sequence) {
        toldAllAgents = reply.payload().isArray();
        for (JsonNode status : reply.payload()) {
            if (status.hasNonNull("agent_id")) {
                ObjectNode agent = status.deepCopy();
                agent.set("id", agent.remove("agent_id"));
                agent.set("routing_status", agent.remove("status"));
                agent(sequence, reply.action(), agent);
            }
        }
    }

    private void end() {
        boolean complete = unknown.isEmpty();
        if (complete) {
            snapshots.complete();
        } else {
            LOG.warn("resync: LiveChat did not tell all, and what was open before stays so: {}", unknown);
        }
        if (!toldAllAgents) {
            unknown.add(NOT_ALL_AGENTS);
        }
        List<String> named = new ArrayList<>(unknown.stream().limit(NAMED).toList());
        if (unknown.size() > NAMED) {
            named.add("and " + (unknown.size() - NAMED) + " more");
        }
        named.add(toldClosed ? OF_CLOSED_THREADS : OF_THREADS_BETWEEN);
        named.add(NEVER_TOLD);
        LOG.info("resync: {} chats, {} open threads, {} agents", threads.size(), openThreads.size(), statuses.size());
        done.accept(new Resynced(
                complete ? clock.instant() : null,
                threads.size(),
                openThreads.size(),
                statuses.size(),
                List.copyOf(named)));
    }
}
