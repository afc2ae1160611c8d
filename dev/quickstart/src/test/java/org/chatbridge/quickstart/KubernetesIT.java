package org.chatbridge.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The packaged programs take what their pods give them: arguments, variables, settings and secrets as they are mounted. */
class KubernetesIT {
    private static final Map<String, String> JARS =
            Map.of("bridge", "bridge/target/bridge.jar", "views", "streams-topology/target/streams-topology.jar");
    /** Nobody listens there: no program of this machine may be taken for Kafka. */
    private static final List<String> NOBODY = List.of(
            "--set",
            "bootstrap.servers=127.0.0.1:1",
            "--set",
            "schema.registry.url=http://127.0.0.1:1",
            "--set",
            "http.listen=127.0.0.1:0");

    @TempDir
    private Path node;

    /** Also with every setting that is there to be put in. */
    @ParameterizedTest
    @CsvSource({"bridge,false", "bridge,true", "views,false", "views,true"})
    void shouldStartAsThePodSays(String program, boolean everything) throws Exception {
        Container container = Manifests.in(Manifests.DIRECTORY)
                .one(StatefulSet.class, program)
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .get(0);
        for (VolumeMount mount : container.getVolumeMounts()) {
            Files.createDirectories(Path.of(onNode(container, mount.getMountPath())));
        }
        mountSettings(container, program, everything);

        Process process = start(container, program);
        try (BufferedReader said = process.inputReader(StandardCharsets.UTF_8)) {
            String base = "http://127.0.0.1:" + port(said);
            assertThat(status(base + container.getStartupProbe().getHttpGet().getPath()))
                    .isEqualTo(200);
            assertThat(status(base + container.getLivenessProbe().getHttpGet().getPath()))
                    .isEqualTo(200);
            assertThat(status(base + container.getReadinessProbe().getHttpGet().getPath()))
                    .as("without Kafka")
                    .isEqualTo(503);
            process.destroy();
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
            assertThat(process.exitValue()).isZero();
            assertThat(container.getVolumeMounts().stream()
                            .map(VolumeMount::getMountPath)
                            .filter(path -> path.startsWith("/var/lib/"))
                            .map(path -> Path.of(onNode(container, path))))
                    .singleElement()
                    .satisfies(kept -> assertThat(kept).isNotEmptyDirectory());
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private void mountSettings(Container container, String program, boolean everything) throws IOException {
        Path settings = Path.of(onNode(container, "/etc/chatbridge"));
        String text = Files.readString(Manifests.DIRECTORY.resolve(program + ".properties"));
        if (everything) {
            text = text.replaceAll("(?m)^#(?=\\S+=)", "");
        }
        Properties secrets = new Properties();
        Matcher reference = Pattern.compile("secrets\\.properties:([^}]+)}").matcher(text);
        while (reference.find()) {
            secrets.setProperty(
                    reference.group(1),
                    reference.group(1).equals("sasl.jaas.config")
                            ? "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"u\" password=\"p\";"
                            : "secret");
        }
        try (var writer = Files.newBufferedWriter(settings.resolve("secrets.properties"))) {
            secrets.store(writer, null);
        }
        Files.writeString(settings.resolve("tokens"), "somebody:" + "0".repeat(64) + "\n");
        Files.writeString(settings.resolve(program + ".properties"), onNode(container, text));
    }

    private Process start(Container container, String program) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + onNode(container, "/tmp"),
                "-jar",
                Manifests.ROOT.resolve(JARS.get(program)).toString()));
        container.getArgs().forEach(argument -> command.add(onNode(container, argument)));
        command.addAll(NOBODY);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        Map<String, String> environment = builder.environment();
        environment.clear();
        Matcher variable = Pattern.compile("(BRIDGE|VIEWS)_[A-Z_]+=(\\S+)").matcher(Manifests.image(program));
        while (variable.find()) {
            String[] pair = variable.group().split("=", 2);
            environment.put(pair[0], onNode(container, pair[1]));
        }
        for (EnvVar given : container.getEnv()) {
            environment.put(
                    given.getName(),
                    given.getValue() == null
                            ? field(given.getValueFrom().getFieldRef().getFieldPath(), program)
                            : onNode(container, given.getValue()));
        }
        return builder.start();
    }

    private static String field(String path, String program) {
        return switch (path) {
            case "metadata.name" -> program + "-0";
            case "status.podIP" -> "10.1.2.3";
            default -> throw new IllegalArgumentException("no such field of a pod: " + path);
        };
    }

    /** Where a path of the container is here. */
    private String onNode(Container container, String text) {
        String paths = container.getVolumeMounts().stream()
                .map(mount -> Pattern.quote(mount.getMountPath()))
                .collect(Collectors.joining("|"));
        return text.replaceAll(
                "(?<![A-Za-z0-9./-])(" + paths + ")(?=[/:]|\\s|$)", Matcher.quoteReplacement(node.toString()) + "$1");
    }

    /** As the log tells it. */
    private static int port(BufferedReader said) throws IOException {
        Pattern told =
                Pattern.compile("(?:status and metrics at http://127\\.0\\.0\\.1:|answering HTTP on port )(\\d+)");
        StringBuilder all = new StringBuilder();
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            all.append(line).append('\n');
            Matcher matcher = told.matcher(line);
            if (matcher.find()) {
                return Integer.parseInt(matcher.group(1));
            }
        }
        throw new AssertionError("it ended and said\n" + all);
    }

    private static int status(String url) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }
}
