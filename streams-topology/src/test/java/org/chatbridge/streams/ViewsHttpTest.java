package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.chatbridge.avro.Gap;
import org.chatbridge.program.HttpLimits;
import org.chatbridge.program.HttpOptions;
import org.chatbridge.program.Route;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // JUnit sets the fields
class ViewsHttpTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client = HttpClient.newHttpClient();
    private final AtomicBoolean notReady = new AtomicBoolean();
    private TestDriver driver;
    private ViewsServer server;

    @BeforeAll
    void start(@TempDir Path directory) {
        driver = new TestDriver(directory);
        ViewsData.tell(driver);
        server = new ViewsServer(
                ViewsServer.endpoints(driver),
                (request, stream) -> stream.end(),
                () -> notReady.get() ? List.of("Kafka does not answer") : List.of(),
                HttpOptions.defaults());
    }

    @AfterAll
    void stop() {
        server.close();
        driver.close();
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
    void shouldNotTakeTheLackOfAnIdForAList() throws Exception {
        for (View<?, ?> view : Views.ALL) {
            assertThat(send("/v1/" + view.name() + "/").statusCode())
                    .as(view.name())
                    .isEqualTo(404);
        }
        assertThat(send("/v1/agents/%2F").body()).contains("there is no such row in agents");
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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-11-22T10:00:00Z",
                "2026-11-22T10:00:00.000Z",
                "2026-11-22T10:00:00+00:00",
                "2026-11-22T11:00:00%2B01:00",
                "2026-11-22t10:00:00z"
            })
    void shouldFindAMinuteHoweverItIsWritten(String minute) throws Exception {
        assertThat(get("/v1/activity/" + minute).path("minute").textValue()).isEqualTo("2026-11-22T10:00:00Z");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2026-11-22T10:00:30Z", "2026-11-22T10:00Z", "yesterday"})
    void shouldFindNoOtherMinute(String minute) throws Exception {
        assertThat(send("/v1/activity/" + minute).statusCode()).isEqualTo(404);
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
    void shouldCountFromTheMomentThatIsAskedAbout() throws Exception {
        assertThat(get("/v1/threads?as_of=2026-11-22T10:00:15Z&older_than=PT1M").path("threads"))
                .as("all were opened within that minute")
                .isEmpty();
        assertThat(get("/v1/threads?as_of=2026-11-22T10:02:00Z&older_than=PT1M").path("threads"))
                .isNotEmpty();

        String status = "accepting_chats";
        long before = get("/v1/agents/agent-2@example.com?as_of=2026-11-22T10:03:00Z")
                .path("seconds_today")
                .path(status)
                .longValue();
        assertThat(get("/v1/agents/agent-2@example.com?as_of=2026-11-22T10:04:00Z")
                        .path("seconds_today")
                        .path(status)
                        .longValue())
                .isEqualTo(before + 60);
    }

    @Test
    void shouldTellTheHistoryFromAnyMomentThatCanBeWritten() throws Exception {
        assertThat(get("/v1/threads/PD/history?from=0001-01-01T00:00:00Z").path("history"))
                .isEqualTo(get("/v1/threads/PD/history").path("history"));
        assertThat(get("/v1/threads/PD/history?from=2300-01-01T00:00:00Z&to=2400-01-01T00:00:00Z")
                        .path("history"))
                .hasSize(1);
    }

    @Test
    void shouldTellTheHistoryToOneWhoseClockIsAhead() throws Exception {
        JsonNode answer = get("/v1/threads/PD/history?from=2126-11-22T10:00:00Z");
        assertThat(texts(answer.path("history"), "from")).containsExactly("2026-11-22T10:00:20Z");
        assertThat(answer.path("next_from").isNull()).isTrue();
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

    @Test
    void shouldNotSayThatNothingChangedWhereTheBridgeStopped() throws Exception {
        // given
        List<String> paths = List.of("/v1/threads", "/v1/threads/PA", "/v1/threads/PA/history");
        List<String> tags = new ArrayList<>();
        for (String path : paths) {
            String tag = send(path).headers().firstValue("ETag").orElseThrow();
            assertThat(sendAgain(path, tag).statusCode()).isEqualTo(304);
            tags.add(tag);
        }
        Gap gap = Pushes.gap("c1", "shutdown");

        // when
        driver.upstream.lost(gap);
        List<HttpResponse<String>> answers = new ArrayList<>();
        for (int i = 0; i < paths.size(); i++) {
            answers.add(sendAgain(paths.get(i), tags.get(i)));
        }
        driver.upstream.lost(Pushes.closed(gap)); // as it was, for the other tests

        // then: a browser would give the script the old body in place of a 304
        for (HttpResponse<String> answer : answers) {
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(JSON.readTree(answer.body())
                            .path("freshness")
                            .path("upstream")
                            .textValue())
                    .isEqualTo("stopped");
        }
    }

    private HttpResponse<String> sendAgain(String path, String tag) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                        .header("If-None-Match", tag)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
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
        "/v1/threads?as_of=2026-01-22T10:00:00Z, as_of",
        "/v1/agents/ada?as_of=2026-01-22T10:00:00Z, as_of",
        "/v1/threads?as_of=-1000000000-01-01T00:00:00Z&older_than=PT5M, as_of",
        "/v1/threads?as_of=%2B1000000000-12-31T23:59:59Z, as_of",
        "/v1/threads?older_than=PT9223372036854775807S, older_than",
        "/v1/threads?older_than=P99999999999999999999D, older_than",
        "/v1/activity?from=-0001-12-31T23:59:59Z, from",
        "/v1/activity?to=9999-12-31T23:59:59-01:00, to",
        "/v1/threads/PD/history?from=%2B1000000000-12-31T23:59:59.999999Z, from",
        "/v1/gaps?as_of=2026-11-22T10:00:00Z, as_of",
        "/v1/agents/ada/history?from=2026-11-22T10:00:00Z&to=2026-11-22T09:00:00Z, to"
    })
    void shouldNameTheParameterThatIsWrong(String path, String parameter) throws Exception {
        HttpResponse<String> response = send(path);
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(JSON.readTree(response.body()).path("parameter").textValue()).isEqualTo(parameter);
    }

    @ParameterizedTest
    @ValueSource(strings = {"P1W", "P1M", "P36500D", "5m"})
    void shouldSayWhichDurationsThereAre(String duration) throws Exception {
        assertThat(JSON.readTree(send("/v1/threads?older_than=" + duration).body())
                        .path("detail")
                        .textValue())
                .isEqualTo(
                        "older_than: expected days, hours, minutes and seconds in ISO 8601, less than 36500 days in all,"
                                + " such as PT5M or P1DT12H");
    }

    @Test
    void shouldShowThePageButNoDataToWhoeverHasNoToken(@TempDir Path directory) throws Exception {
        Path tokens = Files.writeString(directory.resolve("tokens"), "ada:" + "0".repeat(64) + "\n");
        HttpOptions guarded = new HttpOptions(HttpLimits.defaults(), List.of(), null, tokens);
        try (ViewsServer closed =
                new ViewsServer(ViewsServer.endpoints(driver), (request, stream) -> stream.end(), List::of, guarded)) {
            for (Route file : Pages.files()) {
                assertThat(send(closed, file.path()).statusCode())
                        .as(file.path())
                        .isEqualTo(200);
            }
            for (View<?, ?> view : Views.ALL) {
                assertThat(send(closed, "/v1/" + view.name()).statusCode()).isEqualTo(401);
            }
            for (String path : List.of("/v1/changes", "/openapi.json", "/metrics", "/index.html")) {
                assertThat(send(closed, path).statusCode()).as(path).isEqualTo(401);
            }
        }
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
        return send(server, path);
    }

    private HttpResponse<String> send(ViewsServer to, String path) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + to.port() + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
