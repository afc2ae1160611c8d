package org.chatbridge.streams;

import java.util.Map;
import java.util.TreeMap;
import org.chatbridge.streams.state.ActivityMinute;
import org.chatbridge.streams.state.ActivityPart;
import org.jspecify.annotations.Nullable;

/** Folds what each partition tells of one minute: of each what it told last. */
final class ActivityFold {
    private ActivityFold() {}

    static ActivityMinute told(ActivityPart part, @Nullable ActivityMinute minute) {
        Map<String, ActivityPart> parts = new TreeMap<>(minute == null ? Map.of() : minute.getParts());
        parts.put(Integer.toString(part.getPartition()), part);
        return new ActivityMinute(part.getMinute(), parts);
    }
}
