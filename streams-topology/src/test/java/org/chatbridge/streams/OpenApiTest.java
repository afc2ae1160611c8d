package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.chatbridge.program.HttpLimits;
import org.chatbridge.program.HttpOptions;
import org.chatbridge.program.Json;
import org.chatbridge.program.Response;
import org.chatbridge.program.Route;
import org.chatbridge.schema.Action;
import org.chatbridge.schema.ViewTopic;
import org.chatbridge.streams.ApiDocument.Operation;
import org.chatbridge.streams.changes.ChangesEndpoint;
import org.chatbridge.streams.changes.ChangesOfRows;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Asks all that the description of the interface tells of, made from nothing but that, and holds each answer against it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // JUnit sets the fields
@Timeout(120)
class OpenApiTest {
    private static final String TOKEN = "s3cret";
    private static final List<String> OTHER_METHODS = List.of("POST", "PUT", "PATCH", "DELETE", "OPTIONS");
    private static final int MOST_BYTES = 66_000;

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
    private final CompletableFuture<Boolean> occupied = new CompletableFuture<>();
    private final CompletableFuture<Response> never = new CompletableFuture<>();
    private CompletableFuture<HttpResponse<Void>> held;
    private TestDriver driver;
    private ChangesOfRows changes;
    private ApiDocument document;

    private ViewsServer answering;
    /** Nothing that it needs is there yet. */
    private ViewsServer starting;
    /** It answers as much as it can already. */
    private ViewsServer busy;
    /** It wants a token. */
    private ViewsServer guarded;
    /** What it reads from fails. */
    private ViewsServer broken;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        driver = new TestDriver(directory);
        ViewsData.tell(driver);
        ViewsData.tellMore(driver);
        changes = changes();
        for (ViewTopic view : ViewTopic.values()) {
            driver.written(view).forEach(row -> changes.add(view, row.key, row.value));
        }
        changes.start(Files.createDirectory(directory.resolve("changes")));

