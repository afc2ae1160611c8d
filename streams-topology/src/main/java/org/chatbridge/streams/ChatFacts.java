package org.chatbridge.streams;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.chatbridge.avro.Thread;
import org.chatbridge.streams.state.AnnouncedThread;
import org.chatbridge.streams.state.ChatThreads;
import org.chatbridge.streams.state.EventCandidate;
import org.chatbridge.streams.state.Stamp;
import org.chatbridge.streams.state.ThreadClose;
import org.chatbridge.streams.state.UserChange;
import org.chatbridge.streams.state.UserInChat;
import org.jspecify.annotations.Nullable;

/** One chat while a push is folded in: a working copy of its state. */
final class ChatFacts {
    private static final Comparator<ThreadClose> BY_THREAD =
            Comparator.comparing(ThreadClose::getThreadId, Comparator.nullsFirst(Comparator.naturalOrder()));

    private @Nullable AnnouncedThread thread;
    private @Nullable Stamp othersAnnounced;
    private final List<ThreadClose> closes;
    private @Nullable Stamp usersAt;
    private List<UserInChat> users;
    private List<UserChange> userChanges;
    private @Nullable Stamp groupsAt;
    private List<Long> groupIds;
    private final List<EventCandidate> events;

    ChatFacts(ChatThreads state) {
        this.thread = state.getThread();
        this.othersAnnounced = state.getOthersAnnounced();
        this.closes = new ArrayList<>(state.getCloses());
        this.usersAt = state.getUsersAt();
        this.users = state.getUsers();
        this.userChanges = state.getUserChanges();
        this.groupsAt = state.getGroupsAt();
        this.groupIds = state.getGroupIds();
        this.events = new ArrayList<>(state.getEvents());
    }

    void announced(Thread announced, Stamp at, Instant receivedAt) {
        boolean active = !Boolean.FALSE.equals(announced.getActive());
        AnnouncedThread known = thread;
        if (known != null && known.getId().equals(announced.getId())) {
            // One that is older than another thread's announcement is an old push come again.
            thread = Stamps.isAfter(at, othersAnnounced)
                    ? again(known, active, announced.getTimestamp(), at, receivedAt)
                    : known;
        } else if (known == null || Stamps.isAfter(at, known.getLast())) {
            othersAnnounced = known == null ? null : known.getLast();
            thread = new AnnouncedThread(announced.getId(), at, receivedAt, at, active, announced.getTimestamp());
        } else {
            othersAnnounced = Stamps.later(othersAnnounced, at);
            thread = Stamps.isAfter(at, known.getFirst()) ? brokenOff(known) : known;
        }
    }

    private static AnnouncedThread again(
            AnnouncedThread known, boolean active, @Nullable Instant timestamp, Stamp at, Instant receivedAt) {
        boolean first = Stamps.isAfter(known.getFirst(), at);
        boolean last = Stamps.isAfter(at, known.getLast());
        boolean better = timestamp != null && (last || known.getTimestamp() == null);
        return new AnnouncedThread(
                known.getId(),
                first ? at : known.getFirst(),
                first ? receivedAt : known.getFirstReceivedAt(),
                last ? at : known.getLast(),
                last ? active : known.getActive(),
                better ? timestamp : known.getTimestamp());
    }

    /**
     * The thread, where another one turns out to have been announced between its announcements. Only a topic that is not
     * in the order of the stamps brings this about; of the announcements after the other's only the last is known.
     */
    private static AnnouncedThread brokenOff(AnnouncedThread known) {
        return new AnnouncedThread(
                known.getId(),
                known.getLast(),
                known.getFirstReceivedAt(),
                known.getLast(),
                known.getActive(),
                known.getTimestamp());
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

    /** The state, without what can never matter again. */
    ChatThreads pruned() {
        Stamp last = thread == null ? null : thread.getLast();
        closes.removeIf(close -> !Stamps.isAfter(close.getAt(), last));
        closes.sort(BY_THREAD);
        Stamp listedAt = usersAt;
        return new ChatThreads(
                thread,
                othersAnnounced,
                List.copyOf(closes),
                usersAt,
                users,
                userChanges.stream()
                        .filter(change -> Stamps.isAfter(change.getAt(), listedAt))
                        .toList(),
                groupsAt,
                groupIds,
                EventCandidates.pruned(events, thread, othersAnnounced));
    }
}
