package org.chatbridge.streams;

import java.util.Map;
import java.util.TreeMap;
import org.chatbridge.streams.state.ActivityMinute;
import org.chatbridge.streams.state.ActivityPart;
import org.jspecify.annotations.Nullable;

/**
 * Folds what each partition tells of one minute: of each what it told last. It only ever counts more pushes; fewer tells an
 * instance that was frozen, and has lost the partition to another.
 */
final class ActivityFold {
    private ActivityFold() {}

    static ActivityMinute told(ActivityPart part, @Nullable ActivityMinute minute) {
        Map<String, ActivityPart> parts = new TreeMap<>(minute == null ? Map.of() : minute.getParts());
        parts.merge(Integer.toString(part.getPartition()), part, ActivityFold::later);
        return new ActivityMinute(part.getMinute(), parts);
    }

    private static ActivityPart later(ActivityPart before, ActivityPart told) {
        return pushes(told) < pushes(before) ? before : told;
    }

    private static long pushes(ActivityPart part) {
        return part.getPushes().values().stream().mapToLong(Long::longValue).sum();
    }
}