        ViewEndpoints views = ViewsServer.endpoints(driver);
        answering = new ViewsServer(views, changes, List::of, HttpOptions.defaults());
        starting = new ViewsServer(
                ViewsServer.endpointsWithoutStores(driver),
                new ChangesEndpoint(
                        List.of(ViewTopic.values()),
                        topics -> new byte[0],
                        () -> "Kafka does not answer",
                        driver.meters,
                        ViewsServer.CLOCK,
                        System::nanoTime),
                () -> List.of("Kafka does not answer"),
                HttpOptions.defaults());
        HttpLimits one = new HttpLimits(1, 0, 1024, Duration.ofMinutes(10), Duration.ofSeconds(10));
        busy = new ViewsServer(
                views,
                changes,
                List::of,
                new HttpOptions(one, List.of(), null, null),
                Route.later("/never", request -> {
                    occupied.complete(true);
                    return never;
                }));
        held = client.sendAsync(request(busy, "GET", "/never").build(), HttpResponse.BodyHandlers.discarding());
        occupied.join();
        String hash = HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(TOKEN.getBytes(StandardCharsets.UTF_8)));
        guarded = new ViewsServer(
                views,
                changes,
                List::of,
                new HttpOptions(
                        HttpLimits.defaults(),
                        List.of(),
                        null,
                        Files.writeString(directory.resolve("tokens"), "test:" + hash + "\n")));
        broken = new ViewsServer(
                ViewsServer.endpoints(driver, () -> {
                    throw new IllegalStateException("broken");
                }),
                (request, stream) -> {
                    throw new IllegalStateException("broken");
                },
                List::of,
                HttpOptions.defaults());
        document = new ApiDocument(send(answering, "GET", "/openapi.json").body());
    }

    private ChangesOfRows changes() {
        return new ChangesOfRows(
                driver.registry(),
                RowJson::members,
                views -> Json.bytes(json -> ViewsServer.freshness(driver)
                        .of(StoreReader.ServedBy.STANDBY, List.of())
                        .valueTo(json)),
                ViewsServer.CLOCK);
    }

    @AfterAll
    void stop() {
        never.complete(Response.text("text/plain", ""));
        held.join();
        Stream.of(answering, starting, busy, guarded, broken).forEach(ViewsServer::close);
        changes.close();
        driver.close();
    }

    /** An answer as it came; of a stream the first events. */
    private record Answer(int status, Map<String, String> headers, String body) {}

    @TestFactory
    Stream<DynamicContainer> shouldAnswerAsDescribed() {
        return document.operations().stream().map(operation -> {
            Cases cases = new Cases(operation);
            cases.generate();
            return DynamicContainer.dynamicContainer(operation.toString(), cases.tests.stream());
        });
    }

    /** What is asked of one operation. */
    private final class Cases {
        private final Operation operation;
        private final String method;
        private final List<DynamicTest> tests = new ArrayList<>();
        private final Set<String> generated = new TreeSet<>();

        Cases(Operation operation) {
            this.operation = operation;
            this.method = operation.method().toUpperCase(Locale.ROOT);
        }

        void generate() {
            Set<String> declared = new TreeSet<>();
            operation.node().path("responses").fieldNames().forEachRemaining(declared::add);
            if (operation.path().startsWith("/v1/")) {
                declared.add("500"); // whatever reads rows may fail
            }
            for (String status : declared) {
                switch (status) {
                    case "200" -> answers();
                    case "304" -> unchanged();
                    case "400" -> wrongParameters();
                    case "401" -> withoutToken();
                    case "404" -> absent();
                    case "414" -> add(414, "too long", () -> expect(414, answering, "?" + "a".repeat(MOST_BYTES)));
                    case "431" ->
                        add(431, "too large", () -> expect(431, answering, "", "X-Large", "a".repeat(MOST_BYTES)));
                    case "500" -> add(500, "unexpected", () -> expect(500, broken, ""));
                    case "503" -> notNow();
                    default -> {
                        // Nobody knows how to bring it about: the last test names it.
                    }
                }
            }
            if (!declared.contains("401")) {
                add(200, "no token is needed", () -> expect(200, guarded, ""));
            }
            otherMethods();
            tests.add(DynamicTest.dynamicTest("every declared response was asked for", () -> assertThat(generated)
                    .isEqualTo(declared)));
        }

        private void add(int status, String name, Executable test) {
            generated.add(Integer.toString(status));
            tests.add(DynamicTest.dynamicTest(status + " " + name, test));
        }

        private void answers() {
            add(200, "as it is", () -> expect(200, answering, ""));
            for (JsonNode parameter : document.parameters(operation, "query")) {
                String name = parameter.path("name").textValue();
                for (String right : document.right(parameter.path("schema"))) {
                    add(200, name + "=" + right, () -> {
                        Answer answer = ask(answering, "?" + name + "=" + escaped(right));
                        check(answer);
                        assertThat(answer.status()).isNotEqualTo(400);
                    });
                }
            }
        }

        private void unchanged() {
            add(304, "the tag is the same", () -> {
                Answer first = expect(200, answering, "");
                String tag = first.headers().getOrDefault("etag", "");
                Answer second = expect(304, answering, "", "If-None-Match", "\"other\", " + tag);
                assertThat(second.headers()).containsEntry("etag", tag);
                expect(304, answering, "", "If-None-Match", "*");
                expect(200, answering, "", "If-None-Match", "\"other\"");
            });
        }

        private void wrongParameters() {
            for (JsonNode parameter : document.parameters(operation, "query")) {
                String name = parameter.path("name").textValue();
                for (String wrong : document.wrong(parameter.path("schema"))) {
                    add(400, name + "=" + wrong, () -> refused(name, "?" + name + "=" + escaped(wrong)));
                }
                add(400, name + " that is no UTF-8", () -> refused(name, "?" + name + "=%FF"));
                String value = Stream.concat(document.right(parameter.path("schema")).stream(), Stream.of("x"))
                        .findFirst()
                        .orElseThrow();
                add(
                        400,
                        name + " twice",
                        () -> refused(name, "?" + name + "=" + escaped(value) + "&" + name + "=" + escaped(value)));
            }
            for (JsonNode parameter : document.parameters(operation, "header")) {
                String name = parameter.path("name").textValue();
                for (String wrong : document.wrong(parameter.path("schema"))) {
                    if (wrong.chars().allMatch(c -> c < 0x7f)) {
                        add(400, name + ": " + wrong, () -> refused(name, "", name, wrong));
                    }
                }
            }
            add(400, "an unknown parameter", () -> {
                if (operation.node().path("x-unknown-parameters").textValue().equals("refused")) {
                    refused("no-such-parameter", "?no-such-parameter=1");
                } else {
                    expect(200, answering, "?no-such-parameter=1");
                }
            });
            add(400, "a query that is not percent-encoded", () -> refused("x", "?x=%C3"));
            add(400, "a path that is not UTF-8", () -> {
                if (operation.path().contains("{")) {
                    check(exchange(answering, method, operation.path().replaceAll("\\{\\w+}", "%FF")));
                }
            });
        }

        private void refused(String parameter, String query, String... headers) throws Exception {
            Answer answer = expect(400, answering, query, headers);
            if (!parameter.equals("last_event_id") && !parameter.equals("Last-Event-ID")) {
                // Whether an id was given by its topics is known once they are there.
                expect(400, starting, query, headers);
            }
            if (method.equals("GET")) {
                assertThat(ApiDocument.JSON
                                .readTree(answer.body())
                                .path("parameter")
                                .asText())
                        .isEqualTo(
                                parameter.contains("-Event-")
                                        ? parameter.toLowerCase(Locale.ROOT).replace('-', '_')
                                        : parameter);
            }
        }

        private void withoutToken() {
            add(401, "no token", () -> expect(401, guarded, ""));
            add(401, "a wrong token", () -> expect(401, guarded, "", "Authorization", "Bearer guess"));
            JsonNode schemes = document.root().at("/components/securitySchemes");
            for (JsonNode alternative : document.root().path("security")) {
                alternative.fieldNames().forEachRemaining(name -> {
                    JsonNode scheme = schemes.path(name);
                    add(
                            200,
                            "the token as " + name,
                            () -> expect(
                                    200,
                                    guarded,
                                    "",
                                    scheme.path("type").textValue().equals("http") ? "Authorization" : "Cookie",
                                    scheme.path("type").textValue().equals("http")
                                            ? scheme.path("scheme").textValue() + " " + TOKEN
                                            : scheme.path("name").textValue() + "=" + TOKEN));
                });
            }
        }

        private void absent() {
            for (JsonNode parameter : document.parameters(operation, "path")) {
                add(404, "nothing is there", () -> {
                    Answer answer = exchange(
                            answering,
                            method,
                            operation
                                    .path()
                                    .replace("{" + parameter.path("name").textValue() + "}", "nobody"));
                    assertThat(answer.status()).isEqualTo(404);
                    check(answer);
                });
            }
        }

        private void notNow() {
            add(503, "of one that starts or is busy", () -> {
                Answer atStart = ask(starting, "");
                Answer atWork = ask(busy, "");
                check(atStart);
                check(atWork);
                assertThat(List.of(atStart.status(), atWork.status())).contains(503);
            });
        }

        private void otherMethods() {
            JsonNode response = document.resolved(operation.pathItem().path("x-other-methods"));
            for (String other : OTHER_METHODS) {
                tests.add(DynamicTest.dynamicTest("405 " + other, () -> {
                    Answer answer = exchange(answering, other, target(operation));
                    assertThat(answer.status()).isEqualTo(405);
                    checkAs(response, answer, true);
                }));
            }
        }

        private Answer expect(int status, ViewsServer server, String query, String... headers) throws Exception {
            Answer answer = ask(server, query, headers);
            assertThat(answer.status()).as(answer.body()).isEqualTo(status);
            check(answer);
            return answer;
        }

        private Answer ask(ViewsServer server, String query, String... headers) throws Exception {
            return exchange(server, method, target(operation) + query, headers);
        }

        private void check(Answer answer) throws Exception {
            JsonNode responses = operation.node().path("responses");
            assertThat(responses.has(Integer.toString(answer.status())))
                    .as("a declared status: %s", answer)
                    .isTrue();
            checkAs(document.resolved(responses.path(Integer.toString(answer.status()))), answer, method.equals("GET"));
        }
    }

    private void checkAs(JsonNode response, Answer answer, boolean hasBody) throws Exception {
        response.path("headers").properties().forEach(described -> {
            JsonNode header = document.resolved(described.getValue());
            String value = answer.headers().get(described.getKey().toLowerCase(Locale.ROOT));
            if (value == null) {
                assertThat(header.path("required").booleanValue())
                        .as("%s in %s", described.getKey(), answer)
                        .isFalse();
            } else {
                assertThat(document.mistakes(header.path("schema"), JsonNodeFactory.instance.textNode(value)))
                        .as(described.getKey())
                        .isEmpty();
            }
        });
        if (!hasBody || !response.has("content")) {
            assertThat(answer.body()).isEmpty();
            return;
        }
        String type = answer.headers().getOrDefault("content-type", "").replaceAll(";.*", "");
        JsonNode content = response.path("content").path(type);
        assertThat(content.isMissingNode())
                .as("a described content type: %s", type)
                .isFalse();
        if (type.endsWith("json")) {
            assertThat(document.mistakes(content.path("schema"), ApiDocument.JSON.readTree(answer.body())))
                    .as(answer.body())
                    .isEmpty();
        } else if (content.has("x-itemSchema")) {
            List<JsonNode> events = events(answer.body());
            assertThat(events).isNotEmpty();
            for (JsonNode event : events) {
                checkEvent(event, content.path("x-itemSchema"));
            }
        } else {
            assertThat(answer.body()).isNotEmpty();
        }
    }

    private void checkEvent(JsonNode event, JsonNode schema) throws Exception {
        assertThat(document.mistakes(schema, event)).as(event.toString()).isEmpty();
        JsonNode described = ApiDocument.stream(document.resolved(schema).path("oneOf"))
                .filter(one -> one.at("/properties/event/const").equals(event.path("event")))
                .findFirst()
                .orElseThrow();
        assertThat(document.mistakes(
                        described.at("/properties/data/contentSchema"),
                        ApiDocument.JSON.readTree(event.path("data").textValue())))
                .as(event.toString())
                .isEmpty();
    }

    @Test
    void shouldDescribeEveryEvent(@TempDir Path directory) throws Exception {
        // given
        JsonNode schema =
                document.root().at("/paths/~1v1~1changes/get/responses/200/content/text~1event-stream/x-itemSchema");
        Set<String> described = new TreeSet<>();
        document.resolved(schema)
                .path("oneOf")
                .forEach(one -> described.add(one.at("/properties/event/const").asText()));
        Set<String> seen = new TreeSet<>();
        String last;

        // when
        try (Reading reading = new Reading(answering, "/v1/changes", "")) {
            seenUntil("live", reading, schema, seen);
            driver.send(
                    Action.AGENT_UPDATED,
                    "new",
                    Pushes.agent("new", "accepting_chats", Pushes.push("c1", 400, "agent_updated")));
            driver.written(ViewTopic.AGENTS).forEach(row -> changes.add(ViewTopic.AGENTS, row.key, row.value));
            changes.add(ViewTopic.AGENTS, "new", null);
            seenUntil("change", reading, schema, seen);
            last = seenUntil("change", reading, schema, seen);
        }
        try (ChangesOfRows anew = changes().makeAnew().start(directory);
                ViewsServer other =
                        new ViewsServer(ViewsServer.endpoints(driver), anew, List::of, HttpOptions.defaults());
                Reading reading = new Reading(other, "/v1/changes", last)) {
            seenUntil("live", reading, schema, seen);
        }

        // then
        assertThat(seen).isEqualTo(described);
    }

    private String seenUntil(String type, Reading reading, JsonNode schema, Set<String> seen) throws Exception {
        String id = "";
        String now = "";
        while (!now.equals(type)) {
            Optional<JsonNode> event = reading.next();
            if (event.isEmpty()) {
                return id;
            }
            checkEvent(event.get(), schema);
            now = event.get().path("event").textValue();
            id = event.get().path("id").asText(id);
            seen.add(now);
        }
        return id;
    }

    @Test
    void shouldBeOpenApi() {
        JsonNode root = document.root();
        assertThat(root.path("openapi").textValue()).startsWith("3.1.");
        assertThat(root.at("/info/title").isTextual()).isTrue();
        assertThat(root.at("/info/version").isTextual()).isTrue();
        List<String> ids = new ArrayList<>();
        for (Operation operation : document.operations()) {
            ids.add(operation.node().path("operationId").textValue());
            assertThat(operation.path()).startsWith("/");
            List<String> inPath = document.parameters(operation, "path").stream()
                    .map(parameter -> "{" + parameter.path("name").textValue() + "}")
                    .toList();
            assertThat(Pattern.compile("\\{\\w+}")
                            .matcher(operation.path())
                            .results()
                            .map(MatchResult::group))
                    .containsExactlyElementsOf(inPath);
            Set<String> names = new TreeSet<>();
            for (String in : List.of("path", "query", "header")) {
                for (JsonNode parameter : document.parameters(operation, in)) {
                    assertThat(names.add(in + parameter.path("name").textValue()))
                            .isTrue();
                    assertThat(parameter.path("description").asText()).isNotEmpty();
                    assertThat(parameter.has("schema")).isTrue();
                    assertThat(parameter.path("required").booleanValue()).isEqualTo(in.equals("path"));
                }
            }
            assertThat(operation.node().path("responses")).isNotEmpty();
            operation.node().path("responses").properties().forEach(response -> {
                assertThat(response.getKey()).matches("[1-5][0-9]{2}");
                assertThat(document.resolved(response.getValue())
                                .path("description")
                                .asText())
                        .isNotEmpty();
            });
        }
        assertThat(ids).doesNotHaveDuplicates().doesNotContainNull();
        root.findValues("$ref").forEach(reference -> assertThat(
                        root.at(reference.textValue().substring(1)).isMissingNode())
                .as(reference.textValue())
                .isFalse());
        root.path("security").forEach(alternative -> alternative.fieldNames().forEachRemaining(name -> assertThat(
                        root.at("/components/securitySchemes").has(name))
                .isTrue()));
        root.path("components").forEach(components -> components.fieldNames().forEachRemaining(name -> assertThat(name)
                .matches("[a-zA-Z0-9._-]+")));
    }

    @Test
    void shouldHaveRowsInEveryView() throws Exception {
        for (View<?, ?> view : Views.ALL) {
            assertThat(ApiDocument.JSON
                            .readTree(
                                    send(answering, "GET", "/v1/" + view.name()).body())
                            .path(view.name()))
                    .as(view.name())
                    .isNotEmpty();
        }
    }

    /** A path with the id of a row that is there, as the list above it tells. */
    private String target(Operation operation) throws Exception {
        int brace = operation.path().indexOf('{');
        if (brace < 0) {
            return operation.path();
        }
        String name = operation.path().substring(brace + 1, operation.path().indexOf('}'));
        String list =
                send(answering, "GET", operation.path().substring(0, brace - 1)).body();
        String id = ApiDocument.JSON.readTree(list).findValue(name).textValue();
        return operation.path().replace("{" + name + "}", escaped(id));
    }

    private static String escaped(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static HttpRequest.Builder request(ViewsServer server, String method, String target, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + target))
                .method(method, HttpRequest.BodyPublishers.noBody());
        return headers.length == 0 ? request : request.headers(headers);
    }

    private HttpResponse<String> send(ViewsServer server, String method, String target) throws Exception {
        return client.send(
                request(server, method, target).build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    }

    private Answer exchange(ViewsServer server, String method, String target, String... headers) throws Exception {
        HttpResponse<InputStream> response = client.send(
                request(server, method, target, headers).build(), HttpResponse.BodyHandlers.ofInputStream());
        Map<String, String> received = new HashMap<>();
        response.headers()
                .map()
                .forEach((name, values) -> received.put(name.toLowerCase(Locale.ROOT), String.join(", ", values)));
        try (InputStream body = response.body()) {
            boolean isStream = received.getOrDefault("content-type", "").startsWith(ChangesEndpoint.CONTENT_TYPE);
            return new Answer(
                    response.statusCode(),
                    received,
                    isStream ? beginning(body) : new String(body.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    /** Of a stream what comes up to the event that says that all rows were told. */
    private static String beginning(InputStream body) throws Exception {
        BufferedReader lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
        StringBuilder text = new StringBuilder();
        boolean isLive = false;
        String line = lines.readLine();
        while (line != null && !(isLive && line.isEmpty())) {
            text.append(line).append('\n');
            isLive |= line.equals("event: live");
            line = lines.readLine();
        }
        return text.toString();
    }

    /** The events of a stream; comments and the time to wait are none. */
    private static List<JsonNode> events(String text) {
        List<JsonNode> events = new ArrayList<>();
        for (String block : text.split("\n\n", -1)) {
            event(List.of(block.split("\n", -1))).ifPresent(events::add);
        }
        return events;
    }

    private static Optional<JsonNode> event(List<String> lines) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String line : lines) {
            int colon = line.indexOf(": ");
            if (colon > 0 && !line.startsWith("retry:")) {
                fields.merge(line.substring(0, colon), line.substring(colon + 2), (one, more) -> one + "\n" + more);
            }
        }
        return fields.isEmpty() ? Optional.empty() : Optional.of(ApiDocument.JSON.valueToTree(fields));
    }

    /** A stream that is read event by event. */
    private final class Reading implements AutoCloseable {
        private final InputStream body;
        private final BufferedReader lines;

        Reading(ViewsServer server, String target, String lastEventId) throws Exception {
            body = client.send(
                            (lastEventId.isEmpty()
                                            ? request(server, "GET", target)
                                            : request(server, "GET", target, "Last-Event-ID", lastEventId))
                                    .build(),
                            HttpResponse.BodyHandlers.ofInputStream())
                    .body();
            lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
        }

        /** Empty at the end. */
        Optional<JsonNode> next() throws Exception {
            List<String> block = new ArrayList<>();
            while (true) {
                String line = lines.readLine();
                if (line == null) {
                    return Optional.empty();
                }
                if (line.isEmpty()) {
                    Optional<JsonNode> event = event(block);
                    if (event.isPresent()) {
                        return event;
                    }
                    block.clear();
                } else {
                    block.add(line);
                }
            }
        }

        @Override
        public void close() throws IOException {
            body.close();
        }
    }
}
