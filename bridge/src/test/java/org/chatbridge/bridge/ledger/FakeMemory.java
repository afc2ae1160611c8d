package org.chatbridge.bridge.ledger;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A memory without a disk, which may refuse. */
public final class FakeMemory implements Memory {
    byte @Nullable [] remembered;
    boolean refuses;

    public void refuse(boolean now) {
        refuses = now;
    }

    @Override
    public Optional<byte[]> recall() {
        return Optional.ofNullable(remembered);
    }

    @Override
    public void remember(byte[] state) throws IOException {
        if (refuses) {
            throw new IOException("No space left on device");
        }
        remembered = state;
    }
}
