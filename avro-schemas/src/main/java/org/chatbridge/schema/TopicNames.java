package org.chatbridge.schema;

import java.util.ArrayList;
import java.util.List;

/**
 * The names of the topics under one prefix.
 *
 * @param prefix what every name begins with, such as {@code livechat.}; may be empty
 */
public record TopicNames(String prefix) {
    /** The topic of an action's records. */
    public String of(Action action) {
        return prefix + action.topic();
    }

    /** The topic of what the bridge writes beside the pushes. */
    public String of(OwnRecord record) {
        return prefix + record.topic();
    }

    /** The topic of a view's rows. */
    public String of(ViewTopic view) {
        return prefix + view.topic();
    }

    /** The topic of pushes that have no type of their own. */
    public String otherPushes() {
        return prefix + "other-pushes";
    }

    /** The topic of frames that could not be decoded: exact bytes, headers as in {@link DeadLetterHeaders}. */
    public String deadLetters() {
        return prefix + "dead-letters";
    }

    /** The topic, of one partition, by which a group of bridges decides who of them is connected. */
    public String bridges(String group) {
        return prefix + "bridges-" + group;
    }

    /** The topics that what LiveChat sends goes to: one for each action, other pushes, dead letters. */
    public List<String> received() {
        List<String> names = new ArrayList<>();
        for (Action action : Action.values()) {
            names.add(of(action));
        }
        names.add(otherPushes());
        names.add(deadLetters());
        return List.copyOf(names);
    }

    /** Every topic that the bridge writes: those of {@link #received()}, and its own records. */
    public List<String> written() {
        List<String> names = new ArrayList<>(received());
        for (OwnRecord record : OwnRecord.values()) {
            names.add(of(record));
        }
        return List.copyOf(names);
    }

    /** The subject under which the registry keeps the schema of a topic's values. */
    public static String subject(String topic) {
        return topic + "-value";
    }
}
