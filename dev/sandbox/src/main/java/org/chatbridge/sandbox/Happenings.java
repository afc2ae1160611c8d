package org.chatbridge.sandbox;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * How each {@link Activity} changes the world, and which pushes tell of it (PROTOCOL 2).
 *
 * <p>Who is in a chat changes only with a push that says so, and the users of an {@code incoming_chat_thread} are exactly
 * those that the pushes before it had left in the chat: adding them up and replacing them gives the same.
 */
final class Happenings {

    private static final int BANS_AT_MOST = 12;

    private final Team team;
    private final Chats chats;
    private final Phrases phrases;
    private final Random random;
    private final BiConsumer<String, ObjectNode> pushes;
    private long now;

    Happenings(Team team, Chats chats, Phrases phrases, Random random, BiConsumer<String, ObjectNode> pushes) {
        this.team = team;
        this.chats = chats;
        this.phrases = phrases;
        this.random = random;
        this.pushes = pushes;
    }

    void setTime(long unixSeconds) {
        now = unixSeconds;
    }

    /** Makes it happen; false, with nothing changed, when nobody is there to whom it could happen. */
    boolean attempt(Activity activity) {
        return switch (activity) {
            case OPEN_CHAT -> openChat();
            case REOPEN -> reopen();
            case AGENT_STATUS -> agentStatus();
            case BROADCAST -> broadcast();
            case LATE_ANNOTATION -> lateAnnotation();
            case CUSTOMER_LEAVES -> customerLeaves();
            case BAN -> ban();
            case UNBAN -> unban();
            case ASSIGN -> withOpen(chat -> chat.agents.isEmpty(), this::assign);
            case SUPERVISE -> withOpen(chat -> !chat.agents.isEmpty() && chat.supervisors.isEmpty(), this::supervise);
            case TAKE_OVER, WHISPER ->
                withOpen(
                        chat -> !chat.supervisors.isEmpty(),
                        activity == Activity.WHISPER ? this::whisper : this::takeOver);
            case AGENT_MESSAGE, TRANSFER, CUSTOM, MARK_SEEN ->
                withOpen(chat -> !chat.agents.isEmpty(), chat -> byAgent(activity, chat));
            default -> withOpen(chat -> true, chat -> inAnyChat(activity, chat));
        };
    }

    private interface InChat {
        void happen(Chat chat);
    }

    private boolean withOpen(java.util.function.Predicate<Chat> wanted, InChat what) {
        Chat chat = chats.someOpen(wanted);
        if (chat == null) {
            return false;
        }
        what.happen(chat);
        return true;
    }

    private void byAgent(Activity activity, Chat chat) {
        String agent = chat.agents.keySet().iterator().next();
        switch (activity) {
            case AGENT_MESSAGE -> {
                ObjectNode event = event(chat, "message", agent, "all").put("text", phrases.agentLine());
                event.put("custom_id", "a-" + event.get("order"));
                if (random.nextInt(4) == 0) {
                    wrap(event.putObject("properties").putObject("translation"), "target_lang_code", "pl");
                }
                incoming(chat, event);
            }
            case CUSTOM -> {
                ObjectNode event = event(chat, "custom", agent, "agents");
                event.putObject("content")
                        .putObject("offer")
                        .put("sku", 41)
                        .put("price", "19.90")
                        .putNull("until");
                incoming(chat, event);
            }
            case MARK_SEEN ->
                pushes.accept(
                        "event_marked_as_seen",
                        inChat(chat)
                                .put(
                                        "event_id",
                                        chat.thread().lastEvent().get("id").textValue())
                                .put("user_id", agent));
            default -> transfer(chat);
        }
    }

