package org.chatbridge.bridge.ledger;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/** Remembers the ledger in a file of the journal's directory, which is replaced as a whole. */
public final class LedgerFile implements Memory {
    private static final String NAME = "ledger.json";

    private final Path file;
    private final Path next;

    /** @param directory must exist when it is first used */
    public LedgerFile(Path directory) {
        this.file = directory.resolve(NAME);
        this.next = directory.resolve(NAME + ".new");
    }

    @Override
    public Optional<byte[]> recall() throws IOException {
        try {
            return Optional.of(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    @Override
    public void remember(byte[] state) throws IOException {
        Files.write(next, state);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
