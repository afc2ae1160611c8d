package org.chatbridge.bridge.standby;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;
import org.chatbridge.bridge.ledger.Memory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers the ledger in two places: the own disk, and the slot, where the bridge that follows finds it. What is written to
 * the slot while Kafka is away does not get there, so either may be the newer one.
 */
public final class SlotMemory implements Memory {
    private static final Logger LOG = LoggerFactory.getLogger(SlotMemory.class);

    private final Memory own;
    private final Consumer<byte[]> slot;
    private volatile Optional<byte[]> left = Optional.empty();
    private Mark mark = new Mark(UUID.randomUUID().toString(), Set.of(), "", 0);

    /** @param slot takes each state; must not block */
    public SlotMemory(Memory own, Consumer<byte[]> slot) {
        this.own = own;
        this.slot = slot;
    }

    /** What stands in the slot, of whichever bridge. */
    public void found(Optional<byte[]> state) {
        left = state;
    }

    /** The slot's, unless the own one goes on from that; begins a turn with it. */
    @Override
    public synchronized Optional<byte[]> recall() throws IOException {
        Optional<byte[]> mine = mine();
        Optional<byte[]> account = newer(mine);
        String inSlot = left.map(state -> Mark.of(state).turn()).orElse("");
        Set<String> before = new TreeSet<>();
        account.map(Mark::of).ifPresent(from -> {
            before.add(from.turn());
            if (!from.turn().equals(inSlot)) {
                before.addAll(from.after()); // none of these got into the slot, perhaps
            }
        });
        mark = new Mark(UUID.randomUUID().toString(), before, another(account, mine, mark.turn()), 0);
        return account;
    }

    /** Id of the newest connection that another bridge had, before what was recalled; empty where there was none. */
    public synchronized String newestOfAnother() {
        return mark.another();
    }

    @Override
    public synchronized void remember(byte[] state) throws IOException {
        mark = mark.next();
        byte[] marked = mark.on(state);
        slot.accept(marked);
        own.remember(marked);
    }

    private Optional<byte[]> mine() throws IOException {
        try {
            return own.recall();
        } catch (IOException e) {
            if (left.isEmpty()) {
                throw e;
            }
            LOG.warn(
                    "what this bridge remembered of the gaps cannot be read, it goes on from the group's account: {}",
                    e.toString());
            return Optional.empty();
        }
    }

    private Optional<byte[]> newer(Optional<byte[]> mine) {
        return left.isEmpty() || (mine.isPresent() && Mark.of(mine.get()).goesOnFrom(Mark.of(left.get())))
                ? mine
                : left;
    }

    /** All of an account is another's that is of no turn that this bridge remembers as its last, or had last. */
    private static String another(Optional<byte[]> account, Optional<byte[]> mine, String had) {
        String turn = mine.map(state -> Mark.of(state).turn()).orElse("");
        return account.map(state -> {
                    Mark of = Mark.of(state);
                    return of.turn().equals(turn) || of.turn().equals(had)
                            ? of.another()
                            : Mark.newestConnection(state);
                })
                .orElse("");
    }
}
