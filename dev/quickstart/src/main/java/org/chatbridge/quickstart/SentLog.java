package org.chatbridge.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Reads what the simulated LiveChat wrote down of the frames it sent; see the sandbox's README. */
final class SentLog {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private SentLog() {}

    /**
     * A frame that is no response.
     *
     * @param number counts all frames
     * @param on where it was queued; empty: nobody was logged in
     */
    record Sent(long number, Instant at, String action, List<Mark> on) {}

    /** A connection as LiveChat counts them, and the number of a frame on it, from 1. */
    record Mark(int connection, long index) {
        static Mark of(String text) {
            int dash = text.indexOf('-');
            return new Mark(Integer.parseInt(text.substring(0, dash)), Long.parseLong(text.substring(dash + 1)));
        }

        @Override
        public String toString() {
            return connection + "-" + index;
        }
    }

    static List<Sent> read(Path file) throws IOException {
        List<Sent> sent = new ArrayList<>();
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode json = JSON.readTree(line);
                if (json.has("push")) {
                    List<Mark> on = new ArrayList<>(1);
                    json.path("on").forEach(mark -> on.add(Mark.of(mark.asText())));
                    sent.add(new Sent(
                            json.path("push").asLong(),
                            Instant.parse(json.path("at").asText()),
                            json.path("action").asText().intern(), // a run has few, and many pushes of each
                            List.copyOf(on)));
                }
            }
        }
        return sent;
    }
}
