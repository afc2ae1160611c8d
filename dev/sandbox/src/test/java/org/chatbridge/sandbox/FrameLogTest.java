package org.chatbridge.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
final class FrameLogTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void shouldTellWhatWasSentToWhomAndWhatNobodyHeard() throws Exception {
        Path file = directory.resolve("frames.ndjson");
        List<String> got = new ArrayList<>();
        try (SimulatedLiveChat simulator =
                new SimulatedLiveChat(SimulatorSettings.defaults().withRate(500).withFrameLog(file))) {
            simulator.start();
            try (RawClient first = RawClient.connect(simulator)) {
                first.login("Bearer sandbox");
                while (got.size() < 100) {
                    got.add(first.await(RawClient.isPush()).path("sim").asText());
                }
            }
            while (simulator.truth().unheard() < 50) {
                LockSupport.parkNanos(2_000_000);
            }
            simulator.inflict("push-early 2");
            try (RawClient second = RawClient.connect(simulator)) {
                second.login("Bearer sandbox");
                simulator.inflict("garbage 1");
                second.await(JsonNode::isMissingNode);
            }
        }
        List<JsonNode> lines = Files.readAllLines(file).stream().map(Json::read).toList();
        List<JsonNode> pushes = lines.stream().filter(line -> line.has("push")).toList();
        List<String> marks = new ArrayList<>();
        pushes.forEach(push -> push.path("on").forEach(mark -> marks.add(mark.asText())));

        assertThat(got).startsWith("1-1", "1-2", "1-3").isEqualTo(marks.subList(0, got.size()));
        assertThat(marks).contains("2-1", "2-2");
        assertThat(pushes.stream().filter(push -> push.path("on").isEmpty())).hasSizeGreaterThanOrEqualTo(50);
        assertThat(pushes).extracting(push -> push.path("action").asText()).contains("incoming_event", "garbage");
        assertThat(lines.stream()
                        .filter(line -> line.path("connection").asInt() == 1)
                        .map(line -> line.path("is").asText()))
                .containsExactly("opened", "logged in", "closed");
    }

    @Test
    void shouldMarkNothingWithoutALog() throws Exception {
        try (SimulatedLiveChat simulator =
                new SimulatedLiveChat(SimulatorSettings.defaults().withRate(500))) {
            simulator.start();
            try (RawClient client = RawClient.connect(simulator)) {
                client.login("Bearer sandbox");
                assertThat(client.await(RawClient.isPush()).has("sim")).isFalse();
            }
        }
    }
}
