package org.chatbridge.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes down every frame that is no response, in the order in which they happen, one JSON object a line:
 *
 * <pre>
 * {"at":"…","push":17,"action":"incoming_event","chat":"…","on":["3-12"]}
 * {"at":"…","connection":3,"is":"opened"}          then "logged in", "closed"
 * </pre>
 *
 * {@code on} has a mark for each connection that it was queued for: the connection's number and the frame's number on it,
 * from 1. None means that nobody was logged in. World's pushes carry their mark as the member {@code sim} of the
 * envelope. What is queued behind the end of a connection never leaves: a client that got a frame of a connection got all
 * before it.
 */
final class FrameLog implements AutoCloseable {

    private final Clock clock;
    private @Nullable BufferedWriter lines;
    private long pushes;

    /** @param file written anew; null: nothing is written, and nothing marked */
    FrameLog(@Nullable Path file, Clock clock) {
        this.clock = clock;
        try {
            this.lines = file == null ? null : Files.newBufferedWriter(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the log of frames: " + file, e);
        }
    }

    synchronized boolean isOn() {
        return lines != null;
    }

    synchronized void frame(String action, @Nullable String text, List<String> marks) {
        if (lines != null) {
            ObjectNode line = line().put("push", ++pushes).put("action", action).put("chat", chat(text));
            marks.forEach(line.putArray("on")::add);
            write(lines, line);
        }
    }

    synchronized void connection(int number, String is) {
        if (lines != null) {
            write(lines, line().put("connection", number).put("is", is));
        }
    }

    /** Has all on disk that was written. */
    synchronized void flush() {
        try {
            if (lines != null) {
                lines.flush();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends the log; what happens later is not written. */
    @Override
    public synchronized void close() {
        try {
            if (lines != null) {
                lines.close();
                lines = null;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The text of a push with a mark in its envelope; as it is without one. */
    static String marked(String push, String mark) {
        return mark.isEmpty() ? push : push.substring(0, push.length() - 1) + ",\"sim\":\"" + mark + "\"}";
    }

    private ObjectNode line() {
        return Json.object()
                .put("at", clock.instant().truncatedTo(ChronoUnit.MICROS).toString());
    }

    private static @Nullable String chat(@Nullable String text) {
        JsonNode payload = text == null ? Json.object() : Json.read(text).path("payload");
        return payload.path("chat_id").isTextual()
                ? payload.path("chat_id").textValue()
                : payload.path("chat").path("id").textValue();
    }

    private static void write(BufferedWriter to, ObjectNode line) {
        try {
            to.write(Json.write(line));
            to.write('\n');
        } catch (IOException e) {
            throw new UncheckedIOException("the log of frames", e);
        }
    }
}
