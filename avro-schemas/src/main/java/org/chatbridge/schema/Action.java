package org.chatbridge.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.chatbridge.avro.AgentDisconnected;
import org.chatbridge.avro.AgentUpdated;
import org.chatbridge.avro.ChatPropertiesUpdated;
import org.chatbridge.avro.ChatScopesUpdated;
import org.chatbridge.avro.ChatThreadPropertiesUpdated;
import org.chatbridge.avro.ChatUsersUpdated;
import org.chatbridge.avro.CustomerBanned;
import org.chatbridge.avro.CustomerUnbanned;
import org.chatbridge.avro.CustomerUpdated;
import org.chatbridge.avro.EventMarkedAsSeen;
import org.chatbridge.avro.IncomingBroadcast;
import org.chatbridge.avro.IncomingChatThread;
import org.chatbridge.avro.IncomingEvent;
import org.chatbridge.avro.IncomingSneakPeek;
import org.chatbridge.avro.IncomingTypingIndicator;
import org.chatbridge.avro.LastSeenTimestampUpdated;
import org.chatbridge.avro.ThreadClosed;
import org.jspecify.annotations.Nullable;

/**
 * The pushes that have a type, and so a topic, of their own: the only list of them.
 *
 * <p>All that tells one action from another stands in its schema, as properties of the record: {@code livechat.action}
 * (its name on the wire), {@code livechat.successors} (its names in later versions of the API), {@code livechat.key}
 * (where the record key is found), {@code livechat.recognise} (see {@link #recognise()}) and {@code livechat.renamed} (see
 * {@link #renamed(String)}).
 */
public enum Action {
    INCOMING_CHAT_THREAD(IncomingChatThread.getClassSchema()),
    CHAT_USERS_UPDATED(ChatUsersUpdated.getClassSchema()),
    INCOMING_EVENT(IncomingEvent.getClassSchema()),
    INCOMING_BROADCAST(IncomingBroadcast.getClassSchema()),
    EVENT_MARKED_AS_SEEN(EventMarkedAsSeen.getClassSchema()),
    INCOMING_TYPING_INDICATOR(IncomingTypingIndicator.getClassSchema()),
    INCOMING_SNEAK_PEEK(IncomingSneakPeek.getClassSchema()),
    CUSTOMER_BANNED(CustomerBanned.getClassSchema()),
    CUSTOMER_UNBANNED(CustomerUnbanned.getClassSchema()),
    THREAD_CLOSED(ThreadClosed.getClassSchema()),
    CHAT_SCOPES_UPDATED(ChatScopesUpdated.getClassSchema()),
    CUSTOMER_UPDATED(CustomerUpdated.getClassSchema()),
    AGENT_UPDATED(AgentUpdated.getClassSchema()),
    AGENT_DISCONNECTED(AgentDisconnected.getClassSchema()),
    CHAT_PROPERTIES_UPDATED(ChatPropertiesUpdated.getClassSchema()),
    CHAT_THREAD_PROPERTIES_UPDATED(ChatThreadPropertiesUpdated.getClassSchema()),
    LAST_SEEN_TIMESTAMP_UPDATED(LastSeenTimestampUpdated.getClassSchema());

    static {
        TrustedRecords.trust();
    }

    private static final Map<String, Action> BY_WIRE_NAME = byWireNames();

    private final Schema schema;
    private final String wireName;
    private final List<String> successors;
    private final RecordKey key;
    private final List<String> recognise;
    private final String topic;

    Action(Schema schema) {
        this.schema = schema;
        this.wireName = required(schema, "livechat.action");
        this.successors = names(schema, "livechat.successors");
        this.key = RecordKey.of(schema);
        this.recognise = names(schema, "livechat.recognise");
        this.topic = wireName.replace('_', '-');
    }

    /**
     * The action that a push of this name belongs to.
     *
     * @param name {@code action} of a frame, of any version of the API
     * @return null where the name is of no action that has a type of its own
     */
    public static @Nullable Action ofWireName(String name) {
        return BY_WIRE_NAME.get(name);
    }

    /** The schema of the record, with all the records it is made of. */
    public Schema schema() {
        return schema;
    }

    /** The name of the action in version 0.2 of the API, such as {@code incoming_event}. */
    public String wireName() {
        return wireName;
    }

    /** The names that later versions of the API gave to what succeeds this action; may be empty. */
    public List<String> successors() {
        return successors;
    }

    /** Where the key of the Kafka record comes from. */
    public RecordKey key() {
        return key;
    }

    /**
     * Fields of which at least one is filled in every push of this action; empty where the name alone decides. A push of
     * the same name with none of them means something else: {@code agent_updated} became the name of configuration
     * changes in version 3.4.
     */
    public List<String> recognise() {
        return recognise;
    }

    /**
     * Members that mean another field than the one of their name, in a push of that name only: what
     * {@code chat_properties_deleted} has under {@code properties} are names, and no values.
     *
     * @param name one of the names of this action
     * @return member to field; empty for most
     */
    public Map<String, String> renamed(String name) {
        Map<String, String> fields = new TreeMap<>();
        if (schema.getObjectProp("livechat.renamed") instanceof Map<?, ?> byName
                && byName.get(name) instanceof Map<?, ?> members) {
            members.forEach((member, field) -> fields.put(String.valueOf(member), String.valueOf(field)));
        }
        return fields;
    }

    /** The topic without its prefix, such as {@code incoming-event}. */
    public String topic() {
        return topic;
    }

    private static Map<String, Action> byWireNames() {
        Map<String, Action> actions = new TreeMap<>();
        for (Action action : values()) {
            List<String> names = new ArrayList<>(action.successors);
            names.add(action.wireName);
            for (String name : names) {
                Action other = actions.put(name, action);
                if (other != null) {
                    throw new IllegalStateException(
                            "the action name " + name + " is claimed by " + other + " and by " + action);
                }
            }
        }
        return Map.copyOf(actions);
    }

    private static String required(Schema schema, String property) {
        String value = schema.getProp(property);
        if (value == null) {
            throw new IllegalStateException(schema.getFullName() + " has no property " + property);
        }
        return value;
    }

    private static List<String> names(Schema schema, String property) {
        return schema.getObjectProp(property) instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : List.of();
    }
}