    private void inAnyChat(Activity activity, Chat chat) {
        String customer = chat.customer.id;
        switch (activity) {
            case CUSTOMER_MESSAGE ->
                incoming(chat, event(chat, "message", customer, "all").put("text", phrases.customerLine()));
            case FILE ->
                incoming(
                        chat,
                        event(chat, "file", customer, "all")
                                .put("name", "Ölçü – label.png")
                                .put("url", "https://files.kiosk.example/f/" + phrases.uuid() + ".png")
                                .put("content_type", "image/png")
                                .put("size", 48_213)
                                .put("width", 800)
                                .put("height", 600));
            case TYPING -> {
                String author = chat.agents.isEmpty() || random.nextBoolean()
                        ? customer
                        : chat.agents.keySet().iterator().next();
                ObjectNode payload = inChat(chat);
                payload.putObject("typing_indicator")
                        .put("author_id", author)
                        .put("recipients", "all")
                        .put("timestamp", now)
                        .put("is_typing", random.nextInt(3) > 0);
                pushes.accept("incoming_typing_indicator", payload);
            }
            case SNEAK_PEEK -> {
                String text = phrases.customerLine();
                ObjectNode payload = inChat(chat);
                payload.putObject("sneak_peek")
                        .put("author_id", customer)
                        .put("recipients", "agents")
                        .put("timestamp", now)
                        .put("text", text.substring(0, text.offsetByCodePoints(0, random.nextInt(3))));
                pushes.accept("incoming_sneak_peek", payload);
            }
            case LAST_SEEN -> {
                chat.customer.lastSeen = now;
                pushes.accept(
                        "last_seen_timestamp_updated",
                        Json.object()
                                .put("user_id", customer)
                                .put("chat_id", chat.id)
                                .put("timestamp", now));
            }
            case CUSTOMER_UPDATE -> {
                chat.customer.open(phrases.page(), "Kiosk – " + phrases.customerLine(), now);
                ObjectNode payload = inChat(chat);
                payload.set("customer", chat.customer.toUser(true));
                pushes.accept("customer_updated", payload);
            }
            case SCOPES -> scopes(chat);
            case RATE -> rate(chat);
            default -> close(chat);
        }
    }

    private boolean openChat() {
        Customer customer = phrases.customer(now);
        Chat chat = new Chat(phrases.uuid(), customer);
        wrap(chat.properties.putObject("source"), "type", "website");
        chat.properties.putObject("routing").putObject("unassigned").put("value", true);
        ChatThread thread = chat.openThread(phrases.uuid(), now);
        ObjectNode routing = thread.properties.putObject("routing");
        routing.putObject("idle").put("value", false);
        routing.putObject("unassigned").put("value", true);
        ObjectNode form = event(chat, "filled_form", customer.id, "all").put("custom_id", "w-1");
        ArrayNode fields = form.putArray("fields");
        field(fields, "text", "name", "Your name", true).put("value", customer.name);
        field(fields, "email", "email", "E-mail", true).put("value", customer.email);
        ArrayNode options = field(fields, "radio", "topic", "Topic", false).putArray("options");
        options.addObject().put("label", "Order").put("value", "order").put("checked", true);
        options.addObject().put("label", "Other").put("value", "other").put("checked", false);
        thread.add(form);
        thread.add(event(chat, "message", customer.id, "all").put("text", phrases.customerLine()));
        chats.opened(chat);
        announce(chat);
        return true;
    }

    private boolean reopen() {
        Chat chat = chats.someDormant(candidate -> !candidate.customer.banned);
        if (chat == null) {
            return false;
        }
        chat.customerPresent = true;
        chat.customer.lastSeen = now;
        ChatThread thread = chat.openThread(phrases.uuid(), now);
        thread.userIds.addAll(chat.agents.keySet());
        thread.add(event(chat, "message", chat.customer.id, "all").put("text", phrases.customerLine()));
        chats.opened(chat);
        announce(chat);
        return true;
    }

    private void announce(Chat chat) {
        ObjectNode payload = Json.object();
        payload.set("chat", chat.toPush());
        pushes.accept("incoming_chat_thread", payload);
    }

    private void assign(Chat chat) {
        Agent agent = team.someoneNotIn(chat);
        if (agent == null) {
            return;
        }
        UsersUpdate update = new UsersUpdate();
        join(chat, agent, update);
        pushUsers(chat, update);
        system(chat, "routing.assigned", "Chat assigned to " + agent.name);
        unassigned(chat, false);
    }

