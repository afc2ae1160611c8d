package org.chatbridge.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.chatbridge.sandbox.JarProgram;
import org.chatbridge.sandbox.SimulatedLiveChat;
import org.chatbridge.sandbox.SimulatorSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code kill -9} loses nothing that the bridge had received, and each chat keeps its order. */
@Timeout(180)
class KilledBridgeIT {
    private static final int CHATS = 10;
    private static final Pattern SEQUENCE = Pattern.compile("\"sequence\":(\\d+)");
    private static final Pattern CONNECTION = Pattern.compile("\"connection_id\":\"([^\"]+)\"");
    private static final Pattern ADDRESS = Pattern.compile("metrics at (http://127\\.0\\.0\\.1:\\d+)");

    private final String prefix = Servers.newPrefix();
    private final Map<String, Long> journalled = new HashMap<>();
    private int starts;
    private int sent;

    @TempDir
    Path directory;

    @Test
    void shouldDeliverEveryJournalledPushHoweverOftenItIsKilled() throws Exception {
        try (SimulatedLiveChat liveChat = liveChat()) {
            for (int kills = 0; kills < 3; kills++) {
                JarProgram bridge = streaming(liveChat);
                send(liveChat, 2_000);
                noteWhatIsJournalled();
                send(liveChat, 200); // some of them are on their way now
                bridge.kill();
            }
            deliverTheRest(liveChat);
        }
        assertNoHoles();
    }

    @Test
    void shouldDeliverWhatWasLeftWhenKafkaWasAwayAndTheBridgeWasKilled() throws Exception {
        try (SimulatedLiveChat liveChat = liveChat()) {
            JarProgram bridge = streaming(liveChat);
            send(liveChat, 100);
            Servers.BROKER.kill();
            try {
                send(liveChat, 3_000);
                noteWhatIsJournalled();
                bridge.kill();
                JarProgram second = start(liveChat);
                Await.until("started", () -> ADDRESS.matcher(output()).find());
                assertThat(output())
                        .contains("frames wait for Kafka in the journal")
                        .doesNotContain(" no frames");
                second.stop();
                assertThat(second.awaitEnd()).isZero();
                assertThat(output()).contains("kept for the next start: ");
            } finally {
                Servers.BROKER.start();
            }
            deliverTheRest(liveChat);
        }
        assertNoHoles();
    }

    @Test
    void shouldRefuseADirectoryInUse() throws Exception {
        try (SimulatedLiveChat liveChat = liveChat()) {
            JarProgram first = start(liveChat);
            Await.until("the journal is taken", () -> output().contains("no frames wait for Kafka in the journal"));
            JarProgram second = start(liveChat);

            assertThat(second.awaitEnd()).isEqualTo(2);
            assertThat(output())
                    .contains("journal.dir=" + directory.resolve("journal") + ": in use by another process (pid "
                            + first.pid() + "): stop that one, or give this bridge a directory of its own")
                    .doesNotContain("\tat ");
            first.kill();
        }
    }

    /** For each connection: all sequences from 1 up to the last that was journalled, in order within each chat. */
    private void assertNoHoles() throws Exception {
        Received received = new Received(prefix);
        Map<String, TreeSet<Long>> sequences = new HashMap<>();
        Map<String, String> last = new HashMap<>();
        Set<String> seen = new HashSet<>();
        for (ConsumerRecord<byte[], byte[]> record : received.all()) {
            GenericRecord push = (GenericRecord) received.value(record).get("push");
            String connection = push.get("connection_id").toString();
            long sequence = (Long) push.get("sequence");
            sequences.computeIfAbsent(connection, id -> new TreeSet<>()).add(sequence);
            String stamp = "%s %09d".formatted(connection, sequence);
            if (seen.add(stamp)) {
                String before = last.put(record.topic() + " " + Received.key(record), stamp);
                assertThat(before == null || before.compareTo(stamp) < 0)
                        .as("%s then %s", before, stamp)
                        .isTrue();
            }
        }
        assertThat(sequences.keySet()).containsAll(journalled.keySet());
        sequences.forEach((connection, those) -> assertThat(those)
                .as(connection)
                .hasSize((int) (long) those.last())
                .contains(1L, journalled.getOrDefault(connection, 1L)));
    }

    private void deliverTheRest(SimulatedLiveChat liveChat) throws Exception {
        JarProgram bridge = streaming(liveChat);
        Await.until("all is delivered", () -> status().contains("\"pending\":0"));
        bridge.stop();
        assertThat(bridge.awaitEnd()).isZero();
    }

    private JarProgram streaming(SimulatedLiveChat liveChat) throws Exception {
        JarProgram bridge = start(liveChat);
        Await.until(
                "streaming", () -> ADDRESS.matcher(output()).find() && status().contains("\"state\":\"streaming\""));
        return bridge;
    }

    private void noteWhatIsJournalled() throws Exception {
        String status = status();
        journalled.put(find(CONNECTION, status), Long.parseLong(find(SEQUENCE, status)));
    }

    private void send(SimulatedLiveChat liveChat, int count) {
        for (int end = sent + count; sent < end; sent++) {
            liveChat.send("{\"action\":\"incoming_event\",\"type\":\"push\",\"payload\":{\"chat_id\":\"chat-"
                    + sent % CHATS + "\",\"event\":{\"id\":\"e-" + sent
                    + "\",\"type\":\"message\",\"text\":\"Zoë\"}}}");
        }
    }

    private static SimulatedLiveChat liveChat() {
        SimulatedLiveChat liveChat =
                new SimulatedLiveChat(SimulatorSettings.defaults().withRate(0));
        liveChat.start();
        return liveChat;
    }

    private JarProgram start(SimulatedLiveChat liveChat) {
        starts++;
        List<String> arguments = new ArrayList<>();
        for (String setting : List.of(
                "livechat.url=" + liveChat.url(),
                "livechat.token=" + liveChat.token(),
                "bootstrap.servers=" + Servers.BROKER.bootstrapServers(),
                "schema.registry.url=" + Servers.REGISTRY.url(),
                "topics.prefix=" + prefix,
                "topics.partitions=3",
                "journal.dir=" + directory.resolve("journal"),
                "http.listen=127.0.0.1:0")) {
            arguments.add("--set");
            arguments.add(setting);
        }
        JarProgram bridge = new JarProgram(
                "the bridge",
                Path.of("target/bridge.jar"),
                List.of("-Xmx128m", "-XX:+UseSerialGC"),
                arguments,
                directory.resolve("bridge" + starts + ".log"));
        bridge.start();
        return bridge;
    }

    /** What the bridge answers that was started last. */
    private String status() throws Exception {
        URI uri = URI.create(find(ADDRESS, output()) + "/status");
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private String output() throws Exception {
        Path log = directory.resolve("bridge" + starts + ".log");
        return Files.exists(log) ? Files.readString(log) : "";
    }

    private static String find(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        assertThat(matcher.find()).as("%s in %s", pattern, text).isTrue();
        return matcher.group(1);
    }
}
