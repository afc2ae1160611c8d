package org.chatbridge.bridge.ledger;

import java.io.IOException;
import java.util.Optional;

/** Where the ledger is remembered when the process ends, however it ends. */
public interface Memory {
    /**
     * What was remembered last; empty where nothing was.
     *
     * @throws IOException where it cannot be read
     */
    Optional<byte[]> recall() throws IOException;

    /**
     * Remembers.
     *
     * @throws IOException where it cannot; what was remembered before is still there
     */
    void remember(byte[] state) throws IOException;
}
