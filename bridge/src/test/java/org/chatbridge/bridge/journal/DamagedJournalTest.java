package org.chatbridge.bridge.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.chatbridge.bridge.frames.Frame;
import org.chatbridge.bridge.frames.FrameQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a journal makes of files that are not as it wrote them. */
class DamagedJournalTest {
    private static final int ENTRIES = 6;

    @TempDir
    Path root;

    private Path whole;
    private byte[] content = new byte[0];
    private String segmentName = "";

    /** Where each entry ends; the first of them where the first entry begins. */
    private final List<Integer> ends = new ArrayList<>();

    @BeforeEach
    void writeSixEntries() throws Exception {
        whole = root.resolve("whole");
        ends.add(Segment.HEADER_BYTES);
        try (Journal journal = Frames.open(whole)) {
            for (int i = 1; i <= ENTRIES; i++) {
                journal.put(Frames.numbered(i, 30 + i));
                ends.add(Segment.HEADER_BYTES + (int) journal.bytes());
            }
        }
        Path segment = files(whole, ".journal").get(0);
        segmentName = String.valueOf(segment.getFileName());
        content = Files.readAllBytes(segment);
    }

    @Test
    void shouldKeepAllWholeEntriesWhereverTheEndIsCut() throws Exception {
        for (int cut = 0; cut <= content.length; cut++) {
            Path directory = damaged("cut" + cut, Arrays.copyOf(content, cut));
            int length = cut;
            long left = ends.stream().skip(1).filter(end -> end <= length).count();
            try (Journal journal = Frames.open(directory)) {
                assertThat(journal.pending()).as("cut at %s", cut).isEqualTo(left);
                journal.put(Frames.numbered(100, 10));
                assertThat(Frames.sequences(Frames.takeAll(journal)))
                        .as("cut at %s", cut)
                        .isEqualTo(expected(left, 100));
                assertThat(journal.damaged()).isZero();
            }
            try (Journal journal = Frames.open(directory)) {
                assertThat(journal.pending()).isEqualTo(left + 1);
                assertThat(journal.damaged()).isZero();
            }
        }
    }

    @Test
    void shouldTakeZerosAtTheEndForAnAppendThatNeverReachedTheDisk() throws Exception {
        for (int zeros : new int[] {1, 27, 28, 29, 4096}) {
            Path directory = damaged("zeros" + zeros, Arrays.copyOf(content, content.length + zeros));
            try (Journal journal = Frames.open(directory)) {
                assertThat(journal.pending()).isEqualTo(ENTRIES);
                assertThat(journal.damaged()).isZero();
            }
            assertThat(Files.size(directory.resolve(segmentName))).isEqualTo(content.length);
        }
    }

    @Test
    void shouldLoseOneEntryAtTheMostWhateverBitIsFlipped() throws Exception {
        for (int at = Segment.HEADER_BYTES; at < content.length; at++) {
            byte[] flipped = content.clone();
            flipped[at] ^= (byte) (1 << at % 8);
            int offset = at;
            int hit = (int) ends.stream().filter(end -> end <= offset).count();
            Path directory = damaged("flip" + at, flipped);
            try (Journal journal = Frames.open(directory)) {
                assertThat(journal.pending()).as("flipped at %s", at).isEqualTo(ENTRIES - 1);
                long bytes = journal.bytes();
                journal.put(Frames.numbered(100, 10));

                List<FrameQueue.Entry> entries = Frames.takeAll(journal);
                List<Long> expected = expected(ENTRIES, 100);
                expected.remove((Long) (long) hit);
                assertThat(Frames.sequences(entries)).as("flipped at %s", at).isEqualTo(expected);
                assertThat(bytes).isEqualTo(content.length - ends.get(0) - (ends.get(hit) - ends.get(hit - 1)));
                assertThat(journal.damaged()).as("flipped at %s", at).isEqualTo(1);
                entries.forEach(journal::delivered);
                assertThat(journal.pending()).isZero();
                assertThat(journal.bytes()).isZero();
            }
            List<Path> kept = files(directory, ".damaged");
            assertThat(kept).hasSize(1);
            assertThat(Files.readAllBytes(kept.get(0)))
                    .isEqualTo(Arrays.copyOfRange(flipped, ends.get(hit - 1), ends.get(hit)));
        }
    }

