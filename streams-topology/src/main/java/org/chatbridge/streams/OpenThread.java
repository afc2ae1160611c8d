package org.chatbridge.streams;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.chatbridge.streams.state.ChatThreads;
import org.chatbridge.streams.state.EventSummary;
import org.chatbridge.streams.state.Run;
import org.chatbridge.streams.state.Stamp;
import org.chatbridge.streams.state.ThreadClose;
import org.jspecify.annotations.Nullable;

/**
 * A row of the view of open threads.
 *
 * @param openedAt by LiveChat's clock, else when the first announcement arrived
 * @param openedBy the announcement that is the first known of it
 * @param agentIds ascending
 * @param groupIds those that may see it, ascending; empty where LiveChat named none
 * @param customerId null where none was seen
 * @param lastEvent null where there was none
 */
record OpenThread(
        String chatId,
        String threadId,
        Instant openedAt,
        Stamp openedBy,
        List<String> agentIds,
        List<Long> groupIds,
        @Nullable String customerId,
        @Nullable EventSummary lastEvent) {

    /** The open thread of a chat, if there is one. */
    static Optional<OpenThread> of(String chatId, ChatThreads state) {
        Run thread = state.getThread();
        if (thread == null || state.getGone() || !isOpen(thread, state.getCloses())) {
            return Optional.empty();
        }
        ChatUsers users = ChatUsers.of(state);
        Instant timestamp = Runs.timestamp(thread);
        return Optional.of(new OpenThread(
                chatId,
                thread.getValue(),
                timestamp == null ? Runs.first(thread).getReceivedAt() : timestamp,
                Runs.first(thread).getAt(),
                users.agentIds(),
                state.getGroupIds(),
                users.customerId(),
                EventCandidates.last(state.getEvents(), thread).orElse(null)));
    }

    /**
     * Whether the thread is open by what was told of the chat itself.
     *
     * @param closes those after the last announcement
     */
    static boolean isOpen(Run thread, List<ThreadClose> closes) {
        return Runs.last(thread).getActive()
                && closes.stream()
                        .allMatch(close -> close.getThreadId() != null
                                && !close.getThreadId().equals(thread.getValue()));
    }
}
