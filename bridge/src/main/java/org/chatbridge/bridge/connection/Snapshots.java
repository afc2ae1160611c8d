package org.chatbridge.bridge.connection;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
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
    private static final JsonMapper JSON = JsonMapper.builder(new JsonFactoryBuilder()
                    .streamWriteConstraints(StreamWriteConstraints.builder()
                            .maxNestingDepth(2_000) // more than is read
                            .build())
                    .build())
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII) // half of a pair of surrogates has no UTF-8
            .build();
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
                    JSON.writeValueAsString(word).getBytes(StandardCharsets.UTF_8)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("writing JSON into memory", e);
        }
    }
}
