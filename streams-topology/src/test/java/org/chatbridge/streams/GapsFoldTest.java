package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.chatbridge.avro.Gap;
import org.junit.jupiter.api.Test;

class GapsFoldTest {
    private static final Gap OPEN = Pushes.gap("c1", "silence");
    private static final Gap CLOSED = Pushes.closed(OPEN);
    private static final Gap HEALED = Pushes.resynced(CLOSED, List.of("chat:PX"));

    @Test
    void shouldKeepWhatTellsMost() {
        assertThat(GapsFold.told(OPEN, null)).isEqualTo(OPEN);
        assertThat(GapsFold.told(CLOSED, OPEN)).isEqualTo(CLOSED);
        assertThat(GapsFold.told(OPEN, CLOSED)).isEqualTo(CLOSED);
        assertThat(GapsFold.told(HEALED, CLOSED)).isEqualTo(HEALED);
        assertThat(GapsFold.told(CLOSED, HEALED)).isEqualTo(HEALED);
    }

    @Property(tries = 200)
    void shouldEndInTheSameGapInWhateverOrderItsRecordsCome(@ForAll Random random) {
        // given: two that differ in nothing that orders
        List<Gap> records = new ArrayList<>(List.of(OPEN, CLOSED, HEALED, HEALED));
        records.add(Pushes.with(HEALED, "detail", "1006"));
        records.add(Pushes.resynced(CLOSED, List.of()));
        Gap inThisOrder = fold(records);

        // when
        Collections.shuffle(records, random);

        // then
        assertThat(fold(records)).isEqualTo(inThisOrder);
    }

    private static Gap fold(List<Gap> records) {
        return records.stream()
                .reduce((gap, record) -> GapsFold.told(record, gap))
                .orElseThrow();
    }
}
