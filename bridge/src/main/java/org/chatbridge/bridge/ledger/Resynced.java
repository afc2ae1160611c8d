package org.chatbridge.bridge.ledger;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was learned by asking LiveChat after a login; the fields are those of {@code GapResync.avsc}.
 *
 * @param completedAt null where it was broken off, or LiveChat did not tell all
 * @param unknown what cannot be known
 */
public record Resynced(
        @Nullable Instant completedAt, long chats, long openThreads, long agents, List<String> unknown) {}
