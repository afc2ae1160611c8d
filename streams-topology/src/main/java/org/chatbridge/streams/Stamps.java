package org.chatbridge.streams;

import java.util.Comparator;
import org.chatbridge.avro.Push;
import org.chatbridge.streams.state.Stamp;
import org.jspecify.annotations.Nullable;

/**
 * The order of all that is told of an account: that in which it left LiveChat, however the topics are read. What a resync
 * learned counts right after the last push that came before it was asked for, and before the next one; of a thread, before the list was
 * asked for that named it.
 */
final class Stamps {
    static final Comparator<Stamp> ORDER =
            Comparator.comparing(Stamp::getConnectionId).thenComparingLong(Stamp::getMoment);

    private static final String RESYNC = "resync";

    private Stamps() {}

    static Stamp of(Push push) {
        return new Stamp(
                push.getConnectionId(),
                2 * push.getSequence() + (push.getOrigin().equals(RESYNC) ? 1 : 0));
    }

    /** Whether it is that of something that a resync learned. */
    static boolean isOfResync(Stamp stamp) {
        return stamp.getMoment() % 2 != 0;
    }

    /** Whether something came later than another; null is before everything. */
    static boolean isAfter(Stamp stamp, @Nullable Stamp other) {
        return other == null || ORDER.compare(stamp, other) > 0;
    }

    /** The later one; null where both are. */
    static @Nullable Stamp later(@Nullable Stamp one, @Nullable Stamp other) {
        return one == null || (other != null && isAfter(other, one)) ? other : one;
    }
}