    private void unassigned(Chat chat, boolean value) {
        ObjectNode routing = Json.object();
        routing.putObject("routing").putObject("unassigned").put("value", value);
        chat.thread()
                .properties
                .withObjectProperty("routing")
                .putObject("unassigned")
                .put("value", value);
        chat.properties.withObjectProperty("routing").putObject("unassigned").put("value", value);
        ObjectNode payload = inChat(chat).put("thread_id", chat.thread().id);
        payload.set("properties", routing);
        pushes.accept("chat_thread_properties_updated", payload);
        payload = inChat(chat);
        payload.set("properties", routing.deepCopy());
        pushes.accept("chat_properties_updated", payload);
    }

    private void supervise(Chat chat) {
        Agent agent = team.someoneNotIn(chat);
        if (agent == null) {
            incoming(chat, event(chat, "message", chat.customer.id, "all").put("text", phrases.customerLine()));
            return;
        }
        chat.supervisors.put(agent.id, agent);
        UsersUpdate update = new UsersUpdate();
        update.supervisorsAdded.add(agent.toUser("supervisor"));
        pushUsers(chat, update);
    }

    private void whisper(Chat chat) {
        String supervisor = chat.supervisors.keySet().iterator().next();
        incoming(chat, event(chat, "message", supervisor, "agents").put("text", "offer <i>her</i> the bundle"));
    }

    private void takeOver(Chat chat) {
        Agent agent = chat.supervisors.values().iterator().next();
        chat.supervisors.remove(agent.id);
        UsersUpdate update = new UsersUpdate();
        update.supervisorsRemoved.add(agent.id);
        leave(chat, update);
        join(chat, agent, update);
        pushUsers(chat, update);
    }

    private void transfer(Chat chat) {
        Agent agent = team.someoneNotIn(chat);
        UsersUpdate update = new UsersUpdate();
        leave(chat, update);
        if (agent != null) {
            join(chat, agent, update);
        }
        pushUsers(chat, update);
        system(chat, "chat_transferred", "Chat transferred to " + (agent == null ? "nobody" : agent.name));
    }

    private void join(Chat chat, Agent agent, UsersUpdate update) {
        agent.lastSeen = now;
        chat.agents.put(agent.id, agent);
        chat.thread().userIds.add(agent.id);
        update.agentsAdded.add(agent.toUser("agent"));
    }

    private static void leave(Chat chat, UsersUpdate update) {
        chat.agents.keySet().forEach(update.agentsRemoved::add);
        chat.agents.clear();
    }

    private void scopes(Chat chat) {
        int group = 1 + random.nextInt(3);
        String agent = team.anyone().id;
        List<Integer> groupsAdded = chat.groups.add(group) ? List.of(group) : List.of();
        List<Integer> groupsRemoved = List.of();
        if (groupsAdded.isEmpty()) {
            chat.groups.remove(group);
            groupsRemoved = List.of(group);
        }
        List<String> agentsAdded = chat.scopedAgents.add(agent) ? List.of(agent) : List.of();
        ObjectNode payload = inChat(chat);
        payload.set("scopes_added", Chat.scopes(groupsAdded, agentsAdded));
        payload.set("scopes_removed", Chat.scopes(groupsRemoved, List.of()));
        pushes.accept("chat_scopes_updated", payload);
    }

    private void rate(Chat chat) {
        ObjectNode rating = Json.object();
        rating.putObject("score").put("value", random.nextInt(2));
        wrap(rating, "comment", "quick & <b>kind</b> ❤");
        chat.properties.set("rating", rating);
        chat.thread().properties.set("rating", rating);
        ObjectNode event = event(chat, "annotation", chat.customer.id, "all")
                .put("text", "rated")
                .put("annotation_type", "rating");
        event.putObject("properties").set("rating", rating.deepCopy());
        incoming(chat, event);
        ObjectNode payload = inChat(chat);
        payload.putObject("properties").set("rating", rating.deepCopy());
        pushes.accept("chat_properties_updated", payload);
        payload = inChat(chat).put("thread_id", chat.thread().id);
        payload.putObject("properties").set("rating", rating.deepCopy());
        pushes.accept("chat_thread_properties_updated", payload);
    }

