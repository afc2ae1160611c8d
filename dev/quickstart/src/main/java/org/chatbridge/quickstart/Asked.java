package org.chatbridge.quickstart;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the views are asked for: questions of one kind, each answered with 200 before it counts.
 *
 * @param name of the kind
 * @param targets paths with their queries
 * @param bytes of an answer's body, on average
 */
record Asked(String name, List<String> targets, int bytes) {
    private static final int PAGE = 100;
    private static final Pattern NEXT = Pattern.compile("\"next_cursor\":\"([^\"]*)\"");

    /** The row of an agent, by key. */
    static Asked rows(URI views, int agents) throws IOException {
        List<String> targets = new ArrayList<>();
        for (int i = 0; i < agents; i++) {
            targets.add("/v1/agents/" + Team.agent(i));
        }
        return tried(views, "row by key", targets);
    }

    /** The open threads of an agent. */
    static Asked threadsOfAgent(URI views, int agents) throws IOException {
        List<String> targets = new ArrayList<>();
        for (int i = 0; i < Math.min(agents, 200); i++) {
            targets.add("/v1/threads?status=open&agent_id=" + Team.agent(i));
        }
        return tried(views, "threads of an agent", targets);
    }

    /** The list of agents as it is asked for without a parameter. */
    static Asked agents(URI views) throws IOException {
        return tried(views, "list of agents", List.of("/v1/agents"));
    }

    /** The open threads, all pages of 100 rows but the first, by the cursors of those before. */
    static Asked pages(URI views) throws IOException {
        List<String> targets = new ArrayList<>();
        String first = "/v1/threads?limit=" + PAGE;
        try (HttpConnection connection = HttpConnection.open(views)) {
            String next = first;
            while (next != null) {
                expect(connection, next);
                Matcher cursor = NEXT.matcher(connection.body());
                next = cursor.find() ? first + "&cursor=" + cursor.group(1) : null;
                if (next != null) {
                    targets.add(next);
                }
            }
        }
        return tried(views, "page of " + PAGE + " threads", targets);
    }

    private static Asked tried(URI views, String name, List<String> targets) throws IOException {
        long sum = 0;
        try (HttpConnection connection = HttpConnection.open(views)) {
            for (String target : targets) {
                expect(connection, target);
                sum += connection.bodyLength();
            }
        }
        return new Asked(name, targets, (int) (sum / targets.size()));
    }

    private static void expect(HttpConnection connection, String target) throws IOException {
        int status = connection.ask(HttpConnection.get(target));
        if (status != 200) {
            throw new IOException(String.format(Locale.ROOT, "GET %s: %d %s", target, status, connection.body()));
        }
    }

    /** As they are sent. */
    List<byte[]> questions() {
        return targets.stream().map(HttpConnection::get).toList();
    }

    /** The question to {@link ConstantMain} whose answer has as many bytes. */
    List<byte[]> constants() {
        return List.of(HttpConnection.get("/constant/" + bytes));
    }
}
