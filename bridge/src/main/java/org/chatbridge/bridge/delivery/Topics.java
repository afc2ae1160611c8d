package org.chatbridge.bridge.delivery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.chatbridge.program.Privileges;
import org.chatbridge.schema.OwnRecord;
import org.chatbridge.schema.TopicNames;

/**
 * Makes the topics that are missing, and checks those that are there.
 *
 * @param partitions of each topic, the same for all
 * @param replicationFactor of each topic; -1 for the broker's default, which is then not checked
 * @param needed what the user that asks has to be allowed on each topic
 */
record Topics(TopicNames names, int partitions, short replicationFactor, Set<AclOperation> needed) {
    /** Larger than any record that is made of a frame, and than the largest dead letter. */
    static final int MAX_RECORD_BYTES = 72 * 1024 * 1024;

    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final short BROKER_DEFAULT = -1;

    /** A topic is there and not as it is configured; the message says which, and what to do. */
    static final class UnsuitableTopicException extends Exception {
        private static final long serialVersionUID = 1;

        private final boolean otherPartitions;

        UnsuitableTopicException(String message, boolean otherPartitions) {
            super(message);
            this.otherPartitions = otherPartitions;
        }

        /** The message, which has a line for each topic, where it is said together with other things. */
        String inOneLine() {
            return String.join("; ", String.valueOf(getMessage()).lines().toList());
        }

        /** Whether the number of partitions of one is another, so that keys lead elsewhere. */
        boolean hasOtherPartitions() {
            return otherPartitions;
        }
    }

    /** What to do where a topic has another number of partitions. */
    String otherPartitions(String topic, int actual) {
        return "topics.partitions=" + partitions + ": the topic " + topic + " has " + actual
                + "; set topics.partitions=" + actual + ", or another topics.prefix";
    }

    /**
     * Brings the topics into being.
     *
     * @param remarks hears what is not as it is configured, and does no harm: empty where all is
     * @return the names of those that were made
     * @throws UnsuitableTopicException where an existing one differs from what is configured
     * @throws Privileges.NotAllowedException where Kafka does not allow all that is needed; the message names what it does not
     * @throws KafkaException where Kafka does not answer or refuses
     */
    List<String> ensure(Admin admin, Consumer<String> remarks) throws UnsuitableTopicException, InterruptedException {
        Privileges privileges = new Privileges();
        Map<String, Set<AclOperation>> wanted = new TreeMap<>();
        names.written().forEach(name -> wanted.put(name, needed));
        Map<String, TopicDescription> present = privileges.lookAtTopics(admin, wanted, ANSWER);
        privileges.refuse("the bridge");
        check(present.values(), remarks);
        wanted.keySet().removeAll(present.keySet());
        List<NewTopic> missing = wanted.keySet().stream().map(this::newTopic).toList();
        List<String> created = new ArrayList<>();
        for (Map.Entry<String, KafkaFuture<Void>> topic :
                admin.createTopics(missing).values().entrySet()) {
            try {
                get(topic.getValue());
                created.add(topic.getKey());
            } catch (TopicExistsException e) { // another bridge was faster
                check(
                        privileges
                                .lookAtTopics(admin, Map.of(topic.getKey(), needed), ANSWER)
                                .values(),
                        remarks);
            } catch (TopicAuthorizationException | ClusterAuthorizationException e) {
                privileges.lacks(AclOperation.CREATE, "topic", topic.getKey());
            }
        }
        privileges.refuse("the bridge");
        return created;
    }

    private NewTopic newTopic(String name) {
        return new NewTopic(
                        name,
                        Optional.of(partitions),
                        replicationFactor == BROKER_DEFAULT ? Optional.empty() : Optional.of(replicationFactor))
                .configs(configs(name));
    }

    /** The ledger of gaps keeps the last record of each, for ever. */
    private Map<String, String> configs(String name) {
        Map<String, String> configs = new TreeMap<>();
        configs.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(MAX_RECORD_BYTES));
        // The time of a record is that at which the bridge received the push, whatever the broker's default.
        configs.put(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "CreateTime");
        if (name.equals(names.of(OwnRecord.GAP))) {
            configs.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
        }
        return configs;
    }

    /** Looks whether those that are there are as they are configured; see {@link #ensure}. */
    void check(Collection<TopicDescription> present, Consumer<String> remarks) throws UnsuitableTopicException {
        Map<String, String> wrong = new TreeMap<>();
        Set<String> more = new TreeSet<>();
        boolean elsewhere = false;
        for (TopicDescription topic : present) {
            int actual = topic.partitions().size();
            int replicas = topic.partitions().get(0).replicas().size();
            if (actual != partitions) {
                wrong.put(topic.name(), otherPartitions(topic.name(), actual));
                elsewhere = true;
            } else if (replicationFactor != BROKER_DEFAULT && replicas > replicationFactor) {
                more.add(topic.name());
            } else if (replicationFactor != BROKER_DEFAULT && replicas < replicationFactor) {
                wrong.put(
                        topic.name(),
                        "topics.replication.factor=" + replicationFactor + ": the topic "
                                + topic.name() + " has " + replicas + "; set topics.replication.factor=" + replicas
                                + " or -1, or reassign the topic's replicas");
            }
        }
        remarks.accept(
                more.isEmpty()
                        ? ""
                        : "topics.replication.factor=" + replicationFactor + ": more replicas have "
                                + String.join(", ", more)
                                + ", as while they are reassigned; where they keep them set topics.replication.factor to"
                                + " their number, or to -1");
        if (!wrong.isEmpty()) {
            throw new UnsuitableTopicException(String.join("\n", wrong.values()), elsewhere);
        }
    }

    private static <T> T get(KafkaFuture<T> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e.getCause());
        }
    }
}
