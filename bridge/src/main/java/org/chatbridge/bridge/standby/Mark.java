package org.chatbridge.bridge.standby;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Of which turn an account is, and how old within it; members of its JSON. A clock or a count alone would not say which of two
 * accounts goes on: a bridge that is cut off counts on after its successor began.
 *
 * @param turn of which bridge's turn; empty where the account does not say
 * @param after the turns whose accounts it went on from, back to the one that the slot had; empty where there was none
 * @param another the newest connection that another bridge had; empty where none ever had one, the newest one where the
 *     account does not say
 * @param save how often it was remembered within its turn
 */
record Mark(String turn, Set<String> after, String another, long save) {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String TURN = "turn";
    private static final String AFTER = "after_turns";
    private static final String ANOTHER = "newest_of_another";
    private static final String SAVE = "save";

    static Mark of(byte[] account) {
        try {
            JsonNode json = JSON.readTree(account);
            Set<String> after = new TreeSet<>();
            json.path(AFTER).forEach(one -> after.add(one.asText()));
            return new Mark(
                    json.path(TURN).asText(""),
                    after,
                    json.path(ANOTHER).asText(newestConnection(json)),
                    json.path(SAVE).asLong());
        } catch (IOException e) {
            return new Mark("", Set.of(), "", 0); // who reads all of it says what is wrong with it
        }
    }

    /** Id of the newest connection that an account knows of; empty where it knows of none. */
    static String newestConnection(byte[] account) {
        try {
            return newestConnection(JSON.readTree(account));
        } catch (IOException e) {
            return "";
        }
    }

    private static String newestConnection(JsonNode account) {
        return Stream.of("/gap/connection_id", "/gap/next_connection_id", "/seeing/connection_id")
                .map(path -> account.at(path).asText(""))
                .max(Comparator.naturalOrder())
                .orElse("");
    }

    /** The account with this mark. */
    byte[] on(byte[] account) {
        try {
            ObjectNode json = (ObjectNode) JSON.readTree(account);
            json.put(TURN, turn).put(ANOTHER, another).put(SAVE, save);
            after.forEach(json.putArray(AFTER)::add);
            return JSON.writeValueAsString(json).getBytes(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("an account that is no JSON", e);
        }
    }

    Mark next() {
        return new Mark(turn, after, another, save + 1);
    }

    /** Whether the account with this mark is the other one or goes on from it. */
    boolean goesOnFrom(Mark other) {
        return !other.turn.isEmpty() && (turn.equals(other.turn) ? save >= other.save : after.contains(other.turn));
    }
}
