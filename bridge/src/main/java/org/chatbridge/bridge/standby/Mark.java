package org.chatbridge.bridge.standby;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Of which turn an account is, and how old within it; members of its JSON. A clock or a count alone would not say which of two
 * accounts goes on: a bridge that is cut off counts on after its successor began.
 *
 * @param turn of which bridge's turn; empty where the account does not say
 * @param after the turn whose account it went on from; empty where there was none
 * @param save how often it was remembered within its turn
 */
record Mark(String turn, String after, long save) {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String TURN = "turn";
    private static final String AFTER = "after_turn";
    private static final String SAVE = "save";

    static Mark of(byte[] account) {
        try {
            JsonNode json = JSON.readTree(account);
            return new Mark(
                    json.path(TURN).asText(""),
                    json.path(AFTER).asText(""),
                    json.path(SAVE).asLong());
        } catch (IOException e) {
            return new Mark("", "", 0); // who reads all of it says what is wrong with it
        }
    }

    /** The account with this mark. */
    byte[] on(byte[] account) {
        try {
            ObjectNode json = (ObjectNode) JSON.readTree(account);
            json.put(TURN, turn).put(AFTER, after).put(SAVE, save);
            return JSON.writeValueAsString(json).getBytes(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("an account that is no JSON", e);
        }
    }

    Mark next() {
        return new Mark(turn, after, save + 1);
    }

    /** Whether the account with this mark is the other one or goes on from it. */
    boolean goesOnFrom(Mark other) {
        return !other.turn.isEmpty() && (turn.equals(other.turn) ? save >= other.save : after.equals(other.turn));
    }
}
