package org.chatbridge.streams;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.chatbridge.avro.Push;
import org.chatbridge.avro.Thread;
import org.chatbridge.streams.state.ChatThreads;
import org.chatbridge.streams.state.EventCandidate;
import org.chatbridge.streams.state.Run;
import org.chatbridge.streams.state.Stamp;
import org.chatbridge.streams.state.ThreadClose;
import org.chatbridge.streams.state.UserChange;
import org.chatbridge.streams.state.UserInChat;
import org.jspecify.annotations.Nullable;

/** One chat while a push is folded in: a working copy of its state. */
final class ChatFacts {
    private static final Comparator<ThreadClose> BY_THREAD =
            Comparator.comparing(ThreadClose::getThreadId, Comparator.nullsFirst(Comparator.naturalOrder()));

    private @Nullable Run thread;
    private final List<ThreadClose> closes;
    private @Nullable Stamp usersAt;
    private List<UserInChat> users;
    private List<UserChange> userChanges;
    private @Nullable Stamp groupsAt;
    private List<Long> groupIds;
    private final List<EventCandidate> events;

    ChatFacts(ChatThreads state) {
        this.thread = state.getThread();
        this.closes = new ArrayList<>(state.getCloses());
        this.usersAt = state.getUsersAt();
        this.users = state.getUsers();
        this.userChanges = state.getUserChanges();
        this.groupsAt = state.getGroupsAt();
        this.groupIds = state.getGroupIds();
        this.events = new ArrayList<>(state.getEvents());
    }

    void announced(Thread announced, Push push) {
        boolean active = !Boolean.FALSE.equals(announced.getActive());
        thread = Runs.said(thread, announced.getId(), Runs.of(push, active, announced.getTimestamp()));
    }

    void closed(@Nullable String threadId, Stamp at) {
        for (int i = 0; i < closes.size(); i++) {
            if (Objects.equals(closes.get(i).getThreadId(), threadId)) {
                if (Stamps.isAfter(at, closes.get(i).getAt())) {
                    closes.set(i, new ThreadClose(threadId, at));
                }
                return;
            }
        }
        closes.add(new ThreadClose(threadId, at));
    }

    void usersListed(Stamp at, List<UserInChat> listed) {
        if (Stamps.isAfter(at, usersAt)) {
            usersAt = at;
            users = listed;
        }
    }

    void usersChanged(List<UserChange> changes) {
        userChanges = UserChanges.merged(userChanges, changes);
    }

    void groupsListed(Stamp at, List<Long> listed) {
        if (Stamps.isAfter(at, groupsAt)) {
            groupsAt = at;
            groupIds = listed;
        }
    }

    void happened(List<EventCandidate> candidates) {
        events.addAll(candidates);
    }

    /** The state, without what can never matter again, before it is asked what resyncs tell of the thread. */
    ChatThreads pruned() {
        return pruned(false);
    }

    /** @param gone whether a resync does not know the thread */
    ChatThreads pruned(boolean gone) {
        Run run = thread == null ? null : Runs.bounded(thread, (earlier, later) -> false);
        Stamp last = run == null ? null : Runs.last(run).getUntil();
        closes.removeIf(close -> !Stamps.isAfter(close.getAt(), last));
        closes.sort(BY_THREAD);
        Stamp listedAt = usersAt;
        return new ChatThreads(
                run,
                gone,
                List.copyOf(closes),
                usersAt,
                users,
                userChanges.stream()
                        .filter(change -> Stamps.isAfter(change.getAt(), listedAt))
                        .toList(),
                groupsAt,
                groupIds,
                EventCandidates.pruned(events, run));
    }
}
