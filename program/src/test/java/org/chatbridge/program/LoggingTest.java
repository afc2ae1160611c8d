package org.chatbridge.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

class LoggingTest {
    @Test
    void shouldTameWhatKafkaRepeats() {
        assertThat(LoggerFactory.getLogger("org.apache.kafka.clients.NetworkClient")
                        .isWarnEnabled())
                .isFalse();
        assertThat(LoggerFactory.getLogger("org.apache.kafka.clients.producer.internals.Sender")
                        .isWarnEnabled())
                .isFalse();
        assertThat(LoggerFactory.getLogger("org.apache.kafka.clients.producer.internals.Sender")
                        .isErrorEnabled())
                .isTrue();
        assertThat(LoggerFactory.getLogger("org.apache.kafka.clients.producer.ProducerConfig")
                        .isInfoEnabled())
                .isFalse();
        assertThat(LoggerFactory.getLogger("org.apache.kafka.anything").isWarnEnabled())
                .isTrue();
    }

    @Test
    void shouldNotTellHeadersOfRequestsAtAnyLevel() {
        ch.qos.logback.classic.Logger root = (ch.qos.logback.classic.Logger) LoggerFactory.getLogger("ROOT");
        ch.qos.logback.classic.Level before = root.getLevel();
        root.setLevel(ch.qos.logback.classic.Level.TRACE);
        try {
            assertThat(java.util.logging.Logger.getLogger("sun.net.www.protocol.http.HttpURLConnection")
                            .isLoggable(Level.FINE))
                    .isFalse();
        } finally {
            root.setLevel(before);
        }
    }

    @Test
    void shouldBringJavaUtilLoggingAlongOnce() {
        Logging.install();
        Logging.install();
        assertThat(SLF4JBridgeHandler.isInstalled()).isTrue();
        assertThat(java.util.logging.LogManager.getLogManager().getLogger("").getHandlers())
                .hasSize(1);
        assertThat(java.util.logging.Logger.getLogger("x").isLoggable(Level.FINEST))
                .isFalse();
    }

    @Test
    void shouldPrintOneLineInUtcToStandardError() {
        assertThat(printed(log -> log.info("cast off")))
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z INFO  \\[main] Ferry: cast off\n");
    }

    /** Such as the reason that a peer gives for its close. */
    @Test
    void shouldNotLetWhatAStrangerSaysLookLikeAnotherLine() {
        assertThat(printed(log ->
                        log.info("closed: bye\n2026-11-22T09:00:00.000Z ERROR [main] Ferry: \u001b[31msunk\0\u009b")))
                .endsWith(" Ferry: closed: bye?2026-11-22T09:00:00.000Z ERROR [main] Ferry: ?[31msunk??\n")
                .hasLineCount(1);
    }

    private static String printed(Consumer<Logger> speaks) {
        PrintStream before = System.err;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            speaks.accept(LoggerFactory.getLogger("org.chatbridge.Ferry"));
        } finally {
            System.setErr(before);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
