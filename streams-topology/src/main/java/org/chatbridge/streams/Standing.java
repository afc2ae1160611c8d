package org.chatbridge.streams;

import java.util.Collection;
import java.util.OptionalLong;
import org.chatbridge.streams.StoreReader.ServedBy;

/**
 * How far the copy of a partition on this instance is. What is read of it afterwards is as far, or further.
 *
 * @param servedBy active where this instance folds the partition, and no other may by now
 * @param lag records that are not in it, and of what other views tell this one those of the same partition, so that all
 *     partitions together have each once; empty where not known
 * @param lagOfAnyRow records that any of its rows may lack: of what other views tell, those of all partitions
 * @param isWhole false where rows may be missing from it that have long been there
 */
record Standing(ServedBy servedBy, OptionalLong lag, OptionalLong lagOfAnyRow, Position position, boolean isWhole) {
    /** As far as a single row is concerned. */
    Standing ofOneRow() {
        return new Standing(servedBy, lagOfAnyRow, lagOfAnyRow, position, isWhole);
    }

    /** Tells how far the copies of a view are. */
    @FunctionalInterface
    interface Source {
        /**
         * Of one store.
         *
         * @param store of the view's stores the one that is read: each has a changelog of its own, so that one of them may be
         *     whole where another has hardly begun
         * @param topics the sources of the view
         */
        Standing of(String view, String store, Collection<String> topics, int partition);
    }

    /** Tells it by what was folded and what was measured. */
    record Measured(Positions positions, Lag lag, CopyProgress copies) implements Source {
        /** Records of topics that are not folded yet; see {@link LagMeter}. */
        interface Lag {
            OptionalLong lag(Collection<String> topics, int partition);

            OptionalLong lagOfAnyRow(Collection<String> topics, int partition);

            /** Whether the group may have given away what is folded here: it has not been heard for as long as a session lasts. */
            boolean isCutOff();
        }

        @Override
        public Standing of(String view, String store, Collection<String> topics, int partition) {
            OptionalLong behind = lag.lag(topics, partition);
            OptionalLong ofAnyRow = lag.lagOfAnyRow(topics, partition);
            if (positions.isFolding(view, partition)) {
                return new Standing(
                        lag.isCutOff() ? ServedBy.STANDBY : ServedBy.ACTIVE,
                        behind,
                        ofAnyRow,
                        positions.of(view, topics, partition),
                        true);
            }
            CopyProgress.Copy copy = copies.of(store, partition).orElse(null);
            if (copy == null) {
                return new Standing(ServedBy.STANDBY, OptionalLong.empty(), OptionalLong.empty(), Position.NONE, false);
            }
            OptionalLong missing = OptionalLong.of(copy.changelogLag());
            return new Standing(
                    ServedBy.STANDBY,
                    Freshness.sum(behind, missing),
                    Freshness.sum(ofAnyRow, missing),
                    copy.position(topics, partition),
                    copy.isWhole());
        }
    }
}
