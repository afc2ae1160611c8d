package org.chatbridge.program;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the {@link Tokens} of a file, as it is now: it is looked at once a second at the most. While it cannot be read, or
 * is wrong, the tokens that were read last stay valid, and the log says so.
 */
final class TokensFile {
    private static final Logger LOG = LoggerFactory.getLogger(TokensFile.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final Duration REMINDER = Duration.ofMinutes(10);

    private final Path file;
    private final LongSupplier nanos;
    private final Obstacle obstacle;
    private final AtomicLong lookedNanos = new AtomicLong();
    private volatile Tokens tokens;
    private volatile Version version;

    /** Which state of the file was read: any change of it changes one of these. */
    private record Version(
            long modifiedMicros, long bytes, @Nullable Object fileKey) {}

    private TokensFile(Path file, LongSupplier nanos, Tokens tokens, Version version) {
        this.file = file;
        this.nanos = nanos;
        this.obstacle = new Obstacle(LOG, REMINDER, nanos, "");
        this.tokens = tokens;
        this.version = version;
        this.lookedNanos.set(nanos.getAsLong());
    }

    /**
     * Reads it for the first time.
     *
     * @param nanos a clock that never goes back, in nanoseconds
     * @throws HttpService.CannotListenException where it cannot be read or a line is wrong
     */
    static TokensFile open(Path file, LongSupplier nanos) {
        try {
            Version version = version(file);
            return new TokensFile(file, nanos, read(file), version);
        } catch (IOException | IllegalArgumentException e) {
            throw new HttpService.CannotListenException(HttpKeys.AUTH_TOKENS + "=" + file + ": " + why(e), e);
        }
    }

    /** By any thread. */
    Tokens now() {
        long now = nanos.getAsLong();
        long looked = lookedNanos.get();
        if (now - looked >= LOOK_EVERY.toNanos() && lookedNanos.compareAndSet(looked, now)) {
            look();
        }
        return tokens;
    }

    private void look() {
        try {
            // Before it is read: what changes meanwhile is read again the next time.
            Version found = version(file);
            if (!found.equals(version)) {
                tokens = read(file);
                version = found;
                LOG.info("{} has changed; tokens are accepted of {}", HttpKeys.AUTH_TOKENS, tokens.names());
            }
            obstacle.isGone();
        } catch (IOException | IllegalArgumentException e) {
            obstacle.is(HttpKeys.AUTH_TOKENS + "=" + file + ": " + why(e) + "; the tokens read before stay valid");
        }
    }

    private static Tokens read(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        return Tokens.parse(lines);
    }

    private static Version version(Path file) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return new Version(
                attributes.lastModifiedTime().to(TimeUnit.MICROSECONDS), attributes.size(), attributes.fileKey());
    }

    private static String why(Exception e) {
        if (e instanceof IllegalArgumentException) {
            return String.valueOf(e.getMessage());
        }
        if (e instanceof NoSuchFileException) {
            return "there is no such file";
        }
        return e instanceof MalformedInputException ? "expected text in UTF-8" : "cannot be read: " + e;
    }
}