    @Test
    void shouldTellOfDamageOnceAndSkipItAtEveryStart() throws Exception {
        byte[] flipped = content.clone();
        flipped[ends.get(2) + 40] ^= 1;
        Path directory = damaged("twice", flipped);
        Frames.open(directory).close();
        try (Journal journal = Frames.open(directory)) {
            assertThat(journal.damaged()).isZero();
            assertThat(Frames.sequences(Frames.takeAll(journal))).containsExactly(1L, 2L, 4L, 5L, 6L);
        }
    }

    /** As a full disk, or the end of the process, leaves it. */
    @Test
    void shouldKeepDamageAgainOfWhichOnlyAPartWasKept() throws Exception {
        byte[] flipped = content.clone();
        flipped[ends.get(2) + 40] ^= 1;
        Path directory = damaged("part", flipped);
        byte[] damage = Arrays.copyOfRange(flipped, ends.get(2), ends.get(3));
        Path aside = directory.resolve(segmentName + "." + ends.get(2) + ".damaged");
        Files.write(aside, Arrays.copyOf(damage, 10));

        try (Journal journal = Frames.open(directory)) {
            assertThat(journal.damaged()).isEqualTo(1);
        }
        assertThat(Files.readAllBytes(aside)).isEqualTo(damage);
    }

    /** As a power cut may leave it. */
    @Test
    void shouldPutNothingAtThePositionOfASegmentWithoutAWholeEntry() throws Exception {
        // given
        try (Journal journal = Frames.open(whole)) {
            journal.put(Frames.numbered(ENTRIES + 1, 10));
        }
        Path second = files(whole, ".journal").stream()
                .filter(file -> !file.endsWith(segmentName))
                .findFirst()
                .orElseThrow();
        byte[] flipped = Files.readAllBytes(second);
        flipped[flipped.length - 1] ^= 1;
        Files.write(second, flipped);

        // when
        try (Journal journal = Frames.open(whole)) {
            assertThat(journal.damaged()).isEqualTo(1);
            journal.put(Frames.numbered(100, 10));
        }

        // then
        assertThat(files(whole, ".journal"))
                .extracting(file -> Segment.of(file).orElseThrow().firstPosition())
                .as("or it would be left to chance which of two comes first")
                .doesNotHaveDuplicates();
        try (Journal journal = Frames.open(whole)) {
            assertThat(journal.pending()).isEqualTo(ENTRIES + 1);
            List<FrameQueue.Entry> entries = Frames.takeAll(journal);
            assertThat(Frames.sequences(entries)).isEqualTo(expected(ENTRIES, 100));
            entries.forEach(journal::delivered);
            assertThat(journal.pending()).isZero();
            assertThat(journal.bytes()).isZero();
        }
    }

    /** As a power cut or a refusing disk leaves them: begun at the position of one that was filled later. */
    @Test
    void shouldKeepWhatIsPendingBesideSegmentsThatWereOnlyBegun() throws Exception {
        // given
        try (Journal journal = Frames.open(whole)) {
            Frames.takeAll(journal).subList(0, 2).forEach(journal::delivered);
        }
        long first = Segment.of(whole.resolve(segmentName)).orElseThrow().firstPosition();
        for (int mark = 0; mark < 50; mark++) {
            Files.write(Segment.named(whole, first, mark).path(), Arrays.copyOf(Segment.header(), mark % 9));
        }

        // then
        try (Journal journal = Frames.open(whole)) {
            assertThat(Frames.sequences(Frames.takeAll(journal))).containsExactly(3L, 4L, 5L, 6L);
            assertThat(journal.damaged()).isZero();
        }
    }

    @Test
    void shouldSayNothingOfDamageToWhatKafkaHas() throws Exception {
        try (Journal journal = Frames.open(whole)) {
            Frames.takeAll(journal).subList(0, 4).forEach(journal::delivered);
        }
        byte[] flipped = content.clone();
        flipped[ends.get(2) + 40] ^= 1;
        Files.write(whole.resolve(segmentName), flipped);
        try (Journal journal = Frames.open(whole)) {
            assertThat(Frames.sequences(Frames.takeAll(journal))).containsExactly(5L, 6L);
            assertThat(journal.damaged()).isZero();
        }
    }

