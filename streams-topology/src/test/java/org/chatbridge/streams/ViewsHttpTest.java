package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.avro.specific.SpecificRecord;
import org.chatbridge.avro.Gap;
import org.chatbridge.avro.IncomingBroadcast;
import org.chatbridge.program.HostPort;
import org.chatbridge.program.HttpService;
import org.chatbridge.program.PrometheusMetrics;
import org.chatbridge.schema.Action;
import org.chatbridge.schema.OwnRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // JUnit sets the fields
class ViewsHttpTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client = HttpClient.newHttpClient();
    private final AtomicBoolean notReady = new AtomicBoolean();
    private final PrometheusMetrics metrics = new PrometheusMetrics();
    private TestDriver driver;
    private HttpService http;

    @BeforeAll
    void start(@TempDir Path directory) {
        driver = new TestDriver(directory);
        for (int i = 1; i <= 5; i++) {
            String id = "agent-" + i + "@example.com";
            driver.send(
                    Action.AGENT_UPDATED,
                    id,
                    Pushes.agent(id, "accepting_chats", Pushes.push("c1", i, "agent_updated")));
        }
        thread("PA", 11, "T1", List.of("ada"), List.of(1L));
        thread("PB", 12, "T2", List.of("bob"), List.of(2L));
        thread("PC", 13, "T3", List.of("ada", "bob"), null);
        thread("PD", 14, "T4", List.of("ada"), null);
        driver.send(Action.THREAD_CLOSED, "PD", Pushes.close(Pushes.push("c1", 20, "thread_closed"), "T4"));

        Gap healed = Pushes.closed(Pushes.gap("c-1", "silence"));
        driver.send(OwnRecord.GAP, "c-1", Pushes.resynced(healed, List.of("chat:PX")));
        driver.send(OwnRecord.GAP, "c0", Pushes.gap("c0", "closed"));

        driver.send(
                Action.CUSTOMER_BANNED, "mary", CustomerPushes.banned(Pushes.push("c1", 18, "customer_banned"), 1L));
        driver.send(
                Action.INCOMING_BROADCAST,
                "ada",
                IncomingBroadcast.newBuilder()
                        .setPush(Pushes.push("c1", 19, "incoming_broadcast"))
                        .setAuthorId("ada")
                        .setContent("{\"to\":[\"all\"]}")
                        .build());

        driver.advance(ActivityParts.TELLS_EVERY);

        Freshness.Source freshness = new Freshness.Source(driver.upstream, topics -> OptionalLong.of(3));
        Clock clock = Clock.fixed(Pushes.receivedAt(12).plus(Duration.ofMinutes(5)), ZoneOffset.UTC);
        ViewEndpoints endpoints = new ViewEndpoints(
                Views.ALL.stream()
                        .<ViewQueries<?, ?>>map(view -> queries(view, freshness, clock))
                        .toList(),
                clock);
        http = new HttpService(
                "http.listen",
                new HostPort("127.0.0.1", 0),
                Pages.routes(endpoints),
                () -> notReady.get() ? List.of("Kafka does not answer") : List.of(),
                metrics);
        http.start();
    }

    private <S extends SpecificRecord, R extends SpecificRecord> ViewQueries<S, R> queries(
            View<S, R> view, Freshness.Source freshness, Clock clock) {
        List<String> topics = view.sources().stream()
                .map(source -> source.in(driver.topics, "livechat-views"))
                .toList();
        ViewResource<S, R> resource = new ViewResource<>(
                view,
                topics,
                driver.reader(view.name()),
                driver.versions(view.name()),
                new Standing.Measured(driver.positions, (any, partition) -> OptionalLong.of(3), new CopyProgress()),
                driver.positions,
                freshness,
                clock);
        return new ViewQueries<>(
                resource,
                () -> new Alone(),
                new Peers(Alone::nobody, System::nanoTime),
                Runnable::run,
                System::nanoTime);
    }

    private void thread(String chat, long sequence, String thread, List<String> agents, @Nullable List<Long> groups) {
        driver.send(
                Action.INCOMING_CHAT_THREAD,
                chat,
                Pushes.announcement(
                        Pushes.push("c1", sequence, "incoming_chat_thread"),
                        Pushes.thread(
                                thread, null, true, chat.equals("PA") ? List.of(Pushes.event("first", 1L)) : List.of()),
                        agents.stream()
                                .map(id -> Pushes.user("agent", id, true))
                                .toList(),
                        groups));
    }

    @AfterAll
    void stop() {
        http.close();
        driver.close();
        metrics.close();
    }

    @Test
    void shouldAnswerOneAgent() throws Exception {
        assertThat(get("/v1/agents/agent-2%40example.com")).isEqualTo(JSON.readTree("""
                        {"agent_id": "agent-2@example.com", "routing_status": "accepting_chats",
                         "since": "2026-11-22T10:00:02Z", "name": null, "email": null, "chat_ids": [],
                         "seconds_today": {"accepting_chats": 310}, "position": "livechat-views-people-repartition:0:5,livechat.agent-updated:0:4",
                         "freshness": {"served_by": "active", "offset_lag": 3, "upstream": "streaming",
                                       "last_push_at": "2026-11-22T10:00:20Z"}}
                        """));
    }

    @Test
    void shouldSayThatThereIsNoSuchAgent() throws Exception {
        HttpResponse<String> response = send("/v1/agents/nobody");
        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    }

    @Test
    void shouldAnswerAllMembersOfAThread() throws Exception {
        JsonNode answer = get("/v1/threads?status=open&group_id=1");
        assertThat(answer.path("threads")).isEqualTo(JSON.readTree("""
                        [{"chat_id": "PA", "thread_id": "T1", "opened_at": "2026-11-22T10:00:11Z",
                          "status": "open", "closed_at": null, "closed_by": null, "first_response_at": null,
                          "unread_by_agents": 0, "waiting_since": null, "customer_name": null,
                          "scopes": {"groups": [1], "agents": []}, "properties": {},
                          "agent_ids": ["ada"], "group_ids": [1], "customer_id": null,
                          "last_event": {"id": "first", "type": "message", "author_id": "customer-1",
                                         "text": "text of first", "timestamp": "2026-11-22T10:00:00Z",
                                         "recipients": "all"}}]
                        """));
        assertThat(answer.path("next_cursor").isNull()).isTrue();
        assertThat(answer.path("incomplete")).isEmpty();
    }

    @Test
    void shouldAnswerAllMembersOfAGap() throws Exception {
        assertThat(get("/v1/gaps").path("gaps")).isEqualTo(JSON.readTree("""
                        [{"connection_id": "c-1", "opened_at": "2026-11-22T10:00:30Z", "closed_at": "2026-11-22T10:00:40Z",
                          "cause": "silence", "detail": null, "retrying": true, "last_sequence": 7, "last_push_at": "2026-11-22T10:00:07Z",
                          "next_connection_id": "c-1-next", "first_push_at": "2026-11-22T10:00:41Z",
                          "resync": {"completed_at": "2026-11-22T10:00:45Z", "chats": 3, "open_threads": 2, "agents": 4,
                                     "unknown": ["chat:PX"]}},
                         {"connection_id": "c0", "opened_at": "2026-11-22T10:00:30Z", "closed_at": null,
                          "cause": "closed", "detail": null, "retrying": true, "last_sequence": 7, "last_push_at": "2026-11-22T10:00:07Z",
                          "next_connection_id": null, "first_push_at": null, "resync": null}]
                        """));
        assertThat(get("/v1/gaps/c0").path("connection_id").textValue()).isEqualTo("c0");
        assertThat(send("/v1/gaps/c7").statusCode()).isEqualTo(404);
    }

    @Test
    void shouldAnswerAllMembersOfABroadcast() throws Exception {
        assertThat(get("/v1/broadcasts").path("broadcasts")).isEqualTo(JSON.readTree("""
                        [{"broadcast_id": "c1/0000000000000000019", "author_id": "ada", "type": null,
                          "content": {"to": ["all"]}, "received_at": "2026-11-22T10:00:19Z"}]
                        """));
    }

    @Test
    void shouldAnswerAllMembersOfAMinute() throws Exception {
        assertThat(get("/v1/activity?from=2026-11-22T10:00:00Z&to=2026-11-22T10:01:00Z")
                        .path("activity"))
                .isEqualTo(JSON.readTree("""
                        [{"minute": "2026-11-22T10:00:00Z",
                          "pushes": {"agent_updated": 5, "customer_banned": 1, "incoming_broadcast": 1,
                                     "incoming_chat_thread": 4, "thread_closed": 1},
                          "threads_opened": 4, "threads_closed": 1,
                          "messages_by_agents": 0, "messages_by_customers": 0, "first_response": null}]
                        """));
        assertThat(get("/v1/activity?from=2026-11-22T10:01:00Z").path("activity"))
                .isEmpty();
    }

    @Test
    void shouldTellHowLongACustomerIsBanned() throws Exception {
        assertThat(get("/v1/customers/mary").path("banned_until").textValue()).isEqualTo("2026-11-23T10:00:18Z");
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/threads, PA PB PC",
        "/v1/threads?status=open, PA PB PC",
        "/v1/threads?agent_id=ada, PA PC",
        "/v1/threads?group_id=2, PB",
        "/v1/threads?older_than=PT5M, PA PB",
        "/v1/threads?older_than=PT0S, PA PB PC",
        "/v1/threads?agent_id=ada&older_than=PT5M, PA",
        "/v1/threads?agent_id=nobody, ''"
    })
    void shouldFilterThreads(String path, String chats) throws Exception {
        assertThat(String.join(" ", texts(get(path).path("threads"), "chat_id")))
                .isEqualTo(chats);
    }

    @Test
    void shouldPageThroughAList() throws Exception {
        // given
        List<String> ids = new ArrayList<>();
        String path = "/v1/agents?limit=2";
        int pages = 0;

        // when
        while (!path.isEmpty()) {
            JsonNode answer = get(path);
            ids.addAll(texts(answer.path("agents"), "agent_id"));
            JsonNode cursor = answer.path("next_cursor");
            path = cursor.isNull() ? "" : "/v1/agents?limit=2&cursor=" + cursor.textValue();
            pages++;
        }

        // then
        assertThat(pages).isEqualTo(4);
        assertThat(ids)
                .containsExactly(
                        "ada",
                        "agent-1@example.com",
                        "agent-2@example.com",
                        "agent-3@example.com",
                        "agent-4@example.com",
                        "agent-5@example.com",
                        "bob");
    }

    @Test
    void shouldTellWhatWas() throws Exception {
        // thread T4 was opened at second 14 and closed at second 20
        assertThat(get("/v1/threads?as_of=2026-11-22T10:00:15Z&agent_id=ada").findValuesAsText("chat_id"))
                .containsExactly("PA", "PC", "PD");
        assertThat(get("/v1/threads?as_of=2026-11-22T10:00:21Z&agent_id=ada").findValuesAsText("chat_id"))
                .containsExactly("PA", "PC");
        assertThat(get("/v1/threads/PD?as_of=2026-11-22T10:00:15Z")
                        .path("status")
                        .textValue())
                .isEqualTo("open");
        assertThat(send("/v1/threads/PD?as_of=2026-11-22T10:00:13Z").statusCode())
                .isEqualTo(404);
        assertThat(get("/v1/agents/ada?as_of=2026-11-22T10:00:15Z").path("chat_ids"))
                .hasSize(3);
    }

    @Test
    void shouldTellTheHistoryOfARow() throws Exception {
        JsonNode all = get("/v1/threads/PD/history");
        assertThat(texts(all.path("history"), "from")).containsExactly("2026-11-22T10:00:14Z", "2026-11-22T10:00:20Z");
        assertThat(texts(all.path("history"), "to")).containsExactly("2026-11-22T10:00:20Z", null);
        assertThat(all.path("history").get(0).path("row").path("status").textValue())
                .isEqualTo("open");
        assertThat(all.path("next_from").isNull()).isTrue();

        JsonNode first = get("/v1/threads/PD/history?limit=1");
        assertThat(texts(first.path("history"), "from")).containsExactly("2026-11-22T10:00:14Z");
        assertThat(first.path("next_from").textValue()).isEqualTo("2026-11-22T10:00:20Z");
        assertThat(get("/v1/threads/PD/history?from=2026-11-22T10:00:20Z").path("history"))
                .hasSize(1);
        assertThat(get("/v1/threads/nobody/history").path("history")).isEmpty();
    }

    @Test
    void shouldNotPromiseAPageThatWouldBeEmpty() throws Exception {
        // PD is closed and comes last
        assertThat(get("/v1/threads?limit=3").path("next_cursor").isNull()).isTrue();
        assertThat(get("/v1/threads?limit=2").path("next_cursor").isTextual()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/agents?limit=0, limit",
        "/v1/agents?limit=1001, limit",
        "/v1/agents?limit=ten, limit",
        "/v1/agents?limit=%D9%A1, limit",
        "/v1/agents?cursor=!, cursor",
        "/v1/agents?status=open, status",
        "/v1/agents/x?limit=1, limit",
        "/v1/threads?status=ended, status",
        "/v1/threads?older_than=5m, older_than",
        "/v1/threads?older_than=-PT5M, older_than",
        "/v1/threads?group_id=sales, group_id",
        "/v1/threads?agent=ada, agent",
        "/v1/activity?from=yesterday, from",
        "/v1/threads?limit=1&limit=2, limit",
        "/v1/threads?as_of=yesterday, as_of",
        "/v1/threads?as_of=2126-11-22T10:00:00Z, as_of",
        "/v1/gaps?as_of=2026-11-22T10:00:00Z, as_of",
        "/v1/agents/ada/history?from=2026-11-22T10:00:00Z&to=2026-11-22T09:00:00Z, to"
    })
    void shouldNameTheParameterThatIsWrong(String path, String parameter) throws Exception {
        HttpResponse<String> response = send(path);
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(JSON.readTree(response.body()).path("parameter").textValue()).isEqualTo(parameter);
    }

    @Test
    void shouldDescribeExactlyWhatItAnswers() throws Exception {
        // given
        JsonNode document = get("/openapi.json");
        JsonNode schemas = document.path("components").path("schemas");

        // then: every member of an answer is in its schema, and the other way round
        for (View<?, ?> view : Views.ALL) {
            JsonNode list = get("/v1/" + view.name());
            assertMembers(list, schemas.path(RowSchemas.list(view.topic())), document);
            assertMembers(
                    list.path(view.name()).get(0),
                    schemas.path(view.topic().schema().getName()),
                    document);
        }
        assertMembers(
                get("/v1/threads").path("threads").get(0).path("last_event"), schemas.path("LastEvent"), document);
        assertMembers(get("/v1/gaps").path("gaps").get(0).path("resync"), schemas.path("ResyncOfGap"), document);
        assertMembers(get("/v1/agents").path("freshness"), schemas.path("Freshness"), document);

        // and: every path is answered
        for (String path : names(document.path("paths"))) {
            assertThat(send(path.replace("{agent_id}", "agent-1@example.com")
                                    .replace("{chat_id}", "PA")
                                    .replace("{customer_id}", "mary")
                                    .replace("{broadcast_id}", "c1%2F0000000000000000019")
                                    .replace("{minute}", "2026-11-22T10%3A00%3A00Z")
                                    .replace("{connection_id}", "c0"))
                            .statusCode())
                    .as(path)
                    .isEqualTo(200);
        }
        for (JsonNode reference : document.findValues("$ref")) {
            assertThat(document.at(reference.textValue().substring(1)).isMissingNode())
                    .as(reference.textValue())
                    .isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/agents, ?limt=3, 400",
        "/v1/agents/{agent_id}, ?limit=3, 400",
        "/v1/agents/{agent_id}, , 404",
        "/v1/threads, ?group_id=x, 400",
        "/v1/gaps, ?cause=closed, 400",
        "/v1/gaps/{connection_id}, , 404",
        "/health/ready, , 503"
    })
    void shouldDescribeTheAnswerThatIsNoRow(String path, @Nullable String query, int status) throws Exception {
        // given
        notReady.set(status == 503);
        JsonNode described = get("/openapi.json").at("/paths").path(path).at("/get/responses/" + status + "/content");

        // when
        HttpResponse<String> response = send(path.replaceAll("\\{\\w+}", "nobody") + (query == null ? "" : query));
        notReady.set(false);

        // then
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(names(described))
                .containsExactly(response.headers().firstValue("Content-Type").orElseThrow());
    }

    @Test
    void shouldShowThePage() throws Exception {
        HttpResponse<String> page = send("/");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .startsWith("default-src 'none'")
                .doesNotContain("unsafe-inline");
        assertThat(page.body()).contains("/v1/agents", "/v1/threads?status=open");
        assertThat(send("/style.css").headers().firstValue("Content-Type")).hasValue("text/css; charset=utf-8");
        assertThat(send("/uplot.js").headers().firstValue("Content-Type")).hasValue("text/javascript; charset=utf-8");
    }

    private static void assertMembers(JsonNode answer, JsonNode schema, JsonNode document) {
        List<String> properties = new ArrayList<>();
        List<String> required = new ArrayList<>();
        collect(schema, document, properties, required);
        assertThat(names(answer)).containsExactlyInAnyOrderElementsOf(properties);
        assertThat(names(answer)).containsExactlyInAnyOrderElementsOf(required);
    }

    private static void collect(JsonNode schema, JsonNode document, List<String> properties, List<String> required) {
        if (schema.has("$ref")) {
            collect(document.at(schema.path("$ref").textValue().substring(1)), document, properties, required);
        }
        schema.path("allOf").forEach(part -> collect(part, document, properties, required));
        properties.addAll(names(schema.path("properties")));
        required.addAll(texts(schema.path("required"), ""));
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static List<String> texts(JsonNode array, String member) {
        List<String> texts = new ArrayList<>();
        array.forEach(element -> texts.add((member.isEmpty() ? element : element.path(member)).textValue()));
        return texts;
    }

    private JsonNode get(String path) throws Exception {
        HttpResponse<String> response = send(path);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return JSON.readTree(response.body());
    }

    private HttpResponse<String> send(String path) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + http.port() + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
