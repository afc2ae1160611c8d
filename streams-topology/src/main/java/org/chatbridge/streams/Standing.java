package org.chatbridge.streams;

import java.util.Collection;
import java.util.OptionalLong;
import org.chatbridge.streams.StoreReader.ServedBy;

/**
 * How far the copy of a partition on this instance is. What is read of it afterwards is as far, or further.
 *
 * @param servedBy active where this instance folds the partition
 * @param lag records that are not in it; empty where not known
 * @param isWhole false where rows may be missing from it that have long been there
 */
record Standing(ServedBy servedBy, OptionalLong lag, Position position, boolean isWhole) {
    /** Tells how far the copies of a view are. */
    @FunctionalInterface
    interface Source {
        Standing of(String view, Collection<String> topics, int partition);
    }

    /** Tells it by what was folded and what was measured. */
    record Measured(Positions positions, Lag lag, CopyProgress copies) implements Source {
        /** Records of topics that are not folded yet. */
        @FunctionalInterface
        interface Lag {
            OptionalLong of(Collection<String> topics, int partition);
        }

        @Override
        public Standing of(String view, Collection<String> topics, int partition) {
            OptionalLong behind = lag.of(topics, partition);
            if (positions.isFolding(view, partition)) {
                return new Standing(ServedBy.ACTIVE, behind, positions.of(view, topics, partition), true);
            }
            CopyProgress.Copy copy = copies.of(view, partition).orElse(null);
            if (copy == null) {
                return new Standing(ServedBy.STANDBY, OptionalLong.empty(), Position.NONE, false);
            }
            return new Standing(
                    ServedBy.STANDBY,
                    behind.isPresent() ? OptionalLong.of(behind.getAsLong() + copy.changelogLag()) : behind,
                    copy.position(topics, partition),
                    copy.isWhole());
        }
    }
}
