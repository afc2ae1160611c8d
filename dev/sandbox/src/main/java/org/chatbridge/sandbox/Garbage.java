package org.chatbridge.sandbox;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Frames that no LiveChat should send, each with its mark in it. */
final class Garbage {

    private static final List<String> TEXTS = List.of(
            "sim=%s is no JSON",
            "{\"sim\":\"%s\",\"action\":\"incoming_event\",\"type\":\"push\",\"payload\":{\"chat_id\":\"cut o",
            "[\"sim\",\"%s\"]",
            "{\"sim\":\"%s\",\"type\":\"push\",\"payload\":{}}",
            "{\"sim\":\"%s\",\"action\":\"incoming_event\",\"type\":\"telegram\"}",
            "{\"sim\":\"%s\",\"action\":\"never_heard_of\",\"type\":\"push\",\"payload\":[1,{\"2\":null}]}",
            "{\"sim\":\"%s\",\"action\":\"incoming_event\",\"type\":\"push\",\"payload\":null}",
            "{\"sim\":\"%s\",\"action\":\"thread_closed\",\"type\":\"push\",\"payload\":{\"chat_id\":{\"a\":[]}}} and more");

    private Garbage() {}

    /** One of the kinds, by turns; the last of them is binary. */
    static Outbox.Task frame(int number, String mark) {
        int kind = number % (TEXTS.size() + 1);
        if (kind == TEXTS.size()) {
            byte[] bytes = ("\0sim=" + mark + "\u00ff").getBytes(StandardCharsets.ISO_8859_1);
            return to -> to.sendBinary(ByteBuffer.wrap(bytes));
        }
        String text = TEXTS.get(kind).replace("%s", mark);
        return to -> to.sendText(text);
    }

    /** A push of so many bytes, about. */
    static String oversize(int bytes) {
        return "{\"action\":\"incoming_broadcast\",\"type\":\"push\",\"payload\":{\"author_id\":\"server\",\"content\":{\"text\":\""
                + "x".repeat(bytes) + "\"}}}";
    }
}
