package org.chatbridge.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GrowthTableTest {
    @Test
    void shouldSayWhatHasSufferedMostBesideTheMeanOfTheBase() {
        GrowthTable table = new GrowthTable(List.of(
                row(Growth.BASE, 900), row(Growth.CHATS, 500), row(Growth.AGENTS, 1_200), row(Growth.BASE, 1_100)));

        assertThat(table.lines())
                .extracting(line -> line.replaceAll(" +", " "))
                .containsExactly(
                        "beside the base folded/s",
                        "base 0.90",
                        "chats 0.50",
                        "agents 1.20",
                        "base 1.10",
                        "what bends first: folded/s with chats, 0.50 of the base");
    }

    @Test
    void shouldSayThatNothingHasSuffered() {
        assertThat(new GrowthTable(List.of(row(Growth.BASE, 10), row(Growth.CHATS, 11))).lines())
                .endsWith("what bends first: nothing");
    }

    private static GrowthTable.Row row(Growth growth, double folded) {
        return new GrowthTable.Row(growth, Map.of("folded/s", folded));
    }
}
