package org.chatbridge.quickstart;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Turns all pages of the open threads, keeping none. */
final class Walk {
    private static final Pattern NEXT = Pattern.compile("\"next_cursor\":(null|\"([^\"]*)\")");
    private static final String THREAD = "\"thread_id\":";

    private Walk() {}

    /**
     * How many threads there are on all pages.
     *
     * @throws IOException where a page is not answered, or lacks a part
     */
    static long countThreads(URI views) throws IOException {
        long count = 0;
        String next = "";
        try (HttpConnection connection = HttpConnection.open(views)) {
            while (next != null) {
                String cursor = next.isEmpty() ? "" : "&cursor=" + URLEncoder.encode(next, StandardCharsets.UTF_8);
                int status = connection.ask(HttpConnection.get("/v1/threads?limit=1000" + cursor));
                String body = connection.body();
                if (status != 200 || !body.contains("\"incomplete\":[]")) {
                    throw new IOException("a page after " + count + " threads: " + status + " "
                            + body.substring(0, Math.min(500, body.length())));
                }
                count += threadsIn(body);
                Matcher cursorOfNext = NEXT.matcher(body);
                next = cursorOfNext.find() ? cursorOfNext.group(2) : null;
            }
        }
        return count;
    }

    /** How many threads an answer tells of. */
    static int threadsIn(String body) {
        int count = 0;
        for (int at = body.indexOf(THREAD); at >= 0; at = body.indexOf(THREAD, at + THREAD.length())) {
            count++;
        }
        return count;
    }

    static boolean isLast(String body) {
        return body.contains("\"next_cursor\":null");
    }
}