    @Test
    void shouldSkipWhatIsDamagedWhileItRuns() throws Exception {
        try (Journal journal = Frames.open(whole)) {
            try (RandomAccessFile file =
                    new RandomAccessFile(whole.resolve(segmentName).toFile(), "rw")) {
                file.seek(ends.get(3) + 40L);
                file.write(~content[ends.get(3) + 40]);
                file.seek(ends.get(5));
                file.write(new byte[10]);
            }
            List<FrameQueue.Entry> entries = Frames.takeAll(journal);
            assertThat(Frames.sequences(entries)).containsExactly(1L, 2L, 3L, 5L);
            assertThat(journal.damaged()).isEqualTo(2);
            assertThat(journal.pending()).isEqualTo(4);
            entries.forEach(journal::delivered);
            assertThat(journal.pending()).isZero();
            assertThat(journal.bytes()).isZero();
        }
    }

    @Test
    void shouldFindNoEntryWithinAFrame() throws Exception {
        // A customer may send what looks like an entry of this or another journal.
        byte[] bait = Arrays.copyOfRange(content, ends.get(1), ends.get(2));
        Path directory = root.resolve("bait");
        try (Journal journal = Frames.open(directory)) {
            journal.put(new Frame("c", 1, 1, null, Frame.Kind.TEXT, bait));
            journal.put(new Frame("c", 2, 1, null, Frame.Kind.TEXT, bait));
        }
        Path segment = files(directory, ".journal").get(0);
        byte[] flipped = Files.readAllBytes(segment);
        flipped[Segment.HEADER_BYTES + 9] ^= 1;
        Files.write(segment, flipped);
        try (Journal journal = Frames.open(directory)) {
            assertThat(Frames.sequences(Frames.takeAll(journal))).containsExactly(2L);
        }
    }

    @Test
    void shouldSurviveAnyRubbish() throws Exception {
        Random random = new Random(1);
        for (int i = 0; i < 300; i++) {
            byte[] rubbish = content.clone();
            for (int hits = 1 + random.nextInt(20); hits > 0; hits--) {
                rubbish[Segment.HEADER_BYTES + random.nextInt(rubbish.length - Segment.HEADER_BYTES)] =
                        (byte) random.nextInt();
            }
            try (Journal journal = Frames.open(damaged("rubbish" + i, rubbish))) {
                long pending = journal.pending();
                List<FrameQueue.Entry> entries = Frames.takeAll(journal);
                assertThat(entries).hasSize((int) pending);
                for (FrameQueue.Entry entry : entries) {
                    long sequence = entry.frame().sequence();
                    Frames.assertSame(entry.frame(), Frames.numbered(sequence, (int) (30 + sequence)));
                }
            }
        }
    }

    @Test
    void shouldStartFromTheOldestEntryWhereTheCheckpointIsLost() throws Exception {
        try (Journal journal = Frames.open(whole)) {
            Frames.takeAll(journal).forEach(journal::delivered);
        }
        byte[] checkpoint = Files.readAllBytes(whole.resolve(Checkpoint.FILE_NAME));
        Arrays.fill(checkpoint, (byte) 7);
        Files.write(whole.resolve(Checkpoint.FILE_NAME), checkpoint);
        try (Journal journal = Frames.open(whole)) {
            assertThat(journal.pending()).isEqualTo(ENTRIES);
            assertThat(journal.lastFrame()).isEqualTo(new LastFrame(Frames.CONNECTION, ENTRIES, 1_000_006));
        }
    }

    @Test
    void shouldRefuseAFormatThatItDoesNotKnow() throws Exception {
        byte[] later = content.clone();
        later[Segment.HEADER_BYTES - 1] = 2;
        Path directory = damaged("later", later);

        assertThatThrownBy(() -> Frames.open(directory))
                .isInstanceOf(UnusableJournalException.class)
                .hasMessage("journal.dir=" + directory + ": " + segmentName
                        + " has format version 2, this bridge knows 1: let the version of the bridge that wrote it"
                        + " deliver it first");
        assertThat(Files.readAllBytes(directory.resolve(segmentName))).isEqualTo(later);
    }

    private static List<Long> expected(long entries, long last) {
        List<Long> sequences = new ArrayList<>();
        for (long i = 1; i <= entries; i++) {
            sequences.add(i);
        }
        sequences.add(last);
        return sequences;
    }

    private Path damaged(String name, byte[] segment) throws IOException {
        Path directory = Files.createDirectories(root.resolve(name));
        Files.write(directory.resolve(segmentName), segment);
        return directory;
    }

    private static List<Path> files(Path directory, String suffix) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(suffix)).toList();
        }
    }
}
