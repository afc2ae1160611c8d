package org.chatbridge.sandbox;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** How chats begin, end and begin again. Methods that find nobody to whom it could happen return false and change nothing. */
final class ChatLife {

    private static final int BANS_AT_MOST = 12;

    private final Script script;
    private final Chats chats;
    private final Staffing staffing;
    private final Phrases phrases;
    private final Random random;

    ChatLife(Script script, Chats chats, Staffing staffing, Phrases phrases, Random random) {
        this.script = script;
        this.chats = chats;
        this.staffing = staffing;
        this.phrases = phrases;
        this.random = random;
    }

    boolean open() {
        Customer customer = phrases.customer(script.now());
        Chat chat = new Chat(phrases.uuid(), customer);
        chat.properties.putObject("source").putObject("type").put("value", "website");
        chat.properties.putObject("routing").putObject("unassigned").put("value", true);
        ChatThread thread = chat.openThread(phrases.uuid(), script.now());
        ObjectNode routing = thread.properties.putObject("routing");
        routing.putObject("idle").put("value", false);
        routing.putObject("unassigned").put("value", true);
        thread.add(form(chat));
        thread.add(script.customerMessage(chat));
        announce(chat);
        return true;
    }

    private ObjectNode form(Chat chat) {
        ObjectNode form =
                script.event(chat, "filled_form", chat.customer.id, "all").put("custom_id", "w-1");
        ArrayNode fields = form.putArray("fields");
        field(fields, "text", "name", "Your name", true).put("value", chat.customer.name);
        field(fields, "email", "email", "E-mail", true).put("value", chat.customer.email);
        ArrayNode options = field(fields, "radio", "topic", "Topic", false).putArray("options");
        options.addObject().put("label", "Order").put("value", "order").put("checked", true);
        options.addObject().put("label", "Other").put("value", "other").put("checked", false);
        return form;
    }

    private static ObjectNode field(ArrayNode fields, String type, String name, String label, boolean required) {
        return fields.addObject()
                .put("type", type)
                .put("name", name)
                .put("label", label)
                .put("required", required);
    }

    boolean reopen() {
        Chat chat = chats.someDormant(candidate -> !candidate.customer.banned);
        if (chat == null) {
            return false;
        }
        chat.customerPresent = true;
        chat.customer.lastSeen = script.now();
        ChatThread thread = chat.openThread(phrases.uuid(), script.now());
        thread.add(script.customerMessage(chat));
        thread.userIds.addAll(chat.agents.keySet());
        announce(chat);
        return true;
    }

    private void announce(Chat chat) {
        chats.opened(chat);
        ObjectNode payload = Json.object();
        payload.set("chat", chat.toPush());
        script.push("incoming_chat_thread", payload);
    }

    void close(Chat chat) {
        if (chat.agents.isEmpty() || random.nextInt(3) == 0) {
            script.system(chat, "routing.archived", "Chat archived due to inactivity");
            closed(chat, null);
        } else {
            Agent agent = chat.agents.values().iterator().next();
            script.system(chat, "manual_archived", "Chat closed by " + agent.name);
            closed(chat, agent.id);
        }
    }

    private void closed(Chat chat, @Nullable String userId) {
        staffing.goHome(chat, userId);
        ObjectNode payload = Script.inChat(chat).put("thread_id", chat.thread().id);
        if (userId != null) {
            payload.put("user_id", userId);
        }
        chats.closed(chat);
        script.push("thread_closed", payload);
    }

    /** An annotation goes to the last thread even when that is closed (PROTOCOL 3.2). */
    boolean annotateLate() {
        Chat chat = chats.someDormant(candidate -> true);
        if (chat != null) {
            script.incoming(
                    chat,
                    script.event(chat, "annotation", chat.customer.id, "all")
                            .put("text", "changed my mind")
                            .put("annotation_type", "rating_cancel"));
        }
        return chat != null;
    }

    boolean customerLeaves() {
        Chat chat = chats.someDormant(candidate -> candidate.customerPresent);
        if (chat != null) {
            chat.customerPresent = false;
            UsersUpdate update = new UsersUpdate();
            update.customersRemoved.add(chat.customer.id);
            script.users(chat, update);
        }
        return chat != null;
    }

    /** Bans a customer, and closes the thread if one is open (PROTOCOL 2.8). */
    boolean ban() {
        if (chats.bannedCount() >= BANS_AT_MOST) {
            return unban();
        }
        Chat chat = random.nextBoolean() ? chats.someOpen(candidate -> true) : null;
        if (chat == null) {
            chat = chats.someDormant(candidate -> !candidate.customer.banned);
        }
        if (chat == null) {
            return false;
        }
        int days = 1 + random.nextInt(5);
        chats.banned(chat.customer, days, script.now());
        ObjectNode payload = Json.object().put("customer_id", chat.customer.id);
        payload.putObject("ban").put("days", days);
        script.push("customer_banned", payload);
        if (chat.thread().active) {
            script.system(chat, "customer_banned", "Customer banned for " + days + " days");
            closed(chat, null);
        }
        return true;
    }

    boolean unban() {
        Customer customer = chats.unban();
        if (customer != null) {
            script.push("customer_unbanned", Json.object().put("customer_id", customer.id));
        }
        return customer != null;
    }
}
