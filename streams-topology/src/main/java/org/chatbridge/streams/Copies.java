package org.chatbridge.streams;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.chatbridge.program.HostPort;
import org.jspecify.annotations.Nullable;

/**
 * Where a partition of a store is kept, as Kafka Streams last said: it may name an instance that is gone, and one that does
 * not have the partition yet.
 *
 * @param active the instance that folds it; null where there is none
 * @param standbys those that follow
 */
record Copies(int partition, @Nullable HostPort active, List<HostPort> standbys) {
    Copies {
        standbys = List.copyOf(standbys);
    }

    /**
     * Whom to ask for its rows, the best first.
     *
     * @param self who asks: among the copies that follow its own costs least; and it may still have what was given away
     */
    List<HostPort> candidates(HostPort self) {
        Set<HostPort> candidates = new LinkedHashSet<>();
        if (active != null) {
            candidates.add(active);
        }
        if (standbys.contains(self)) {
            candidates.add(self);
        }
        candidates.addAll(standbys);
        candidates.add(self);
        return new ArrayList<>(candidates);
    }

    /** Where it is if an instance has lost it without hearing of that. */
    Copies without(HostPort host) {
        return host.equals(active) ? new Copies(partition, null, standbys) : this;
    }

    /** Whether an instance is named as keeping it. */
    boolean isAt(HostPort host) {
        return host.equals(active) || standbys.contains(host);
    }
}
