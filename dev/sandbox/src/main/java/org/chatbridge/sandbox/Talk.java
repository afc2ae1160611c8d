package org.chatbridge.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Random;

/** What the people in an open chat say, type, look at and send. */
final class Talk {

    private final Script script;
    private final Phrases phrases;
    private final Random random;

    Talk(Script script, Phrases phrases, Random random) {
        this.script = script;
        this.phrases = phrases;
        this.random = random;
    }

    void customerMessage(Chat chat) {
        script.incoming(chat, script.customerMessage(chat));
    }

    void agentMessage(Chat chat) {
        ObjectNode event =
                script.event(chat, "message", firstAgent(chat), "all").put("text", phrases.agentLine());
        event.put("custom_id", "a-" + event.get("order"));
        if (random.nextInt(4) == 0) {
            event.putObject("properties")
                    .putObject("translation")
                    .putObject("target_lang_code")
                    .put("value", "pl");
        }
        script.incoming(chat, event);
    }

    void whisper(Chat chat) {
        String supervisor = chat.supervisors.keySet().iterator().next();
        script.incoming(
                chat, script.event(chat, "message", supervisor, "agents").put("text", "offer <i>her</i> the bundle"));
    }

    void custom(Chat chat) {
        ObjectNode event = script.event(chat, "custom", firstAgent(chat), "agents");
        event.putObject("content")
                .putObject("offer")
                .put("sku", 41)
                .put("price", "19.90")
                .putNull("until");
        script.incoming(chat, event);
    }

    void file(Chat chat) {
        script.incoming(
                chat,
                script.event(chat, "file", chat.customer.id, "all")
                        .put("name", "Ölçü – label.png")
                        .put("url", "https://files.kiosk.example/f/" + phrases.uuid() + ".png")
                        .put("content_type", "image/png")
                        .put("size", 48_213)
                        .put("width", 800)
                        .put("height", 600));
    }

    void typing(Chat chat) {
        ObjectNode payload = Script.inChat(chat);
        payload.putObject("typing_indicator")
                .put("author_id", chat.agents.isEmpty() || random.nextBoolean() ? chat.customer.id : firstAgent(chat))
                .put("recipients", "all")
                .put("timestamp", script.now())
                .put("is_typing", random.nextInt(3) > 0);
        script.push("incoming_typing_indicator", payload);
    }

    /** What the customer has typed so far: some beginning of a line, maybe nothing any more. */
    void sneakPeek(Chat chat) {
        String line = phrases.customerLine();
        int typed = random.nextInt(line.codePointCount(0, line.length()) + 1);
        ObjectNode payload = Script.inChat(chat);
        payload.putObject("sneak_peek")
                .put("author_id", chat.customer.id)
                .put("recipients", "agents")
                .put("timestamp", script.now())
                .put("text", line.substring(0, line.offsetByCodePoints(0, typed)));
        script.push("incoming_sneak_peek", payload);
    }

    void lastSeen(Chat chat) {
        chat.customer.lastSeen = script.now();
        script.push(
                "last_seen_timestamp_updated",
                Json.object()
                        .put("user_id", chat.customer.id)
                        .put("chat_id", chat.id)
                        .put("timestamp", script.now()));
    }

    void markSeen(Chat chat) {
        script.push(
                "event_marked_as_seen",
                Script.inChat(chat)
                        .put("event_id", chat.thread().lastEvent().get("id").textValue())
                        .put("user_id", firstAgent(chat)));
    }

    /** The customer opens another page of the shop. */
    void browse(Chat chat) {
        chat.customer.open(phrases.page(), "Kiosk – " + phrases.customerLine(), script.now());
        ObjectNode payload = Script.inChat(chat);
        payload.set("customer", chat.customer.toUser(true));
        script.push("customer_updated", payload);
    }

    void rate(Chat chat) {
        ObjectNode rating = Json.object();
        rating.putObject("score").put("value", random.nextInt(2));
        rating.putObject("comment").put("value", "quick & <b>kind</b> ❤");
        ObjectNode event = script.event(chat, "annotation", chat.customer.id, "all")
                .put("text", "rated")
                .put("annotation_type", "rating");
        event.putObject("properties").set("rating", rating.deepCopy());
        script.incoming(chat, event);
        script.chatProperties(chat, "rating", rating);
        script.threadProperties(chat, "rating", rating);
    }

    private static String firstAgent(Chat chat) {
        return chat.agents.keySet().iterator().next();
    }
}
