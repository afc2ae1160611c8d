package org.chatbridge.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
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
        assertThatThrownBy(() -> settings("speed", "threads=many pulls=3"))
                .hasMessageContaining("-Dmeasure=speed")
                .hasMessageContaining("threads=many")
                .hasMessageContaining("pulls=3");
    }

    private static MeasureSettings settings(String measure, String options) throws Exception {
        Properties properties = new Properties();
        properties.setProperty("measure", measure);
        properties.setProperty("measure.options", options);
        return MeasureSettings.of(properties);
    }
}
