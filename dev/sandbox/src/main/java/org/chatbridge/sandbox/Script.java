package org.chatbridge.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The pushes that tell what happened in a chat, in LiveChat's words (PROTOCOL 2 and 3.4). */
final class Script {

    private final Phrases phrases;
    private final BiConsumer<String, ObjectNode> pushes;
    private long now;

    Script(Phrases phrases, BiConsumer<String, ObjectNode> pushes) {
        this.phrases = phrases;
        this.pushes = pushes;
    }

    void setTime(long unixSeconds) {
        now = unixSeconds;
    }

    /** The time of what happens now, in Unix seconds. */
    long now() {
        return now;
    }

    void push(String action, ObjectNode payload) {
        pushes.accept(action, payload);
    }

    /** A new event of the chat's last thread, not yet in it. */
    ObjectNode event(Chat chat, String type, @Nullable String authorId, String recipients) {
        ObjectNode event = Json.object()
                .put("id", phrases.uuid())
                .put("order", chat.thread().nextEventOrder())
                .put("type", type);
        if (authorId != null) {
            event.put("author_id", authorId);
        }
        return event.put("timestamp", now).put("recipients", recipients);
    }

    /** A message of the chat's customer, not yet in its thread. */
    ObjectNode customerMessage(Chat chat) {
        return event(chat, "message", chat.customer.id, "all").put("text", phrases.customerLine());
    }

    /** Adds an event to the chat's last thread and tells of it. */
    void incoming(Chat chat, ObjectNode event) {
        chat.thread().add(event);
        ObjectNode payload = inChat(chat);
        payload.set("event", event.deepCopy());
        push("incoming_event", payload);
    }

    void system(Chat chat, String type, String text) {
        incoming(
                chat,
                event(chat, "system_message", null, "all").put("text", text).put("system_message_type", type));
    }

    void users(Chat chat, UsersUpdate update) {
        ObjectNode payload = inChat(chat);
        payload.set("updated_users", update.toJson());
        push("chat_users_updated", payload);
    }

    void chatProperties(Chat chat, String namespace, ObjectNode values) {
        chat.properties.withObjectProperty(namespace).setAll(values);
        ObjectNode payload = inChat(chat);
        payload.putObject("properties").set(namespace, values.deepCopy());
        push("chat_properties_updated", payload);
    }

    void threadProperties(Chat chat, String namespace, ObjectNode values) {
        chat.thread().properties.withObjectProperty(namespace).setAll(values);
        ObjectNode payload = inChat(chat).put("thread_id", chat.thread().id);
        payload.putObject("properties").set(namespace, values.deepCopy());
        push("chat_thread_properties_updated", payload);
    }

    static ObjectNode inChat(Chat chat) {
        return Json.object().put("chat_id", chat.id);
    }
}
