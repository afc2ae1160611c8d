package org.chatbridge.streams;

import java.util.Comparator;
import org.chatbridge.avro.Push;
import org.chatbridge.streams.state.Stamp;
import org.jspecify.annotations.Nullable;

/** The order of pushes: that in which they left LiveChat, however their topics are read. */
final class Stamps {
    static final Comparator<Stamp> ORDER =
            Comparator.comparing(Stamp::getConnectionId).thenComparingLong(Stamp::getSequence);

    private Stamps() {}

    static Stamp of(Push push) {
        return new Stamp(push.getConnectionId(), push.getSequence());
    }

    /** Whether a push came later than another; null is before every push. */
    static boolean isAfter(Stamp stamp, @Nullable Stamp other) {
        return other == null || ORDER.compare(stamp, other) > 0;
    }

    /** The later one; null where both are. */
    static @Nullable Stamp later(@Nullable Stamp one, @Nullable Stamp other) {
        return one == null || (other != null && isAfter(other, one)) ? other : one;
    }
}
