package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.chatbridge.streams.StoreReader.ServedBy;
import org.junit.jupiter.api.Test;

class StandingTest {
    private static final List<String> TOPICS = List.of("livechat.routing-status-set", "views-people-repartition");

    private final Positions positions = new Positions();
    private final CopyProgress copies = new CopyProgress();
    private boolean isCutOff;
    private final Standing.Source standings = new Standing.Measured(positions, new Behind(), copies);

    @Test
    void shouldTellOfTheCopyThatIsRead() {
        copies.measured(
                Map.of(),
                Map.of(
                        "agents", Map.of(0, new CopyProgress.Reach(100, 100)),
                        "agents-history", Map.of(0, new CopyProgress.Reach(10, 100))));

        assertThat(of("agents").isWhole()).isTrue();
        assertThat(of("agents").lag()).hasValue(2);
        assertThat(of("agents-history").isWhole()).isFalse();
        assertThat(of("agents-history").lag()).hasValue(92);
    }

    @Test
    void shouldTakeAllStoresOfAPartitionThatIsFoldedForWhole() {
        positions.opened("agents", 0);

        assertThat(of("agents-history").isWhole()).isTrue();
        assertThat(of("agents-history").servedBy()).isEqualTo(ServedBy.ACTIVE);
    }

    @Test
    void shouldTakeForACopyWhatAnotherInstanceMayFoldByNow() {
        positions.opened("agents", 0);

        isCutOff = true;

        assertThat(of("agents").servedBy()).isEqualTo(ServedBy.STANDBY);
        assertThat(of("agents").isWhole()).isTrue();
    }

    @Test
    void shouldCountForASingleRowWhatAnyPartitionMayTellIt() {
        positions.opened("agents", 0);
        assertThat(of("agents").ofOneRow().lag()).hasValue(7);

        copies.measured(Map.of(), Map.of("threads", Map.of(0, new CopyProgress.Reach(100, 103))));
        Standing copy = standings.of("threads", "threads", TOPICS, 0);
        assertThat(copy.ofOneRow().lag()).hasValue(10);
    }

    private Standing of(String store) {
        return standings.of("agents", store, TOPICS, 0);
    }

    private final class Behind implements Standing.Measured.Lag {
        @Override
        public OptionalLong lag(Collection<String> topics, int partition) {
            return OptionalLong.of(2);
        }

        @Override
        public OptionalLong lagOfAnyRow(Collection<String> topics, int partition) {
            return OptionalLong.of(7);
        }

        @Override
        public boolean isCutOff() {
            return isCutOff;
        }
    }
}
