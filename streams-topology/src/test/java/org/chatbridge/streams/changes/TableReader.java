package org.chatbridge.streams.changes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A reader that keeps the table which it is told of, and can be cut after any event. */
final class TableReader {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final String views;
    private final Map<String, String> table = new TreeMap<>();
    private final Map<String, Integer> versions = new HashMap<>();
    private final List<String> mistakes = new ArrayList<>();
    private @Nullable String lastId;
    private @Nullable Connection connection;
    private int events;
    private int rows;
    private int changes;
    private int resets;
    private int lives;
    /** Whether every change has to be told, and none but changes. */
    private boolean strict;

    TableReader(String views) {
        this.views = views;
    }

    /** Comes (back) with what it has; is cut after so many events, or never where that is negative. */
    synchronized void connect(ViewChanges changes, int cutAfter) {
        Connection now = new Connection(cutAfter);
        connection = now;
        changes.open(Selection.of(Instance.VIEWS, Optional.of(views)), Optional.ofNullable(lastId), now);
    }

    String views() {
        return views;
    }

    synchronized boolean isConnected() {
        return connection != null;
    }

    synchronized void disconnect() {
        if (connection != null) {
            connection.end(false);
        }
    }

    /** From now on each version has to follow that before, or the same is a mistake where it is told twice. */
    synchronized void beStrict() {
        strict = true;
    }

    synchronized Map<String, String> table() {
        return new TreeMap<>(table);
    }

    synchronized List<String> mistakes() {
        return List.copyOf(mistakes);
    }

    synchronized @Nullable String lastId() {
        return lastId;
    }

    synchronized int lives() {
        return lives;
    }

    synchronized int rows() {
        return rows;
    }

    synchronized int changes() {
        return changes;
    }

    synchronized int resets() {
        return resets;
    }

    synchronized int events() {
        return events;
    }

    private void told(String event) {
        String type = "";
        String data = "";
        String id = null;
        for (String line : event.lines().toList()) {
            int colon = line.indexOf(": ");
            String value = line.substring(colon + 2);
            switch (line.substring(0, colon)) {
                case "id" -> id = value;
                case "event" -> type = value;
                case "data" -> data = value;
                default -> {}
            }
        }
        if (type.isEmpty()) {
            return;
        }
        events++;
        switch (type) {
            case "row" -> {
                rows++;
                row(data, false);
            }
            case "change" -> {
                changes++;
                row(data, true);
            }
            case "reset" -> {
                resets++;
                table.clear();
                versions.clear();
            }
            case "live" -> lives++;
            default -> {}
        }
        if (id != null) {
            lastId = id;
        }
    }

    private void row(String data, boolean change) {
        try {
            JsonNode json = JSON.readTree(data);
            String key = json.path("view").asText() + "/" + json.path("key").asText();
            JsonNode row = json.path("row");
            Integer before = versions.get(key);
            if (row.isNull()) {
                table.remove(key);
                if (before != null) {
                    versions.put(key, before + 1);
                }
                return;
            }
            String name = row.path("name").asText();
            int version = Integer.parseInt(name);
            table.put(key, name);
            versions.put(key, version);
            if (before != null && (version < before || (strict && change && version != before + 1))) {
                mistakes.add(key + ": " + version + " after " + before);
            }
            if (!change && before != null) {
                mistakes.add(key + " came as a row, and was known");
            }
        } catch (java.io.IOException e) {
            throw new IllegalStateException(data, e);
        }
    }

    /** Takes events until it is cut. */
    private final class Connection implements Sink {
        private int left;
        private boolean closed;
        private @Nullable Closed listener;

        Connection(int cutAfter) {
            left = cutAfter;
        }

        @Override
        public boolean offer(byte[] chunk) {
            synchronized (TableReader.this) {
                if (closed) {
                    return false;
                }
                for (String event : new String(chunk, StandardCharsets.UTF_8).split("\n\n", -1)) {
                    if (event.isEmpty()) {
                        continue;
                    }
                    if (left-- == 0) {
                        end(false);
                        return true;
                    }
                    told(event);
                }
                return true;
            }
        }

        @Override
        public void onDrained(Runnable next) {
            next.run();
        }

        @Override
        public void onClosed(Closed told) {
            synchronized (TableReader.this) {
                listener = told;
            }
        }

        @Override
        public void close() {
            end(false);
        }

        private void end(boolean cut) {
            synchronized (TableReader.this) {
                if (!closed) {
                    closed = true;
                    if (connection == this) {
                        connection = null;
                    }
                    if (listener != null) {
                        listener.closed(cut);
                    }
                }
            }
        }
    }
}
