package org.chatbridge.streams;

import java.util.Comparator;
import org.chatbridge.avro.Gap;
import org.jspecify.annotations.Nullable;

/**
 * Folds the records of one gap into the one that tells most, and of those the one made last: a gap closes once, and what is
 * known of it only grows. So an older record that comes again undoes nothing, and their order does not matter.
 */
final class GapsFold {
    private static final Comparator<Gap> ORDER = Comparator.comparing((Gap gap) -> gap.getClosedAt() != null)
            .thenComparing(gap -> gap.getResync() != null)
            .thenComparing(gap -> gap.getPush().getReceivedAt())
            // Made at the same moment: any will do, as long as it is always the same.
            .thenComparing(Object::toString);

    private GapsFold() {}

    /** The gap after one more of its records. */
    static Gap told(Gap record, @Nullable Gap gap) {
        return gap == null || ORDER.compare(record, gap) > 0 ? record : gap;
    }
}
