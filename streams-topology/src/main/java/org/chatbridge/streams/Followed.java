package org.chatbridge.streams;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notes in the directory of this instance's stores until when they followed their changelogs. That a row went is told there only
 * as long as Kafka keeps tombstones: in stores that were left alone for longer, rows would stay for good that are long gone.
 */
final class Followed {
    private static final Logger LOG = LoggerFactory.getLogger(Followed.class);
    private static final String NOTE = "followed-until";
    private static final Duration NOTED_EVERY = Duration.ofMinutes(1);

    private final Path directory;
    private final InstantSource clock;
    private Instant noted;

    /** @param directory that of Kafka Streams: a directory for each task is in it */
    Followed(Path directory, InstantSource clock) {
        this.directory = directory;
        this.clock = clock;
        this.noted = clock.instant();
    }

    /**
     * Lets stores be removed that did not follow for so long.
     *
     * @param removal of all of them
     * @throws UncheckedIOException where the directory cannot be read
     */
    void removeOlderThan(Duration limit, Runnable removal) {
        Optional<Instant> until = until();
        if (until.isPresent() && until.get().isBefore(clock.instant().minus(limit))) {
            LOG.info(
                    "the stores in {} followed until {}: what went since then may not be told any more, so they are read anew from"
                            + " Kafka",
                    directory,
                    until.get());
            removal.run();
            forget(); // what is read from now on is new
        }
    }

    private void forget() {
        try {
            Files.deleteIfExists(directory.resolve(NOTE));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Empty where there are no stores. */
    private Optional<Instant> until() {
        try {
            return Optional.of(Instant.parse(Files.readString(directory.resolve(NOTE))));
        } catch (NoSuchFileException | DateTimeParseException e) {
            return lastWritten(); // an earlier build did not note it, or the machine went down while this one did
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Optional<Instant> lastWritten() {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> Files.isRegularFile(file) && !directory.equals(file.getParent()))
                    .map(file -> file.toFile().lastModified())
                    .max(Comparator.naturalOrder())
                    .map(Instant::ofEpochMilli);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** They follow now; to be called again and again, by one thread. The first minute does not count: they may not have begun. */
    void now() {
        Instant now = clock.instant();
        if (Duration.between(noted, now).abs().compareTo(NOTED_EVERY) < 0) {
            return;
        }
        noted = now;
        try {
            Files.writeString(directory.resolve(NOTE), now.toString());
        } catch (IOException e) {
            LOG.warn("it cannot be noted in {} that the stores follow: {}", directory, e.toString());
        }
    }
}
