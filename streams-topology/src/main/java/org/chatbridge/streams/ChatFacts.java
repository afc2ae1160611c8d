package org.chatbridge.streams;

import java.util.ArrayList;
import java.util.List;
import org.chatbridge.avro.Push;
import org.chatbridge.streams.state.ChatThreads;
import org.chatbridge.streams.state.EventCandidate;
import org.chatbridge.streams.state.Message;
import org.chatbridge.streams.state.Newest;
import org.chatbridge.streams.state.PropertyFact;
import org.chatbridge.streams.state.Run;
import org.chatbridge.streams.state.ScopeFacts;
import org.chatbridge.streams.state.SeenMark;
import org.chatbridge.streams.state.Stamp;
import org.chatbridge.streams.state.ThreadFacts;
import org.chatbridge.streams.state.UserFacts;
import org.jspecify.annotations.Nullable;

/** What the view of threads knows of one chat while a push is folded in: a working copy of its state. */
final class ChatFacts {
    private final Newest newest;
    ThreadFacts thread = ThreadFold.none();
    UserFacts users = UserFold.none();
    ScopeFacts scopes = ScopeFold.none();
    List<PropertyFact> properties = List.of();
    List<SeenMark> seen = List.of();
    final List<EventCandidate> events = new ArrayList<>();
    final List<Message> messages = new ArrayList<>();

    /** @param state null before the first push */
    ChatFacts(@Nullable ChatThreads state, Push push) {
        newest = newest(state == null ? null : state.getNewest(), push);
        if (state != null) {
            thread = state.getThread();
            users = state.getUsers();
            scopes = state.getScopes();
            properties = state.getProperties();
            seen = state.getSeen();
            events.addAll(state.getEvents());
            messages.addAll(state.getMessages());
        }
    }

    static Newest newest(@Nullable Newest known, Push push) {
        Stamp at = Stamps.of(push);
        if (known == null) {
            return new Newest(at, push.getReceivedAt());
        }
        return new Newest(
                Stamps.isAfter(at, known.getAt()) ? at : known.getAt(),
                push.getReceivedAt().isAfter(known.getReceivedAt()) ? push.getReceivedAt() : known.getReceivedAt());
    }

    /** The state, without what can never matter again. */
    ChatThreads pruned() {
        Run run = thread.getRun();
        return new ChatThreads(
                newest,
                thread,
                users,
                scopes,
                properties.stream()
                        .filter(fact -> ThreadFold.mayCount(fact.getThreadId(), fact.getAt(), run))
                        .toList(),
                EventCandidates.pruned(events, run),
                Messages.pruned(messages, run, users.getKnown()),
                seen);
    }
}