    private void close(Chat chat) {
        boolean byRouter = chat.agents.isEmpty() || random.nextInt(3) == 0;
        String agent = byRouter ? null : chat.agents.keySet().iterator().next();
        system(
                chat,
                byRouter ? "routing.archived" : "manual_archived",
                byRouter ? "Chat archived due to inactivity" : "Chat closed by " + agent);
        if (!chat.supervisors.isEmpty() || (byRouter && !chat.agents.isEmpty())) {
            UsersUpdate update = new UsersUpdate();
            chat.supervisors.keySet().forEach(update.supervisorsRemoved::add);
            chat.supervisors.clear();
            if (byRouter) {
                leave(chat, update);
            }
            pushUsers(chat, update);
        }
        closed(chat, agent);
    }

    private void closed(Chat chat, @Nullable String userId) {
        ObjectNode payload = inChat(chat).put("thread_id", chat.thread().id);
        if (userId != null) {
            payload.put("user_id", userId);
        }
        chats.closed(chat);
        pushes.accept("thread_closed", payload);
    }

    private boolean agentStatus() {
        Agent agent = team.anyone();
        agent.status = agent.accepts() ? Agent.NOT_ACCEPTING : Agent.ACCEPTING;
        pushes.accept("agent_updated", Json.object().put("agent_id", agent.id).put("routing_status", agent.status));
        return true;
    }

    private boolean broadcast() {
        ObjectNode payload = Json.object().put("author_id", team.anyone().id);
        payload.putObject("content")
                .put("type", "shift_note")
                .put("text", "cutoff at 16:00 ☕")
                .putObject("example")
                .put("nested", random.nextInt(100));
        pushes.accept("incoming_broadcast", payload);
        return true;
    }

    /** An annotation goes to the last thread even when that is closed (PROTOCOL 3.2). */
    private boolean lateAnnotation() {
        Chat chat = chats.someDormant(candidate -> true);
        if (chat != null) {
            incoming(
                    chat,
                    event(chat, "annotation", chat.customer.id, "all")
                            .put("text", "changed my mind")
                            .put("annotation_type", "rating_cancel"));
        }
        return chat != null;
    }

    private boolean customerLeaves() {
        Chat chat = chats.someDormant(candidate -> candidate.customerPresent);
        if (chat != null) {
            chat.customerPresent = false;
            UsersUpdate update = new UsersUpdate();
            update.customersRemoved.add(chat.customer.id);
            pushUsers(chat, update);
        }
        return chat != null;
    }

    private boolean ban() {
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
        chats.banned(chat.customer, days, now);
        ObjectNode payload = Json.object().put("customer_id", chat.customer.id);
        payload.putObject("ban").put("days", days);
        pushes.accept("customer_banned", payload);
        if (chat.thread().active) {
            system(chat, "customer_banned", "Customer banned for " + days + " days");
            closed(chat, null);
        }
        return true;
    }

    private boolean unban() {
        Customer customer = chats.unban();
        if (customer != null) {
            pushes.accept("customer_unbanned", Json.object().put("customer_id", customer.id));
        }
        return customer != null;
    }

    private void pushUsers(Chat chat, UsersUpdate update) {
        ObjectNode payload = inChat(chat);
        payload.set("updated_users", update.toJson());
        pushes.accept("chat_users_updated", payload);
    }

    private void system(Chat chat, String type, String text) {
        incoming(
                chat,
                event(chat, "system_message", null, "all").put("text", text).put("system_message_type", type));
    }

    private void incoming(Chat chat, ObjectNode event) {
        chat.thread().add(event);
        ObjectNode payload = inChat(chat);
        payload.set("event", event.deepCopy());
        pushes.accept("incoming_event", payload);
    }

    private ObjectNode event(Chat chat, String type, @Nullable String authorId, String recipients) {
        ObjectNode event = Json.object()
                .put("id", phrases.uuid())
                .put("order", chat.thread().nextEventOrder())
                .put("type", type);
        if (authorId != null) {
            event.put("author_id", authorId);
        }
        return event.put("timestamp", now).put("recipients", recipients);
    }

    private static ObjectNode field(ArrayNode fields, String type, String name, String label, boolean required) {
        return fields.addObject()
                .put("type", type)
                .put("name", name)
                .put("label", label)
                .put("required", required);
    }

    private static ObjectNode inChat(Chat chat) {
        return Json.object().put("chat_id", chat.id);
    }

    private static void wrap(ObjectNode namespace, String name, String value) {
        namespace.putObject(name).put("value", value);
    }
}
