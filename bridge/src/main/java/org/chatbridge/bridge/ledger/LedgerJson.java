package org.chatbridge.bridge.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The ledger as JSON: a gap as its topic's schema names the fields, and the state as it is remembered. */
final class LedgerJson {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private LedgerJson() {}

    /** A gap as a word of the bridge's own. */
    static byte[] word(Gap gap) {
        ObjectNode word = JSON.createObjectNode().put("action", "gap");
        word.set("payload", write(gap));
        return bytes(word);
    }

    static byte[] write(LedgerState state) {
        ObjectNode json = JSON.createObjectNode().put("began_at", text(state.beganAt()));
        LedgerState.Seeing seeing = state.seeing();
        if (seeing != null) {
            json.putObject("seeing")
                    .put("connection_id", seeing.connectionId())
                    .put("since", text(seeing.since()))
                    .put("until", text(seeing.until()))
                    .put("proven", seeing.proven())
                    .put("sequence", seeing.sequence())
                    .put("last_push_at", text(seeing.lastPushAt()));
        }
        if (state.gap() != null) {
            json.set("gap", write(state.gap()));
        }
        ArrayNode past = json.putArray("past");
        for (LedgerState.Stretch stretch : state.past()) {
            past.addObject().put("from", text(stretch.from())).put("to", text(stretch.to()));
        }
        ArrayNode untold = json.putArray("untold");
        state.untold().forEach(gap -> untold.add(write(gap)));
        return bytes(json);
    }

    /** @throws IOException where it is not what {@link #write(LedgerState)} wrote */
    static LedgerState read(byte[] bytes) throws IOException {
        try {
            JsonNode json = JSON.readTree(bytes);
            List<LedgerState.Stretch> past = new ArrayList<>();
            json.path("past")
                    .forEach(stretch ->
                            past.add(new LedgerState.Stretch(required(stretch, "from"), required(stretch, "to"))));
            List<Gap> untold = new ArrayList<>();
            json.path("untold").forEach(gap -> untold.add(gap(gap)));
            JsonNode seeing = json.path("seeing");
            return new LedgerState(
                    required(json, "began_at"),
                    seeing.isObject()
                            ? new LedgerState.Seeing(
                                    seeing.path("connection_id").asText(),
                                    required(seeing, "since"),
                                    required(seeing, "until"),
                                    seeing.path("proven").asBoolean(),
                                    seeing.path("sequence").asLong(),
                                    instant(seeing, "last_push_at"))
                            : null,
                    json.path("gap").isObject() ? gap(json.path("gap")) : null,
                    List.copyOf(past),
                    List.copyOf(untold));
        } catch (DateTimeException | IllegalArgumentException e) {
            throw new IOException(e);
        }
    }

    private static ObjectNode write(Gap gap) {
        ObjectNode json = JSON.createObjectNode()
                .put("connection_id", gap.connectionId())
                .put("opened_at", text(gap.openedAt()))
                .put("closed_at", text(gap.closedAt()))
                .put("cause", gap.cause().label())
                .put("detail", gap.detail())
                .put("retrying", gap.retrying())
                .put("last_sequence", gap.lastSequence())
                .put("last_push_at", text(gap.lastPushAt()))
                .put("next_connection_id", gap.nextConnectionId())
                .put("first_push_at", text(gap.firstPushAt()));
        Resynced resync = gap.resync();
        if (resync != null) {
            ObjectNode learned = json.putObject("resync")
                    .put("completed_at", text(resync.completedAt()))
                    .put("chats", resync.chats())
                    .put("open_threads", resync.openThreads())
                    .put("agents", resync.agents());
            resync.unknown().forEach(learned.putArray("unknown")::add);
        }
        return json;
    }

    private static Gap gap(JsonNode json) {
        JsonNode resync = json.path("resync");
        List<String> unknown = new ArrayList<>();
        resync.path("unknown").forEach(what -> unknown.add(what.asText()));
        return new Gap(
                json.path("connection_id").asText(),
                required(json, "opened_at"),
                instant(json, "closed_at"),
                Cause.ofLabel(json.path("cause").asText()),
                json.path("detail").textValue(),
                json.path("retrying").asBoolean(true),
                json.path("last_sequence").asLong(),
                instant(json, "last_push_at"),
                json.path("next_connection_id").textValue(),
                instant(json, "first_push_at"),
                resync.isObject()
                        ? new Resynced(
                                instant(resync, "completed_at"),
                                resync.path("chats").asLong(),
                                resync.path("open_threads").asLong(),
                                resync.path("agents").asLong(),
                                List.copyOf(unknown))
                        : null);
    }

    private static Instant required(JsonNode json, String name) {
        return Instant.parse(json.path(name).asText());
    }

    private static @Nullable Instant instant(JsonNode json, String name) {
        return json.hasNonNull(name) ? Instant.parse(json.path(name).asText()) : null;
    }

    private static @Nullable String text(@Nullable Instant instant) {
        return instant == null ? null : instant.truncatedTo(ChronoUnit.MICROS).toString(); // what a record can hold
    }

    private static byte[] bytes(ObjectNode json) {
        try {
            return JSON.writeValueAsString(json).getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("writing JSON into memory", e);
        }
    }
}
