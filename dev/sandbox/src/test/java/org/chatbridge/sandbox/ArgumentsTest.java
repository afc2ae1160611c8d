package org.chatbridge.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class ArgumentsTest {

    @Test
    void shouldReadPairsAndFlags() {
        Arguments arguments = Arguments.parse("--port", "0", "--token", "Bearer x", "--help");

        assertThat(arguments.port("--port", 9300)).isZero();
        assertThat(arguments.text("--token", "")).isEqualTo("Bearer x");
        assertThat(arguments.number("--seed", -7, Long.MIN_VALUE, Long.MAX_VALUE))
                .isEqualTo(-7);
        assertThat(arguments.help()).isTrue();
        arguments.refuseOthers();
    }

    @Test
    void shouldNameTheWrongArgument() {
        assertThatThrownBy(() -> Arguments.parse("--port", "x").port("--port", 1))
                .isInstanceOf(Arguments.BadArgument.class)
                .hasMessage("--port 'x': expected a whole number from 0 to 65535");
        assertThatThrownBy(() -> Arguments.parse("--port", "65536").port("--port", 1))
                .hasMessageContaining("65536");
        assertThatThrownBy(() -> Arguments.parse("9300")).hasMessageContaining("unexpected argument '9300'");
        assertThatThrownBy(() -> Arguments.parse("--a", "1", "--a", "2")).hasMessage("--a is given twice");
        assertThatThrownBy(() -> Arguments.parse("--prot", "1").refuseOthers())
                .hasMessage("unknown argument --prot (see --help)");
    }
}
