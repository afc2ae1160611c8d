package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.avro.specific.SpecificRecord;
import org.chatbridge.avro.IncomingBroadcast;
import org.chatbridge.avro.Push;
import org.chatbridge.avro.view.BroadcastRow;
import org.junit.jupiter.api.Test;

class BroadcastsViewTest {
    private static final String AUTHOR = "ada@example.com";

    @Test
    void shouldTellAllMembersOfABroadcast() {
        try (OnePartition<IncomingBroadcast, BroadcastRow> partition = new OnePartition<>(new BroadcastsView())) {
            // when
            partition.send(AUTHOR, broadcast(Pushes.push("c1", 7, "incoming_multicast")));

            // then
            assertThat(partition.rows(Pushes.receivedAt(60)))
                    .containsExactly(new BroadcastRow(
                            "c1/0000000000000000007",
                            AUTHOR,
                            "lc2",
                            "{\"name\":\"canned_response_add\",\"of\":7}",
                            Pushes.receivedAt(7)));
        }
    }

    @Property(tries = 1000)
    void shouldKeepTheLastHundredWhateverComesAgainAndWhenItStarts(@ForAll Random random) {
        // given: up to three connections, and copies of what came before
        List<SpecificRecord> told = new ArrayList<>();
        TreeMap<String, SpecificRecord> inTime = new TreeMap<>();
        BroadcastsView view = new BroadcastsView();
        for (int connection = 1; connection <= 3; connection++) {
            int count = 20 + random.nextInt(40);
            for (int sequence = 1; sequence <= count; sequence++) {
                IncomingBroadcast one = broadcast(Pushes.push("c" + connection, sequence, "incoming_broadcast"));
                told.add(one);
                inTime.put(view.key(AUTHOR, one), one);
            }
        }
        while (inTime.size() > 100) {
            inTime.pollFirstEntry();
        }
        List<SpecificRecord> misread = told.isEmpty() ? told : Folding.misread(told, random);

        try (OnePartition<IncomingBroadcast, BroadcastRow> partition = new OnePartition<>(view)) {
            // when
            for (SpecificRecord one : misread) {
                partition.send(AUTHOR, one);
                if (random.nextInt(30) == 0) {
                    partition.resume();
                }
                if (random.nextInt(30) == 0) {
                    partition.restart();
                }
            }

            // then
            assertThat(partition.rows(Pushes.receivedAt(0)))
                    .extracting(BroadcastRow::getBroadcastId)
                    .containsExactlyElementsOf(inTime.keySet());
            assertThat(partition.told().keySet()).isEqualTo(inTime.keySet());
        }
    }

    private static IncomingBroadcast broadcast(Push push) {
        return IncomingBroadcast.newBuilder()
                .setPush(push)
                .setAuthorId(AUTHOR)
                .setType("lc2")
                .setContent("{\"name\":\"canned_response_add\",\"of\":" + push.getSequence() + "}")
                .build();
    }
}
