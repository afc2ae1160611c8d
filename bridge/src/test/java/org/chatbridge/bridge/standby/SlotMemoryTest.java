package org.chatbridge.bridge.standby;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.chatbridge.bridge.ledger.FakeMemory;
import org.chatbridge.bridge.ledger.Memory;
import org.junit.jupiter.api.Test;

class SlotMemoryTest {
    private final FakeMemory disk = new FakeMemory();
    private final FakeMemory otherDisk = new FakeMemory();
    private final List<byte[]> slot = new ArrayList<>();
    private boolean kafkaIsAway;

    @Test
    void shouldGoOnWithItsOwnAccountWhereTheSlotMissedTheEndOfIt() throws Exception {
        SlotMemory first = turn(disk);
        first.remember(state("s1"));
        kafkaIsAway = true;
        first.remember(state("s2"));
        kafkaIsAway = false;
        assertThat(recalled(turn(disk))).as("after a start").isEqualTo("s2");

        first.found(left());
        assertThat(recalled(first)).as("without one").isEqualTo("s2");
    }

    @Test
    void shouldGoOnWithItsOwnAccountWhereTheSlotHasNothingOfItsTurn() throws Exception {
        SlotMemory first = turn(disk);
        first.remember(state("s1"));
        SlotMemory second = turn(otherDisk);
        assertThat(recalled(second)).isEqualTo("s1");
        kafkaIsAway = true;
        second.remember(state("b1"));
        assertThat(recalled(turn(otherDisk))).isEqualTo("b1");
        SlotMemory third = turn(otherDisk);
        assertThat(recalled(third)).isEqualTo("b1");
        third.remember(state("b2"));
        kafkaIsAway = false;

        assertThat(recalled(turn(otherDisk))).isEqualTo("b2");
    }

    @Test
    void shouldGoOnWithTheAccountOfItsSuccessorThoughItWroteLongerItself() throws Exception {
        SlotMemory first = turn(disk);
        first.remember(state("s1"));
        kafkaIsAway = true;
        for (int i = 2; i < 9; i++) {
            first.remember(state("s" + i));
        }
        kafkaIsAway = false;
        SlotMemory second = turn(otherDisk);
        assertThat(recalled(second)).isEqualTo("s1");
        second.remember(state("b1"));
        assertThat(recalled(turn(disk))).isEqualTo("b1");

        first.found(left());
        assertThat(recalled(first)).isEqualTo("b1");
        first.remember(state("s10"));
        assertThat(recalled(turn(otherDisk))).isEqualTo("s10");
    }

    @Test
    void shouldGoOnWithWhatOnlyTheSlotHas() throws Exception {
        SlotMemory first = turn(disk);
        first.remember(state("s1"));
        disk.refuse(true);
        assertThatThrownBy(() -> first.remember(state("s2"))).isInstanceOf(IOException.class);

        assertThat(recalled(turn(disk))).isEqualTo("s2");
    }

    @Test
    void shouldGoOnWithTheSlotsWhereItCannotTellWhichIsNewer() throws Exception {
        disk.remember(state("of an earlier build"));
        slot.add(state("of one, too"));
        assertThat(recalled(turn(disk))).isEqualTo("of one, too");

        Memory broken = new Memory() {
            @Override
            public Optional<byte[]> recall() throws IOException {
                throw new IOException("Input/output error");
            }

            @Override
            public void remember(byte[] state) {
                // not of interest
            }
        };
        assertThat(recalled(turn(broken))).isEqualTo("of one, too");

        slot.clear();
        assertThatThrownBy(() -> turn(broken).recall()).isInstanceOf(IOException.class);
        assertThat(recalled(turn(disk))).as("nothing was ever left").isEqualTo("of an earlier build");
    }

    @Test
    void shouldKnowTheNewestConnectionThatAnotherBridgeHad() throws Exception {
        assertThat(another(turn(disk), "c1")).as("nobody was before").isEmpty();
        assertThat(another(turn(disk), "c2")).as("it was started again").isEmpty();
        kafkaIsAway = true;
        assertThat(another(turn(disk), "c3")).as("and the slot missed it").isEmpty();
        kafkaIsAway = false;

        assertThat(another(turn(otherDisk), "c4")).isEqualTo("c2");
        assertThat(another(turn(otherDisk), "c5")).as("it was started again").isEqualTo("c2");
        assertThat(another(turn(disk), "c6")).isEqualTo("c5");
        assertThat(another(turn(disk), "c7")).as("it was started again").isEqualTo("c5");
        assertThat(another(turn(new FakeMemory()), "c8"))
                .as("it has a new disk")
                .isEqualTo("c7");
    }

    /** What it knows where its turn begins with this connection. */
    private static String another(SlotMemory memory, String connection) throws IOException {
        memory.recall();
        String another = memory.newestOfAnother();
        memory.remember(("{\"gap\":{\"connection_id\":\"c0\",\"next_connection_id\":\"" + connection
                        + "\"},\"seeing\":{\"connection_id\":\"" + connection + "\"}}")
                .getBytes(UTF_8));
        return another;
    }

    /** A bridge whose turn begins. */
    private SlotMemory turn(Memory own) {
        SlotMemory memory = new SlotMemory(own, state -> {
            if (!kafkaIsAway) {
                slot.add(state);
            }
        });
        memory.found(left());
        return memory;
    }

    private Optional<byte[]> left() {
        return slot.isEmpty() ? Optional.empty() : Optional.of(slot.get(slot.size() - 1));
    }

    private static String recalled(SlotMemory memory) throws IOException {
        return JsonMapper.builder()
                .build()
                .readTree(memory.recall().orElseThrow())
                .path("is")
                .asText();
    }

    private static byte[] state(String is) {
        return ("{\"is\":\"" + is + "\"}").getBytes(UTF_8);
    }
}
