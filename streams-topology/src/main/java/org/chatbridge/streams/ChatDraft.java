package org.chatbridge.streams;

import java.util.List;
import org.chatbridge.avro.Push;
import org.chatbridge.streams.state.ChatState;
import org.chatbridge.streams.state.Newest;
import org.chatbridge.streams.state.PeekFact;
import org.chatbridge.streams.state.PropertyFact;
import org.chatbridge.streams.state.ScopeFacts;
import org.chatbridge.streams.state.SeenMark;
import org.chatbridge.streams.state.Spoke;
import org.chatbridge.streams.state.ThreadFacts;
import org.chatbridge.streams.state.TypingFact;
import org.chatbridge.streams.state.UserFacts;
import org.jspecify.annotations.Nullable;

/** What the view of chats knows of one chat while something is folded in: a working copy of its state. */
final class ChatDraft {
    private final Newest newest;
    ThreadFacts thread = ThreadFold.none();
    UserFacts users = UserFold.none();
    ScopeFacts scopes = ScopeFold.none();
    List<PropertyFact> properties = List.of();
    List<SeenMark> seen = List.of();
    List<TypingFact> typing = List.of();

    @Nullable
    PeekFact peek;

    List<Spoke> spoke = List.of();

    /** @param state null before the first push */
    ChatDraft(@Nullable ChatState state, Push push) {
        this(ChatFacts.newest(state == null ? null : state.getNewest(), push), state);
    }

    ChatDraft(ChatState state) {
        this(state.getNewest(), state);
    }

    private ChatDraft(Newest newest, @Nullable ChatState state) {
        this.newest = newest;
        if (state != null) {
            thread = state.getThread();
            users = state.getUsers();
            scopes = state.getScopes();
            properties = state.getProperties();
            seen = state.getSeen();
            typing = state.getTyping();
            peek = state.getPeek();
            spoke = state.getSpoke();
        }
    }

    ChatState state() {
        return new ChatState(newest, thread, users, scopes, properties, seen, typing, peek, spoke);
    }
}
