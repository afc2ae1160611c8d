package org.chatbridge.bridge.connection;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.chatbridge.schema.Action;
import org.jspecify.annotations.Nullable;

/**
 * Tells answers to our requests from pushes, and hears among the pushes LiveChat's last word, which agent accepts chats and
 * which chat is open. PROTOCOL 1.2, 1.8, 2.13 and 2.1.
 *
 * <p>What cannot be read is no answer.
 */
final class FrameSorter {
    /** One of these stands in every frame that is more than a push. */
    private static final byte[][] WORDS = Stream.concat(
                    Stream.of("\"response\"", "\"success\"", "\"agent_disconnected\"", "\"" + Requests.ID_PREFIX),
                    Stream.of(Action.AGENT_UPDATED, Action.INCOMING_CHAT_THREAD)
                            .flatMap(
                                    action -> Stream.concat(Stream.of(action.wireName()), action.successors().stream()))
                            .map(name -> "\"" + name + "\""))
            .map(word -> word.getBytes(StandardCharsets.UTF_8))
            .toArray(byte[][]::new);

    private static final int SHORTEST =
            Arrays.stream(WORDS).mapToInt(word -> word.length).min().orElseThrow();
    private static final byte[] SHIFTS = shifts();

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long EACH = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;

    /** Bytes of an escape with four digits. */
    private static final int ESCAPE = 6;

    private FrameSorter() {}

    /** What a frame is to the connection; it is a push to the topics unless it is a {@link Reply}. */
    sealed interface Sorted {
        record Answer(Reply reply) implements Sorted {}

        /** {@code agent_disconnected}: LiveChat will close the connection. */
        record Dismissal(@Nullable String reason, @Nullable String region) implements Sorted {}

        /** An agent accepts chats from now on. PROTOCOL 2.13. */
        record Accepting(String agentId) implements Sorted {}

        /** A chat has an open thread from now on. PROTOCOL 2.1. */
        record Opened(OpenChat chat) implements Sorted {}

        record Push() implements Sorted {}
    }

    private static final Sorted PUSH = new Sorted.Push();
    private static final String ACCEPTING = "accepting_chats";

    /**
     * @param text UTF-8
     * @param opened whether it matters which chat is open: its push, the largest of all, is read for that
     */
    static Sorted sort(byte[] text, boolean opened) {
        // Nearly every frame has none of these words anywhere, and need not be read here.
        if (!mayMatter(text)) {
            return PUSH;
        }
        Envelope frame = Envelope.read(text);
        if (frame == null) {
            return PUSH; // becomes a dead letter, which says what is wrong with it
        }
        if (frame.answers()) {
            JsonNode payload = frame.payload();
            Boolean success = frame.success();
            // Where it is not said, an error says it. PROTOCOL 1.2.
            return new Sorted.Answer(new Reply(
                    frame.requestId(),
                    frame.action(),
                    success == null ? !payload.hasNonNull("error") : success,
                    payload));
        }
        if (frame.action().equals("agent_disconnected")) {
            JsonNode payload = frame.payload();
            return new Sorted.Dismissal(
                    payload.path("reason").textValue(),
                    payload.path("data").path("region").textValue());
        }
        Action action = Action.ofWireName(frame.action());
        if (action == Action.INCOMING_CHAT_THREAD) {
            OpenChat chat = opened ? OpenChat.of(frame.payload().path("chat")) : null;
            return chat == null ? PUSH : new Sorted.Opened(chat);
        }
        if (action == Action.AGENT_UPDATED) {
            JsonNode payload = frame.payload();
            JsonNode status = payload.has("routing_status") ? payload.path("routing_status") : payload.path("status");
            String agentId = payload.path("agent_id").textValue();
            return agentId != null && ACCEPTING.equals(status.textValue()) ? new Sorted.Accepting(agentId) : PUSH;
        }
        return PUSH;
    }

    /** Whether one of the words stands anywhere, or may stand there with a letter of it as an escape. */
    static boolean mayMatter(byte[] text) {
        return hasWord(text) || hasEscapedLetter(text);
    }

    /**
     * Whether a letter, a hyphen or an underscore is written by its number: nobody has to, and hardly anybody does.
     * Eight bytes without a backslash are passed over at once.
     */
    private static boolean hasEscapedLetter(byte[] text) {
        int at = 0;
        while (at <= text.length - ESCAPE) {
            if (at <= text.length - Long.BYTES && !hasBackslash((long) LONG.get(text, at))) {
                at += Long.BYTES;
            } else if (text[at] == '\\'
                    && text[at + 1] == 'u'
                    && text[at + 2] == '0'
                    && text[at + 3] == '0'
                    && "2567".indexOf(text[at + 4]) >= 0) {
                return true;
            } else {
                at++;
            }
        }
        return false;
    }

    private static boolean hasBackslash(long eight) {
        long backslash = eight ^ ('\\' * EACH);
        return ((backslash - EACH) & ~backslash & HIGH_BITS) != 0;
    }

    /**
     * Whether a quote with one of the words behind it stands anywhere, by Horspool's rule: of a window as long as the shortest only the last byte
     * is looked at, and says how far the next place is where one could stand.
     */
    private static boolean hasWord(byte[] text) {
        int last = SHORTEST - 1;
        while (last < text.length) {
            int shift = SHIFTS[text[last] & 0xFF];
            if (shift > 0) {
                last += shift;
            } else if (beginsWord(text, last - SHORTEST + 1)) {
                return true;
            } else {
                last++;
            }
        }
        return false;
    }

    private static boolean beginsWord(byte[] text, int at) {
        if (text[at] != '"') {
            return false;
        }
        for (byte[] word : WORDS) {
            if (text.length - at >= word.length && Arrays.equals(text, at, at + word.length, word, 0, word.length)) {
                return true;
            }
        }
        return false;
    }

    /** By the last byte of a window: how many bytes further the first place is where a word may begin; 0 where it may here. */
    private static byte[] shifts() {
        byte[] shifts = new byte[1 << Byte.SIZE];
        Arrays.fill(shifts, (byte) SHORTEST);
        for (byte[] word : WORDS) {
            for (int i = 0; i < SHORTEST; i++) {
                int of = word[i] & 0xFF;
                shifts[of] = (byte) Math.min(shifts[of], SHORTEST - 1 - i);
            }
        }
        return shifts;
    }
}
