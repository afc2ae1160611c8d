package org.chatbridge.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FaultScriptTest {

    @Test
    void shouldReadTimesAndFaults() {
        FaultScript script = FaultScript.parse(List.of("# a bad day", "", "0 refuse-upgrades 5 503", " 12.5  cut "));

        assertThat(script.steps())
                .extracting(FaultScript.Step::at)
                .containsExactly(Duration.ZERO, Duration.ofMillis(12_500));
        assertThat(script.steps().get(0).effect().lasts()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void shouldNameEveryBadLineAndWhatIsExpected() {
        assertThatThrownBy(
                        () -> FaultScript.parse(List.of("1 cut", "soon cut", "2 silence", "3 close 1006", "4 cut it")))
                .isInstanceOf(Arguments.BadArgument.class)
                .hasMessage("""
                        line 2: soon is no number of seconds from 0 to 86400
                        line 3: 'silence': something is missing: expected silence SECONDS
                        line 4: 'close 1006': no close frame may carry 1006: expected close CODE [REASON]
                        line 5: 'cut it': 'it' is too much: expected cut""");
        assertThatThrownBy(() -> FaultScript.parse(List.of("1 dance")))
                .hasMessageStartingWith("line 1: 'dance': no such fault: expected one of cut; close CODE [REASON]; ");
        assertThatThrownBy(() -> FaultScript.read(Path.of("nowhere"))).hasMessageContaining("--faults 'nowhere'");
    }
}
