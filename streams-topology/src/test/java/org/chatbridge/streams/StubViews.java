package org.chatbridge.streams;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.chatbridge.program.EventStream;
import org.chatbridge.program.HostPort;
import org.chatbridge.program.HttpProblem;
import org.chatbridge.program.HttpService;
import org.chatbridge.program.PrometheusMetrics;
import org.chatbridge.program.Request;
import org.chatbridge.program.Response;
import org.chatbridge.program.Route;
import org.jspecify.annotations.Nullable;

/** Serves the page as it is, with an API that says what a test tells it to. */
final class StubViews implements AutoCloseable {
    private static final AtomicInteger STARTED = new AtomicInteger();
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String FRESHNESS = """
            {"served_by":"active","offset_lag":3,"upstream":"streaming","last_push_at":"2026-11-22T10:00:00Z"}\
            """;

    /** Of an id of this run: another run knows nothing of it. */
    private final String run = "run" + STARTED.incrementAndGet() + "-";

    private final Map<String, String> rows = new LinkedHashMap<>();
    private final List<String> changes = new ArrayList<>();
    private final List<EventStream> readers = new ArrayList<>();
    private final List<String> asked = new ArrayList<>();
    private final TreeMap<String, Integer> accepted = new TreeMap<>();
    private final PrometheusMetrics metrics = new PrometheusMetrics();
    private final HttpService http;
    private final @Nullable String token;
    private boolean refusesIdsOfOthers;

    /**
     * @param port 0 for any
     * @param token without which the API answers 401; null where it is open
     */
    StubViews(int port, @Nullable String token) {
        this.token = token;
        List<Route> routes = new ArrayList<>(Pages.files());
        routes.add(new Route("/v1/agents", this::agents));
        routes.add(Route.stream("/v1/changes", this::changes));
        http = new HttpService("http.listen", new HostPort("127.0.0.1", port), routes, List::of, metrics);
    }

    StubViews start() {
        http.start();
        return this;
    }

    /** As of another cluster: with 400, in place of telling all rows anew. */
    StubViews refusingIdsOfOthers() {
        refusesIdsOfOthers = true;
        return this;
    }

    int port() {
        return http.port();
    }

    String url() {
        return "http://127.0.0.1:" + port() + "/";
    }

    /** With which id each stream was asked for, the oldest first; empty where it was asked for from the beginning. */
    synchronized List<String> asked() {
        return List.copyOf(asked);
    }

    /** Tells a row, or with null that it is gone, to all who read and to all who come. */
    synchronized void tell(String view, String key, @Nullable JsonNode row) {
        ObjectNode change = JSON.createObjectNode().put("view", view).put("key", key);
        change.set("row", row);
        if (row == null) {
            rows.remove(view + "/" + key);
        } else {
            rows.put(view + "/" + key, change.toString());
        }
        changes.add(change.toString());
        byte[] event = event("change", change.toString()).getBytes(StandardCharsets.UTF_8);
        readers.removeIf(reader -> !reader.send(event));
    }

    /** What the list of agents says, each on a page of its own: so many seconds of today. */
    synchronized void accepted(String agent, int seconds) {
        accepted.put(agent, seconds);
    }

    /** Ends all streams, and goes on. */
    synchronized void cut() {
        readers.forEach(EventStream::end);
        readers.clear();
    }

    private synchronized void changes(Request request, EventStream stream) {
        letIn(request);
        String last = request.queryParameter("last_event_id").orElse("");
        asked.add(last);
        StringBuilder events = new StringBuilder(event("freshness", FRESHNESS));
        if (last.startsWith(run)) {
            changes.subList(Integer.parseInt(last.substring(run.length())), changes.size())
                    .forEach(change -> events.append(event("change", change)));
        } else {
            if (!last.isEmpty() && refusesIdsOfOthers) {
                throw HttpProblem.badParameter("last_event_id", "the id of an event of another Kafka cluster");
            }
            if (!last.isEmpty()) {
                events.append(event("reset", "{}"));
            }
            rows.values().forEach(row -> events.append(event("row", row)));
            events.append(event("live", "{\"views\":[\"agents\",\"threads\",\"gaps\",\"activity\"]}"));
        }
        stream.send(events.toString().getBytes(StandardCharsets.UTF_8));
        readers.add(stream);
    }

    private String event(String name, String data) {
        return "id: " + run + changes.size() + "\nevent: " + name + "\ndata: " + data + "\n\n";
    }

    private synchronized Response agents(Request request) {
        letIn(request);
        String after = request.queryParameter("cursor").orElse("");
        Map.Entry<String, Integer> one = accepted.higherEntry(after);
        ObjectNode list = JSON.createObjectNode();
        list.putArray("agents");
        list.putNull("next_cursor");
        if (one != null) {
            list.withArray("agents")
                    .addObject()
                    .put("agent_id", one.getKey())
                    .withObject("seconds_today")
                    .put("accepting_chats", one.getValue());
            list.put("next_cursor", one.getKey());
        }
        return Response.text("application/json", list.toString());
    }

    private void letIn(Request request) {
        if (token != null && !request.headers().getOrDefault("cookie", "").contains("chatbridge_token=" + token)) {
            throw HttpProblem.of(401, "a token is needed");
        }
    }

    @Override
    public void close() {
        http.close();
        metrics.close();
    }
}
