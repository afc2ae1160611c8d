package org.chatbridge.quickstart;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A reader of {@code /v1/changes} that leaves in the middle, and comes back to any instance with the id that it has. Of each
 * row it keeps the event that told it last.
 */
final class ChangesClient implements Runnable {
    private static final String OF_CHATS = "\"view\":\"chats\"";
    private static final String BEFORE_KEY = "\",\"key\":\"";
    private static final String BEFORE_ROW = "\",\"row\":";

    private final HttpClient http;
    private final List<URI> instances;
    private final String views;
    private final Random random;
    private final int cuts;
    private final long meanNanos;

    /** All readers hold the same rows in the end: each row once for all. */
    private final Map<String, String> table = new TreeMap<>();

    private @Nullable String lastId;
    private String type = "";
    private volatile boolean stopping;
    private int cut;
    private long rows;
    private long changes;
    private long repeated;
    private int resets;
    private int lives;
    private int refused;

    /** @param meanNanos for how long it reads until it leaves, on average */
    ChangesClient(HttpClient http, List<URI> instances, String views, Random random, int cuts, long meanNanos) {
        this.http = http;
        this.instances = instances;
        this.views = views;
        this.random = random;
        this.cuts = cuts;
        this.meanNanos = meanNanos;
    }

    @Override
    public void run() {
        while (!stopping) {
            try {
                read(instances.get(random.nextInt(instances.size())));
            } catch (IOException e) {
                synchronized (this) {
                    refused++;
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    void stop() {
        stopping = true;
    }

    /** The events that told the rows last, by view and key. */
    synchronized Map<String, String> table() {
        return new TreeMap<>(table);
    }

    synchronized int cut() {
        return cut;
    }

    synchronized long events() {
        return rows + changes;
    }

    synchronized long changes() {
        return changes;
    }

    /**
     * Rows that were told as they were known, but for chats: one may come back to what it was, as when somebody typed and left
     * it, and a reader who is behind is told only the last of it.
     */
    synchronized long repeated() {
        return repeated;
    }

    synchronized int resets() {
        return resets;
    }

    synchronized int lives() {
        return lives;
    }

    /** How often it did not end the stream itself: where it reads too slowly, it is cut. */
    synchronized long refused() {
        return refused;
    }

    private void read(URI instance) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(instance.resolve("/v1/changes?view=" + views));
        if (lastId != null) {
            request.header("Last-Event-ID", lastId);
        }
        HttpResponse<java.io.InputStream> answer =
                http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        long end = System.nanoTime() + (long) (2 * meanNanos * random.nextDouble());
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8), 1 << 16)) {
            if (answer.statusCode() != 200) {
                TimeUnit.MILLISECONDS.sleep(20);
                throw new IOException(answer.statusCode() + " " + lines.readLine());
            }
            String id = null;
            for (String line = lines.readLine(); line != null && !stopping; line = lines.readLine()) {
                if (line.startsWith("id: ")) {
                    id = line.substring(4);
                } else if (line.startsWith("event: ")) {
                    type = line.substring(7);
                } else if (line.startsWith("data: ")) {
                    told(line.substring(6));
                } else if (line.isEmpty()) {
                    // Only an event that is whole counts.
                    lastId = id == null ? lastId : id;
                    id = null;
                    if (leaves(end)) {
                        return;
                    }
                }
            }
            if (!stopping) {
                throw new IOException("the stream ended");
            }
        }
    }

    private synchronized boolean leaves(long end) {
        if (cut < cuts && System.nanoTime() > end) {
            cut++;
            return true;
        }
        return false;
    }

    private synchronized void told(String data) {
        switch (type) {
            case "row", "change" -> {
                int key = data.indexOf(BEFORE_KEY);
                int row = data.indexOf(BEFORE_ROW, key);
                String at = data.substring(0, row);
                String before = data.startsWith("null", row + BEFORE_ROW.length())
                        ? table.remove(at)
                        : table.put(at.intern(), data.intern());
                if (data.equals(before) && !at.contains(OF_CHATS)) {
                    repeated++;
                }
                if (type.equals("row")) {
                    rows++;
                } else {
                    changes++;
                }
            }
            case "reset" -> {
                resets++;
                table.clear();
            }
            case "live" -> lives++;
            default -> {}
        }
    }
}
