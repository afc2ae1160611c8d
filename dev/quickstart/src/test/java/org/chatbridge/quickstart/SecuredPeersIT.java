package org.chatbridge.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.chatbridge.program.Certificates;
import org.chatbridge.program.HttpOptions;
import org.chatbridge.schema.SchemaRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two instances that speak HTTPS and want tokens answer for each other, and say why where they cannot. */
@SuppressWarnings("NullAway.Init") // the test makes its client before it asks
class SecuredPeersIT {
    private static final int AGENTS = 40;
    /** So many of them are in some partition, whatever their keys. */
    private static final int STRAYS = 8;

    private static final String PASSWORD = "changeit";
    private static final String TOKEN = "token-of-peers";
    private static final Duration SOON = Duration.ofMinutes(2);

    @TempDir
    private Path directory;

    private HttpClient http;

    @Test
    void shouldAnswerForEachOther() throws Exception {
        // given
        Path keystore = directory.resolve("views.p12");
        Path certificate = certificate(keystore);
        Path strange = certificate(directory.resolve("stranger.p12"));
        Path tokens = Files.writeString(directory.resolve("tokens"), "peers:" + sha256(TOKEN) + "\n");
        http = HttpClient.newBuilder()
                .sslContext(Certificates.trusted("test", new HttpOptions.Keystore(certificate, null, "PEM")))
                .connectTimeout(Duration.ofSeconds(2))
                .build();
        String all = " set=http.tls.keystore.location=" + keystore + " set=http.tls.keystore.password=" + PASSWORD
                + " set=http.auth.tokens.file=" + tokens + " set=peers.tls.truststore.type=PEM"
                + " set=streams.num.standby.replicas=0";
        MeasureSettings right =
                settings(all + " set=peers.token=" + TOKEN + " set=peers.tls.truststore.location=" + certificate);
        try (Stand stand = new Stand(right, directory.resolve("stand"))) {
            stand.start();
            push(stand, STRAYS, AGENTS, Map.of());
            push(stand, 0, STRAYS, Map.of("partitioner.ignore.keys", "true"));
            Stand.Instance first = stand.views("first");
            Stand.Instance second = stand.views("second");

            // then
            awaitWhole(first);
            awaitWhole(second);
            assertThat(ask(first, "/v1/agents", "guess").statusCode()).isEqualTo(401);
            for (int i = STRAYS; i < AGENTS; i++) {
                assertThat(ask(second, "/v1/agents/agent-" + i, TOKEN).statusCode())
                        .isEqualTo(200);
            }
            for (int i = 0; i < STRAYS; i++) {
                awaitRow(first, i);
                awaitRow(second, i);
            }
            assertThat(Files.readString(first.program().log())
                            + Files.readString(second.program().log()))
                    .contains("by its key it belongs into partition ");

            // and when: one trusts another certificate, or has no token
            second.program().stop();
            Stand.Instance distrusting = stand.views(
                    "second",
                    settings(all + " set=peers.token=" + TOKEN + " set=peers.tls.truststore.location=" + strange));
            awaitPart(distrusting, first, "the two do not agree on TLS");
            distrusting.program().stop();
            Stand.Instance unknown =
                    stand.views("second", settings(all + " set=peers.tls.truststore.location=" + certificate));
            awaitPart(unknown, first, "does not accept the token of this one: put the same into peers.token");
        }
    }

    private static void push(Stand stand, int from, int to, Map<String, Object> settings) throws Exception {
        try (SchemaRegistry schemas = stand.schemas();
                MeasuredPushes pushes = MeasuredPushes.to(stand, schemas, settings)) {
            for (int i = from; i < to; i++) {
                pushes.agent("agent-" + i, "accepting_chats");
            }
            pushes.flush();
        }
    }

    /** A stray one is found once it is told that there is such a row. */
    private void awaitRow(Stand.Instance instance, int agent) throws Exception {
        long end = System.nanoTime() + SOON.toNanos();
        while (ask(instance, "/v1/agents/agent-" + agent, TOKEN).statusCode() != 200) {
            assertThat(System.nanoTime()).as("%s: %d", instance, agent).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    private void awaitWhole(Stand.Instance instance) throws Exception {
        long end = System.nanoTime() + SOON.toNanos();
        JsonNode list = JsonMapper.builder().build().nullNode();
        int own = AGENTS;
        while (list.path("agents").size() != AGENTS || !list.path("incomplete").isEmpty() || own == AGENTS) {
            assertThat(System.nanoTime()).as("%s: %s", instance, list).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(100);
            list = json(instance, false);
            own = json(instance, true).path("agents").size();
        }
    }

    /** Waits for a list with what is missing named, and for the reason in the log. */
    private void awaitPart(Stand.Instance instance, Stand.Instance missing, String why) throws Exception {
        long end = System.nanoTime() + SOON.toNanos();
        List<String> incomplete = new ArrayList<>();
        while (!incomplete.equals(List.of("127.0.0.1:" + missing.uri().getPort()))) {
            assertThat(System.nanoTime()).as("%s: %s", instance, incomplete).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(100);
            incomplete.clear();
            json(instance, false).path("incomplete").forEach(part -> incomplete.add(part.asText()));
        }
        assertThat(Files.readString(instance.program().log()))
                .contains("the instance 127.0.0.1:" + missing.uri().getPort() + " does not answer this one: ")
                .contains(why)
                .doesNotContain(TOKEN)
                .doesNotContain(PASSWORD);
    }

    /** @param own what the instance keeps itself, as another would ask it */
    private JsonNode json(Stand.Instance instance, boolean own) throws IOException, InterruptedException {
        try {
            String[] headers =
                    own ? new String[] {"X-Chatbridge-Hop", "1", "X-Chatbridge-Partitions", "0,1,2,3"} : new String[0];
            return JsonMapper.builder()
                    .build()
                    .readTree(ask(instance, "/v1/agents?limit=1000", TOKEN, headers)
                            .body());
        } catch (IOException e) {
            return JsonMapper.builder().build().createObjectNode().put("failure", e.toString());
        }
    }

    private HttpResponse<String> ask(Stand.Instance instance, String path, String token, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("https://127.0.0.1:" + instance.uri().getPort() + path))
                .timeout(Duration.ofSeconds(5))
                .header("Authorization", "Bearer " + token);
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static MeasureSettings settings(String options) throws Exception {
        Properties properties = new Properties();
        properties.setProperty("quickstart.root", "../..");
        properties.setProperty("measure", "rate");
        properties.setProperty("measure.options", "partitions=4" + options);
        return MeasureSettings.of(properties);
    }

    /** Makes a key, and returns the file of its certificate. */
    private static Path certificate(Path keystore) throws Exception {
        Path certificate = keystore.resolveSibling(keystore.getFileName() + ".pem");
        keytool("-genkeypair -alias own -keyalg EC -dname CN=own -ext SAN=ip:127.0.0.1 -storetype PKCS12", keystore);
        keytool("-exportcert -rfc -alias own -file " + certificate, keystore);
        return certificate;
    }

    private static void keytool(String arguments, Path keystore) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments.split(" ", -1)));
        command.addAll(List.of("-keystore", keystore.toString(), "-storepass", PASSWORD));
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor()).as(said).isZero();
    }

    private static String sha256(String text) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    }
}
