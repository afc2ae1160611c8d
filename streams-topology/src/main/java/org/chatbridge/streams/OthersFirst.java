package org.chatbridge.streams;

import java.util.Collection;
import java.util.List;
import org.chatbridge.program.HostPort;

/** Where things are while another instance may fold what this one does: whoever else has them is asked before it. */
record OthersFirst(Locator known) implements Locator {
    @Override
    public HostPort self() {
        return known.self();
    }

    /** As long as Kafka is out of reach it is for nothing that those are asked again who know no more. */
    @Override
    public boolean mayChangeSoon() {
        return false;
    }

    @Override
    public Copies ofKey(String store, String key) {
        return known.ofKey(store, key).without(self());
    }

    @Override
    public List<Copies> all(String store, Collection<String> topics) {
        return known.all(store, topics).stream()
                .map(copies -> copies.without(self()))
                .toList();
    }
}
