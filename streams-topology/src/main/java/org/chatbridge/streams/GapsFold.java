package org.chatbridge.streams;

import java.util.Comparator;
import java.util.Optional;
import org.chatbridge.avro.Gap;
import org.chatbridge.avro.GapResync;
import org.jspecify.annotations.Nullable;

/**
 * Folds the records of one gap into the one that tells most: a gap closes once, and what is known of it only grows. So an
 * older record that comes again undoes nothing, and the order of the records does not matter.
 */
final class GapsFold {
    private static final Comparator<Gap> ORDER = Comparator.comparing(
                    Gap::getClosedAt, Comparator.nullsFirst(Comparator.naturalOrder()))
            .thenComparing(gap -> gap.getResync() != null)
            .thenComparing(
                    gap -> Optional.ofNullable(gap.getResync())
                            .map(GapResync::getCompletedAt)
                            .orElse(null),
                    Comparator.nullsFirst(Comparator.naturalOrder()))
            .thenComparing(Gap::getFirstPushAt, Comparator.nullsFirst(Comparator.naturalOrder()))
            .thenComparing(gap -> gap.getPush().getReceivedAt())
            // What differs in nothing that orders: any will do, as long as it is always the same.
            .thenComparing(Object::toString);

    private GapsFold() {}

    /** The gap after one more of its records. */
    static Gap told(Gap record, @Nullable Gap gap) {
        return gap == null || ORDER.compare(record, gap) > 0 ? record : gap;
    }
}
