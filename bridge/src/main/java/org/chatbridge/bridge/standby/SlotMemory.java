package org.chatbridge.bridge.standby;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import org.chatbridge.bridge.ledger.Memory;

/** Remembers the ledger in two places: the own disk, and the slot, where the bridge that follows finds it. */
public final class SlotMemory implements Memory {
    private final Memory own;
    private final Consumer<byte[]> slot;
    private volatile Optional<byte[]> left = Optional.empty();

    /** @param slot takes each state; must not block */
    public SlotMemory(Memory own, Consumer<byte[]> slot) {
        this.own = own;
        this.slot = slot;
    }

    /** What stands in the slot, of whichever bridge. */
    public void found(Optional<byte[]> state) {
        left = state;
    }

    /** The slot's; the own one where the slot was never written. */
    @Override
    public Optional<byte[]> recall() throws IOException {
        return left.isPresent() ? left : own.recall();
    }

    @Override
    public void remember(byte[] state) throws IOException {
        slot.accept(state);
        own.remember(state);
    }
}
