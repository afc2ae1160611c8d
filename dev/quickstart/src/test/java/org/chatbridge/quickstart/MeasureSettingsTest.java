package org.chatbridge.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class MeasureSettingsTest {
    @Test
    void shouldReadWhatIsSetAndTakeTheRestAsItIsMeasured() throws Exception {
        MeasureSettings settings = settings("million", "threads=20000 jvm=-Xint set=streams.a=b set=c=d");

        assertThat(settings.kind()).isEqualTo(MeasureSettings.Kind.MILLION);
        assertThat(settings.threads()).isEqualTo(20_000);
        assertThat(settings.partitions()).isEqualTo(12);
        assertThat(settings.jvmOptions()).containsExactly("-Xint");
        assertThat(settings.viewsSettings()).containsExactly("streams.a=b", "c=d");
        assertThat(settings("rebuild", "pushes=5000").pushes()).isEqualTo(5_000);
        assertThat(settings("latency", "").length()).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void shouldNameEachMistake() {
        assertThatThrownBy(() -> settings("speed", "threads=many pushes=3 colour=red"))
                .hasMessageContaining("-Dmeasure=speed")
                .hasMessageContaining("threads=many")
                .hasMessageContaining("pushes=3")
                .hasMessageContaining("colour=red");
    }

    @Test
    void shouldTakeRatesASecondAndOfTheTopRate() throws Exception {
        List<PushRate> rates = settings("latency", "rate=10%,2000").rates();

        assertThat(rates.stream().map(rate -> rate.perSecond(15_000))).containsExactly(1_500, 2_000);
        assertThat(rates.stream().map(PushRate::ofTop)).containsExactly(true, false);
        for (String wrong : List.of("0%", "101%", "50%,fast", "50", "", "10%,")) {
            assertThatThrownBy(() -> settings("latency", "rate=" + wrong))
                    .hasMessageStartingWith("-Drate=" + wrong + ": expected a whole number from 100 to 100000, or")
                    .hasMessageNotContaining("\n");
        }
    }

    @Test
    void shouldMakeOneThingLargerInEachRowOfGrowth() throws Exception {
        MeasureSettings base = settings("growth", "rows=chats,instances-3 times=4");

        assertThat(base.growth()).containsExactly(Growth.CHATS, Growth.INSTANCES_3);
        assertThat(Growth.CHATS.of(base).threads()).isEqualTo(20_000);
        assertThat(Growth.AGENTS.of(base).agents()).isEqualTo(4_000);
        assertThat(Growth.PARTITIONS.of(base).partitions()).isEqualTo(24);
        assertThat(Growth.INSTANCES_3.of(base).instances()).isEqualTo(3);
        assertThat(Growth.BASE.of(base)).isEqualTo(base);
        assertThatThrownBy(() -> settings("growth", "rows=base,registry"))
                .hasMessageStartingWith("-Drows=base,registry: expected one of base, chats,");
    }

    private static MeasureSettings settings(String measure, String options) throws Exception {
        Properties properties = new Properties();
        properties.setProperty("measure", measure);
        properties.setProperty("measure.options", options);
        return MeasureSettings.of(properties);
    }
}
