package org.chatbridge.streams;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.chatbridge.streams.state.AnnouncedThread;
import org.chatbridge.streams.state.ChatThreads;
import org.chatbridge.streams.state.EventSummary;
import org.chatbridge.streams.state.Stamp;
import org.jspecify.annotations.Nullable;

/**
 * A row of the view of open threads.
 *
 * @param openedAt by LiveChat's clock, else when the first announcement arrived
 * @param openedBy the push that announced it first
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
        AnnouncedThread thread = state.getThread();
        // Closes that are older than the last announcement are not kept.
        if (thread == null
                || !thread.getActive()
                || state.getCloses().stream()
                        .anyMatch(close -> close.getThreadId() == null
                                || close.getThreadId().equals(thread.getId()))) {
            return Optional.empty();
        }
        ChatUsers users = ChatUsers.of(state);
        return Optional.of(new OpenThread(
                chatId,
                thread.getId(),
                thread.getTimestamp() == null ? thread.getFirstReceivedAt() : thread.getTimestamp(),
                thread.getFirst(),
                users.agentIds(),
                state.getGroupIds(),
                users.customerId(),
                EventCandidates.last(state.getEvents(), thread).orElse(null)));
    }
}
