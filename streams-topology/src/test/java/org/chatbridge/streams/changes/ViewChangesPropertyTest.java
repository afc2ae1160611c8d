package org.chatbridge.streams.changes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/** Readers who are cut at any event and go on at any instance: each has the view in the end. */
class ViewChangesPropertyTest {
    private static final List<String> VIEWS = List.of("agents", "customers", "agents,customers");

    @Property(tries = 40, shrinking = ShrinkingMode.OFF)
    void shouldGiveEveryReaderTheViewWhereverItIsCut(@ForAll long seed) throws Exception {
        Random random = new Random(seed);
        FakeTopics topics = new FakeTopics(Instance.VIEWS);
        World world = new World(topics, random, 1 + random.nextInt(60));
        world.change(random.nextInt(400));
        Path directory = Files.createTempDirectory("changes");
        try (Instance one = instance(topics, directory.resolve("one"), Instance.LARGE_RING, random);
                Instance other = instance(topics, directory.resolve("other"), 500 + random.nextInt(5_000), random)) {
            List<Instance> instances = List.of(one.awaitReady(), other.awaitReady());
            List<TableReader> readers = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                readers.add(new TableReader(VIEWS.get(random.nextInt(VIEWS.size()))));
            }
            boolean compacts = random.nextBoolean();
            for (int turn = 0; turn < 30; turn++) {
                world.change(random.nextInt(40));
                if (compacts && random.nextInt(6) == 0) {
                    topics.compact(random.nextInt(100), false);
                }
                for (TableReader reader : readers) {
                    if (!reader.isConnected()) {
                        reader.connect(instances.get(random.nextInt(2)).changes, random.nextInt(60));
                    } else if (random.nextInt(10) == 0) {
                        reader.disconnect();
                    }
                }
                TimeUnit.MILLISECONDS.sleep(random.nextInt(4));
            }
            for (TableReader reader : readers) {
                reader.disconnect();
                reader.connect(instances.get(random.nextInt(2)).changes, -1);
            }
            end(world, readers);
            if (!compacts) {
                assertThat(readers).allMatch(reader -> reader.resets() == 0);
            }
        } finally {
            delete(directory);
        }
    }

    @Property(tries = 20, shrinking = ShrinkingMode.OFF)
    void shouldTellEveryChangeOnceToReadersWhoAreCutWhileTheyAreLive(@ForAll long seed) throws Exception {
        Random random = new Random(seed);
        FakeTopics topics = new FakeTopics(Instance.VIEWS);
        World world = new World(topics, random, 1 + random.nextInt(20));
        world.change(random.nextInt(200));
        Path directory = Files.createTempDirectory("changes");
        try (Instance one = instance(topics, directory.resolve("one"), Instance.LARGE_RING, random);
                Instance other = instance(topics, directory.resolve("other"), Instance.LARGE_RING, random)) {
            List<Instance> instances = List.of(one.awaitReady(), other.awaitReady());
            List<TableReader> readers = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                TableReader reader = new TableReader(VIEWS.get(random.nextInt(VIEWS.size())));
                readers.add(reader);
                reader.connect(instances.get(i % 2).changes, -1);
                Instance.await(() -> reader.lives() == 1);
                reader.beStrict();
            }
            for (int turn = 0; turn < 40; turn++) {
                world.change(random.nextInt(30));
                for (TableReader reader : readers) {
                    if (!reader.isConnected()) {
                        reader.connect(instances.get(random.nextInt(2)).changes, 2 + random.nextInt(60));
                    } else if (random.nextInt(10) == 0) {
                        reader.disconnect();
                    }
                }
                TimeUnit.MILLISECONDS.sleep(random.nextInt(4));
            }
            for (TableReader reader : readers) {
                reader.disconnect();
                reader.connect(instances.get(random.nextInt(2)).changes, -1);
            }
            end(world, readers);
            assertThat(readers).allMatch(reader -> reader.resets() == 0);
            assertThat(one.count(ChangesMetrics.FROM_REPLICA)).isZero();
        } finally {
            delete(directory);
        }
    }

    private static void end(World world, List<TableReader> readers) {
        world.change(5);
        for (TableReader reader : readers) {
            try {
                Instance.await(() -> reader.table().equals(world.rows(reader.views())));
            } catch (AssertionError e) {
                assertThat(reader.table()).isEqualTo(world.rows(reader.views()));
            }
            assertThat(reader.mistakes()).isEmpty();
        }
    }

    private static Instance instance(FakeTopics topics, Path directory, long ringBytes, Random random) {
        return new Instance(topics, directory, ringBytes, new Random(random.nextLong()), Instance.CLOCK);
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
