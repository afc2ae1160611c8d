package org.chatbridge.bridge.connection;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.function.Consumer;
import org.chatbridge.bridge.frames.Frame;
import org.jspecify.annotations.Nullable;

/** Makes records of {@code snapshots} of what one connection learned, as the bridge's own words. */
final class Snapshots {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String RESYNC = "resync";

    private final String connectionId;
    private final @Nullable String ownAgentId;
    private final Consumer<Frame> words;
    private final Clock clock;
    private final int partitions;

    /** @param partitions of the topic: the word that all is told stands in each */
    Snapshots(String connectionId, @Nullable String ownAgentId, Consumer<Frame> words, Clock clock, int partitions) {
        this.connectionId = connectionId;
        this.ownAgentId = ownAgentId;
        this.words = words;
        this.clock = clock;
        this.partitions = partitions;
    }

    /**
     * A chat with its last thread.
     *
     * @param sequence of the last push before the thread was known to be the last
     * @param action of the answer
     */
    void chat(long sequence, String action, ObjectNode chat) {
        ObjectNode payload = entity("chat", chat.path("id"));
        payload.set("chat", chat);
        tell(sequence, action, payload);
    }

    /** An agent, of whom {@code routing_status} is known. */
    void agent(long sequence, String action, JsonNode agent) {
        ObjectNode payload = entity("agent", agent.path("id"));
        payload.set("agent", agent);
        tell(sequence, action, payload);
    }

    /** The word that LiveChat told of all there is. */
    void complete() {
        for (int partition = 0; partition < partitions; partition++) {
            ObjectNode payload = JSON.createObjectNode()
                    .put("entity", RESYNC)
                    .put("id", connectionId)
                    .put("partition", partition);
            tell(0, RESYNC, payload);
        }
    }

    private static ObjectNode entity(String kind, JsonNode id) {
        ObjectNode payload = JSON.createObjectNode().put("entity", kind);
        payload.set("id", id);
        return payload;
    }

    /** JSON text; half of a pair of surrogates, which has no UTF-8 and stands in texts alone, is escaped. */
    private static byte[] utf8(String json) {
        if (StandardCharsets.UTF_8.newEncoder().canEncode(json)) {
            return json.getBytes(StandardCharsets.UTF_8);
        }
        StringBuilder escaped = new StringBuilder(json.length() + 16);
        json.codePoints().forEach(point -> {
            if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) {
                escaped.append(String.format("\\u%04x", point));
            } else {
                escaped.appendCodePoint(point);
            }
        });
        return escaped.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void tell(long sequence, String action, ObjectNode payload) {
        ObjectNode word = JSON.createObjectNode().put("action", action);
        word.set("payload", payload);
        try {
            words.accept(new Frame(
                    connectionId,
                    sequence,
                    Frame.micros(clock.instant()),
                    ownAgentId,
                    Frame.Kind.SNAPSHOT,
                    utf8(JSON.writeValueAsString(word))));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("writing JSON into memory", e);
        }
    }
}
