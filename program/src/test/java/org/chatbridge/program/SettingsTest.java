package org.chatbridge.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.types.Password;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
    private static final ProgramDefinition PROGRAM = new ProgramDefinition(
            "ferry",
            "FERRY_",
            "Carries things.",
            new ConfigDef()
                    .define(
                            "quay.url",
                            ConfigDef.Type.STRING,
                            ConfigDef.NO_DEFAULT_VALUE,
                            Expect.url("ws", "wss"),
                            Importance.HIGH,
                            "Where from.")
                    .define(
                            "quay.token",
                            ConfigDef.Type.PASSWORD,
                            ConfigDef.NO_DEFAULT_VALUE,
                            Expect.notBlank(),
                            Importance.HIGH,
                            "Who.")
                    .define("decks", ConfigDef.Type.INT, 2, ConfigDef.Range.atLeast(1), Importance.LOW, "How many.")
                    .define(
                            "http.listen",
                            ConfigDef.Type.STRING,
                            "127.0.0.1:8081",
                            Expect.hostPort(),
                            Importance.LOW,
                            "HTTP.")
                    .define(
                            "http.port",
                            ConfigDef.Type.LONG,
                            1L,
                            Importance.LOW,
                            "Looks like a variable of Kubernetes.")
                    .define("pause", ConfigDef.Type.STRING, "30s", Expect.duration(), Importance.LOW, "How long.")
                    .define("flags", ConfigDef.Type.LIST, List.of(), Importance.LOW, "Which.")
                    .define("night", ConfigDef.Type.BOOLEAN, false, Importance.LOW, "Whether.")
                    .define("nickname", ConfigDef.Type.STRING, null, Importance.LOW, "What."),
            List.of(
                    PassThrough.of("producer.", ProducerConfig.configDef(), "See Kafka.")
                            .refusing(Map.of("acks", "nothing may be lost")),
                    PassThrough.unchecked("schema.registry.", "See Confluent.")),
            settings -> settings.integer("decks") > 9 && !settings.bool("night")
                    ? List.of("decks=" + settings.integer("decks") + ": expected at most 9 by day")
                    : List.of());

    private static final List<String> REQUIRED =
            List.of("--set", "quay.url=wss://q/ws", "--set", "quay.token=t0ps3cret");

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path directory;

    @Test
    void shouldNotShowThePasswordInAUrl() {
        for (String password : List.of("hush", "hu/sh", "hu?sh", "hu#sh", "hu@sh")) {
            LoadResult.Answer answer =
                    refused(Map.of(), args("--set", "quay.url=http://me:" + password + "@quay.example/ws"));

            assertThat(answer.text())
                    .contains("quay.url=http://…@quay.example/ws: expected a URL")
                    .doesNotContain("hu");
        }
    }

    @Test
    void shouldReadEveryTypeOfKey() {
        // given / when
        Settings settings =
                loaded(Map.of(), "--set", "decks=7", "--set=pause=PT2M", "--set", "flags=a, b", "--set", "night=true");

        // then
        assertThat(settings.string("quay.url")).isEqualTo("wss://q/ws");
        assertThat(settings.password("quay.token")).isEqualTo("t0ps3cret");
        assertThat(settings.integer("decks")).isEqualTo(7);
        assertThat(settings.longValue("http.port")).isEqualTo(1);
        assertThat(settings.bool("night")).isTrue();
        assertThat(settings.duration("pause")).isEqualTo(Duration.ofMinutes(2));
        assertThat(settings.list("flags")).containsExactly("a", "b");
        assertThat(settings.hostPort("http.listen")).isEqualTo(new HostPort("127.0.0.1", 8081));
        assertThat(settings.optionalString("nickname")).isEmpty();
        assertThatThrownBy(() -> settings.string("nonsense")).hasMessageContaining("nonsense");
        assertThatThrownBy(() -> settings.integer("pause")).hasMessageContaining("pause");
    }

    @Test
    void shouldLetTheCommandLineWinOverTheEnvironmentAndThatOverTheFile() throws IOException {
        // given
        Path file = file("decks=3\npause=1s\nhttp.port=3\n");
        Map<String, String> environment = Map.of("FERRY_DECKS", "4", "FERRY_PAUSE", "2s", "FERRY_HTTP_PORT", " ");

        // when
        Settings settings = loaded(environment, "--config", file.toString(), "--set", "decks=5");

        // then
        assertThat(settings.integer("decks")).isEqualTo(5);
        assertThat(settings.duration("pause")).isEqualTo(Duration.ofSeconds(2));
        assertThat(settings.longValue("http.port"))
                .as("an empty variable counts as unset")
                .isEqualTo(3);
    }

    /** Such as an image that brings variables of its own. */
    @Test
    void shouldTellWhatOfTheFileTheEnvironmentOverrules() throws IOException {
        // given
        Path file = file("decks=3\npause=1s\nhttp.port=3\nquay.token=hush\nnight=true\n");

        // when
        LoadResult result = Settings.load(
                PROGRAM,
                new String[] {"--config", file.toString(), "--set", "quay.url=wss://q/ws", "--set", "decks=5"},
                Map.of(
                        "FERRY_DECKS", "4",
                        "FERRY_PAUSE", "2s",
                        "FERRY_HTTP_PORT", "3",
                        "FERRY_QUAY_TOKEN", "t0ps3cret",
                        "FERRY_NICKNAME", "ferry"));

        // then
        assertThat(result).isInstanceOf(LoadResult.Loaded.class);
        assertThat(((LoadResult.Loaded) result).overruled())
                .containsExactlyInAnyOrder(
                        "pause of " + file + " has no effect: the environment variable FERRY_PAUSE says otherwise",
                        "quay.token of " + file
                                + " has no effect: the environment variable FERRY_QUAY_TOKEN says otherwise");
    }

    @Test
    void shouldNameEveryMistakeWithWhereItWasMade() throws IOException {
        // given
        Path file = file("decks=none\nquay.url=http://q\n");

        // when
        LoadResult.Answer answer = refused(
                Map.of("FERRY_PAUSE", "soon", "FERRY_NIGHT", "perhaps"),
                "--config",
                file.toString(),
                "--set",
                "decks=0",
                "--set",
                "http.listen=8080");

        // then
        assertThat(answer.exitCode()).isEqualTo(2);
        assertThat(answer.text().lines())
                .containsExactlyInAnyOrder(
                        "decks=0: Value must be at least 1 [--set]",
                        "http.listen=8080: expected host:port with a port of 0 to 65535, such as 127.0.0.1:8080 [--set]",
                        "night=perhaps: expected true or false [environment variable FERRY_NIGHT]",
                        "pause=soon: expected a positive duration, such as 500ms, 30s, 5m, 1h, or PT5M as in ISO 8601"
                                + " [environment variable FERRY_PAUSE]",
                        "quay.url=http://q: expected a URL with its host that begins with ws:// or wss:// [" + file
                                + "]",
                        "quay.token: required and not set; set it in the file, as FERRY_QUAY_TOKEN or with --set");
    }

    @ParameterizedTest
    @CsvSource({
        "ws://q:99999/x, expected a port of 1 to 65535",
        "ws://q:0/x, expected a port of 1 to 65535",
        "ws://q:99999999999/x, expected a port of 1 to 65535",
        "wss://q_1/x, 'expected a URL with its host that begins with ws:// or wss://, and a host of letters, digits, hyphens and dots"
                + " (no underscore)'",
        "wss:///x, expected a URL with its host that begins with ws:// or wss://",
        "wss://q:x/x, expected a URL with its host that begins with ws:// or wss://",
    })
    void shouldRefuseWhereNothingCanBeAt(String url, String expected) {
        assertThat(refused(Map.of(), with("quay.url=" + url)).text())
                .isEqualTo("quay.url=" + url + ": " + expected + " [--set]\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://schema_registry:8081", "http://a:1,https://b_c/path", "http://me:a%40b@[::1]:8081"})
    void shouldTakeTheHostsThatJavasClientFinds(String urls) {
        assertThatCode(() -> Expect.urls("http", "https").ensureValid("urls", urls))
                .doesNotThrowAnyException();
    }

    @Test
    void shouldNotShowTheQueryOfAUrl() {
        assertThat(refused(Map.of(), with("quay.url=wsx://q/x?key=hunter2&y=1")).text())
                .startsWith("quay.url=wsx://q/x?…: expected a URL")
                .doesNotContain("hunter2");
    }

    @Test
    void shouldNameAClassOfAListThatIsNotThere() {
        assertThat(refused(Map.of(), with("producer.interceptor.classes=java.lang.String, foo.Bar"))
                        .text())
                .isEqualTo("producer.interceptor.classes=java.lang.String, foo.Bar: Class foo.Bar could not be found."
                        + " [--set]\n");
    }

    @Test
    void shouldSayWhatANumberIs() {
        assertThat(refused(Map.of(), with("decks=many")).text())
                .isEqualTo("decks=many: expected a whole number [--set]\n");
    }

    @Test
    void shouldSuggestTheNearestKeyWithoutShowingTheValue() {
        // given: a secret whose key is misspelt
        String[] arguments = with("quay.tokn=hunter2", "producer.linger=5");

        // when
        LoadResult.Answer answer = refused(Map.of("FERRY_DEKS", "hunter2"), arguments);

        // then
        assertThat(answer.text().lines())
                .containsExactlyInAnyOrder(
                        "quay.tokn: unknown key; did you mean quay.token? [--set]",
                        "producer.linger: unknown key; did you mean producer.linger.ms? [--set]",
                        "FERRY_DEKS: unknown key; did you mean FERRY_DECKS? [environment]");
    }

    @Test
    void shouldPointToTheHelpWhereNothingIsNear() {
        assertThat(refused(Map.of(), with("something.else.entirely=1")).text())
                .isEqualTo("something.else.entirely: unknown key; --help lists the keys [--set]\n");
    }

    @Test
    void shouldHideSecretsInMistakes() {
        // given
        LoadResult.Answer answer = refused(
                Map.of("TOKEN", "  ", "SECRET_NUMBER", "12three"),
                "--set",
                "quay.url=wss://q",
                "--set",
                "quay.token= ",
                "--set",
                "decks=${env:SECRET_NUMBER}",
                "--set",
                "producer.ssl.keystore.type=",
                "--set",
                "producer.acks=0");

        // then
        assertThat(answer.text()).doesNotContain("12three");
        assertThat(answer.text().lines())
                .contains(
                        "quay.token: expected a value that is not blank (value hidden) [--set]",
                        "decks=${env:SECRET_NUMBER}: expected a whole number [--set]",
                        "producer.acks=0: may not be set: nothing may be lost [--set]");
    }

    @Test
    void shouldResolveReferences() throws IOException {
        // given
        Path secrets = file("token = from-a-file\n");

        // when
        Settings settings = loaded(
                Map.of("HOST", "quay-7"),
                "--set",
                "quay.token=Bearer ${file:" + secrets + ":token}",
                "--set",
                "quay.url=wss://${env:HOST}/${env:HOST}");

        // then
        assertThat(settings.password("quay.token")).isEqualTo("Bearer from-a-file");
        assertThat(settings.string("quay.url")).isEqualTo("wss://quay-7/quay-7");
    }

    @Test
    void shouldRefuseReferencesThatLeadNowhere() throws IOException {
        // given
        Path secrets = file("token = from-a-file\n");

        // when
        LoadResult.Answer answer = refused(
                Map.of(),
                with(
                        "quay.url=${env:NOT_THERE}",
                        "quay.token=${file:" + secrets + ":password}",
                        "nickname=${file:/not/there:x}",
                        "pause=${vault:a:b}"));

        // then
        assertThat(answer.text().lines()).hasSize(4);
        assertThat(answer.text())
                .contains(
                        "quay.url: ${env:NOT_THERE} cannot be resolved: there is no such environment variable [--set]")
                .contains("quay.token: ${file:" + secrets
                        + ":password} cannot be resolved: the file has no such key [--set]")
                .contains(
                        "nickname: ${file:/not/there:x} cannot be resolved: Could not read properties from file /not/there")
                .contains("pause: ${vault:a:b} cannot be resolved: expected ${env:NAME} or ${file:path:key} [--set]");
    }

    @Test
    void shouldHandOnWhatBelongsToALibrary() {
        // given / when
        Settings settings = loaded(
                Map.of("FERRY_PRODUCER_LINGER_MS", "7", "FERRY_SCHEMA_REGISTRY_BASIC_AUTH_USER_INFO", "me:pw"),
                with("producer.ssl.key.password=pw"));

        // then
        assertThat(settings.passThrough("producer."))
                .containsEntry("linger.ms", "7")
                .containsEntry("ssl.key.password", new Password("pw"));
        assertThat(settings.passThroughStrings("producer.")).containsEntry("ssl.key.password", "pw");
        assertThat(settings.passThroughStrings("schema.registry."))
                .containsExactly(Map.entry("basic.auth.user.info", "me:pw"));
    }

    @Test
    void shouldCheckValuesThatBelongToALibrary() {
        assertThat(refused(Map.of(), with("producer.linger.ms=-1", "producer.batch.size=big"))
                        .text())
                .contains("producer.linger.ms=-1: Value must be at least 0 [--set]")
                .contains("producer.batch.size=big: expected a whole number [--set]");
    }

    @Test
    void shouldRefuseWhatIsRightByItselfAndNotTogether() {
        assertThat(refused(Map.of(), with("decks=10")).text()).isEqualTo("decks=10: expected at most 9 by day\n");
        assertThat(refused(Map.of(), with("decks=10", "night=perhaps")).text())
                .as("asked of right settings only")
                .isEqualTo("night=perhaps: expected true or false [--set]\n");
        assertThat(loaded(Map.of(), with("decks=10", "night=true")).integer("decks"))
                .isEqualTo(10);
    }

    @Test
    void shouldNameTheFileThatNoClientCanBeMadeWith() throws IOException {
        Path missing = directory.resolve("missing.jks");
        Path noStore = Files.writeString(directory.resolve("no-store.pem"), "not a certificate");
        assertThat(refused(
                                Map.of(),
                                with("producer.security.protocol=SSL", "producer.ssl.truststore.location=" + missing))
                        .text())
                .contains("producer.ssl.truststore.location=" + missing + ": no client of Kafka can be made with it: ")
                .doesNotContain("\tat ");
        assertThat(refused(
                                Map.of(),
                                with(
                                        "producer.security.protocol=SSL",
                                        "producer.ssl.truststore.type=PEM",
                                        "producer.ssl.truststore.location=" + noStore))
                        .text())
                .contains("producer.ssl.truststore.location=" + noStore + ": ");
        assertThat(refused(Map.of(), with("producer.security.protocol=SASL_PLAINTEXT"))
                        .text())
                .contains("producer.security.protocol=SASL_PLAINTEXT: ")
                .contains("sasl.jaas.config is not set, or cannot be read");
        assertThat(refused(
                                Map.of(),
                                with(
                                        "producer.security.protocol=SASL_PLAINTEXT",
                                        "producer.sasl.jaas.config=some.Module required password=open sesame;"))
                        .text())
                .doesNotContain("sesame");
    }

    @Test
    void shouldTakeTlsWithTheTrustOfTheJvm() {
        assertThat(loaded(Map.of(), with("producer.security.protocol=SSL")).passThrough("producer."))
                .containsEntry("security.protocol", "SSL");
    }

    @Test
    void shouldIgnoreWhatKubernetesInjects() {
        // given: what a Service called "ferry" and one called "ferry-http" bring
        Map<String, String> environment = Map.of(
                "FERRY_SERVICE_HOST", "10.0.0.1",
                "FERRY_SERVICE_PORT", "80",
                "FERRY_SERVICE_PORT_HTTP", "80",
                "FERRY_PORT", "tcp://10.0.0.1:80",
                "FERRY_PORT_80_TCP", "tcp://10.0.0.1:80",
                "FERRY_PORT_80_TCP_ADDR", "10.0.0.1",
                "FERRY_PORT_80_TCP_PORT", "80",
                "FERRY_PORT_80_TCP_PROTO", "tcp",
                "FERRY_HTTP_SERVICE_HOST", "10.0.0.1");

        // when / then
        assertThat(loaded(environment).longValue("http.port")).isEqualTo(1);
        assertThat(loaded(Map.of("FERRY_HTTP_PORT", "9")).longValue("http.port"))
                .isEqualTo(9);
    }

    @Test
    void shouldRefuseAFileThatCannotBeRead() {
        assertThat(refused(Map.of(), args("--config", "/not/there.properties")).text())
                .isEqualTo("--config /not/there.properties: no such file\n");
    }

    /** They may stand in it. */
    @Test
    void shouldNotSayOfKeysThatTheyAreNotSetWhereTheFileCannotBeRead() {
        LoadResult.Answer answer = refused(Map.of(), "--config", "/not/there.properties", "--set", "decks=none");

        assertThat(answer.text())
                .isEqualTo(
                        "--config /not/there.properties: no such file\ndecks=none: expected a whole number [--set]\n");
    }

    @Test
    void shouldRefuseAFileThatIsNotText() throws IOException {
        // given
        Path file = directory.resolve("binary");
        Files.write(file, new byte[] {'a', '=', (byte) 0xff});

        // when / then
        assertThat(refused(Map.of(), args("--config", file.toString())).text())
                .isEqualTo("--config " + file + ": expected a properties file in UTF-8\n");
        assertThat(refused(Map.of(), args("--config", directory.toString())).text())
                .startsWith("--config " + directory + ": cannot be read: ");
    }

    @Test
    void shouldShowTheUsageForArgumentsThatItDoesNotKnow() {
        // given: the value of an option lost its name
        LoadResult.Answer answer = refused(Map.of(), args("secret-value", "--verbose", "--set", "novalue", "--config"));

        // then
        assertThat(answer.exitCode()).isEqualTo(2);
        assertThat(answer.text()).doesNotContain("secret-value").doesNotContain("novalue");
        assertThat(answer.text().lines())
                .containsExactly(
                        "argument 5: unknown argument",
                        "--verbose: unknown argument",
                        "--set (argument 8): expected key=value",
                        "--config: expected the name of a file",
                        "usage: java -jar ferry.jar [--config FILE] [--set KEY=VALUE]... | --help | --version");
    }

    @Test
    void shouldRefuseALogLevelThatDoesNotExist() {
        assertThat(refused(Map.of("LOG_LEVEL", "chatty"), args()).text())
                .isEqualTo("LOG_LEVEL=chatty: expected ERROR, WARN, INFO, DEBUG, TRACE or OFF [environment]\n");
        assertThat(loaded(Map.of("LOG_LEVEL", "info")).integer("decks")).isEqualTo(2);
    }

    @Test
    void shouldExplainEveryKeyOnRequest() {
        // given / when
        LoadResult.Answer help = (LoadResult.Answer) Settings.load(PROGRAM, new String[] {"--help"}, Map.of());

        // then
        assertThat(help.exitCode()).isZero();
        assertThat(help.text())
                .contains("usage: java -jar ferry.jar")
                .contains("  quay.token (required, secret)\n      Who.\n")
                .contains("  decks (default 2)\n")
                .contains("  nickname (no default)\n")
                .contains("  producer.*\n      See Kafka.\n      not acks: nothing may be lost\n");
        assertThat(help.text().lines()).allMatch(line -> line.length() <= 100);
    }

    @Test
    void shouldTellItsVersion() {
        // given
        LoadResult.Answer version = (LoadResult.Answer) Settings.load(PROGRAM, new String[] {"--version"}, Map.of());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();

        // when
        version.print(
                new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8));

        // then
        assertThat(out.toString(StandardCharsets.UTF_8)).matches("ferry \\d+\\.\\d+\\.\\d+\\S*\n");
        assertThat(err.size()).isZero();
    }

    private static String[] with(String... sets) {
        return Arrays.stream(sets)
                .flatMap(set -> Stream.of("--set", set))
                .collect(Collectors.collectingAndThen(Collectors.toList(), list -> args(list.toArray(String[]::new))));
    }

    private static String[] args(String... more) {
        return Stream.concat(REQUIRED.stream(), Arrays.stream(more)).toArray(String[]::new);
    }

    private static Settings loaded(Map<String, String> environment, String... more) {
        LoadResult result = Settings.load(PROGRAM, args(more), environment);
        assertThat(result).isInstanceOf(LoadResult.Loaded.class);
        return ((LoadResult.Loaded) result).settings();
    }

    private static LoadResult.Answer refused(Map<String, String> environment, String... arguments) {
        LoadResult result = Settings.load(PROGRAM, arguments, environment);
        assertThat(result).isInstanceOf(LoadResult.Answer.class);
        return (LoadResult.Answer) result;
    }

    private Path file(String text) throws IOException {
        return Files.writeString(Files.createTempFile(directory, "ferry", ".properties"), text);
    }
}
