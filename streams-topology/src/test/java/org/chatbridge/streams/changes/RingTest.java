package org.chatbridge.streams.changes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.chatbridge.schema.ViewTopic;

/** Wherever a reader is, the ring finds the first change that it has not been told, or says that it is no longer there. */
class RingTest {
    private static final int PARTITIONS = 3;
    private static final Layout LAYOUT =
            new Layout("cluster", List.of(topic(ViewTopic.AGENTS), topic(ViewTopic.THREADS), topic(ViewTopic.CHATS)));

    @Property(tries = 500)
    void shouldFindTheFirstChangeThatAReaderWasNotTold(@ForAll long seed) throws Exception {
        Random random = new Random(seed);
        long[] position = new long[LAYOUT.size()];
        Ring ring = new Ring(LAYOUT, 1 + random.nextInt(20_000), position);
        List<Change> all = new ArrayList<>();
        List<long[]> known = new ArrayList<>();
        known.add(position.clone());
        for (int batch = random.nextInt(60); batch > 0; batch--) {
            List<Change> changes = new ArrayList<>();
            for (int i = random.nextInt(8); i > 0; i--) {
                int place = random.nextInt(position.length);
                long offset = position[place] + random.nextInt(3); // some records are no change
                changes.add(new Change(
                        new RowKey(place / PARTITIONS, new byte[1]), place, offset, new byte[random.nextInt(200)]));
                position[place] = offset + 1;
            }
            position[random.nextInt(position.length)] += random.nextInt(2);
            ring.append(changes, position);
            all.addAll(changes);
            known.add(position.clone());
        }

        for (int i = 0; i < 20; i++) {
            Selection selection = selection(random);
            long[] reader = reader(known, random);
            List<Change> news = all.stream()
                    .filter(change -> Ring.isNews(change, selection, reader))
                    .toList();
            long cursor = ring.find(selection, reader);
            if (cursor < 0) {
                assertThat(all.size()).as("there were more than fit").isGreaterThan(held(ring, all.size()));
                continue;
            }
            Ring.Slice slice = Objects.requireNonNull(ring.read(cursor, Integer.MAX_VALUE));
            assertThat(slice.changes().stream().filter(change -> Ring.isNews(change, selection, reader)))
                    .containsExactlyElementsOf(news);
            assertThat(slice.changes().stream().limit(1))
                    .as("nothing before it")
                    .isEqualTo(news.stream().limit(1).toList());
        }
    }

    /** A vector as one instance had it, or as one had it that read in another order. */
    private static long[] reader(List<long[]> known, Random random) {
        long[] one = known.get(random.nextInt(known.size())).clone();
        long[] other = known.get(random.nextInt(known.size()));
        if (random.nextBoolean()) {
            for (int place = 0; place < one.length; place++) {
                one[place] = random.nextBoolean() ? one[place] : other[place];
            }
        }
        return one;
    }

    private static Selection selection(Random random) {
        List<Integer> topics = new ArrayList<>();
        topics.add(random.nextInt(LAYOUT.topics().size()));
        topics.add(random.nextInt(LAYOUT.topics().size()));
        return new Selection(topics);
    }

    private static int held(Ring ring, int all) {
        int cursor = all;
        while (cursor > 0 && ring.read(cursor - 1, Integer.MAX_VALUE) != null) {
            cursor--;
        }
        return all - cursor;
    }

    private static Layout.Topic topic(ViewTopic view) {
        return new Layout.Topic(view, view.view(), view.view(), PARTITIONS, 0);
    }
}
