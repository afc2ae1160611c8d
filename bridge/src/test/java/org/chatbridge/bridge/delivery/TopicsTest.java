package org.chatbridge.bridge.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.DescribeTopicsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.internals.KafkaFutureImpl;
import org.chatbridge.schema.TopicNames;
import org.junit.jupiter.api.Test;

class TopicsTest {
    private final Topics topics = new Topics(new TopicNames("t."), 3, (short) 2, Set.of());
    private final List<String> remarks = new ArrayList<>();

    @Test
    void shouldHaveNothingToSayOfTopicsThatAreAsConfigured() throws Exception {
        topics.check(List.of(topic("a", 3, 2)), remarks::add);

        assertThat(remarks).containsExactly("");
    }

    @Test
    void shouldRemarkWhereTopicsHaveMoreReplicasAsWhileTheyAreReassigned() throws Exception {
        topics.check(List.of(topic("b", 3, 4), topic("c", 3, 2), topic("a", 3, 3)), remarks::add);

        assertThat(remarks)
                .containsExactly("topics.replication.factor=2: more replicas have a, b, as while they are reassigned;"
                        + " where they keep them set topics.replication.factor to their number, or to -1");
    }

    @Test
    void shouldRefuseTopicsWithFewerReplicasOrOtherPartitions() {
        assertThatThrownBy(() -> topics.check(List.of(topic("a", 3, 1), topic("b", 4, 3)), remarks::add))
                .isInstanceOf(Topics.UnsuitableTopicException.class)
                .hasMessage("topics.replication.factor=2: the topic a has 1; set topics.replication.factor=1 or -1, or"
                        + " reassign the topic's replicas\n"
                        + "topics.partitions=3: the topic b has 4; set topics.partitions=4, or another topics.prefix");
    }

    @Test
    void shouldMakeTopicsThatTakeRecordsOfAClockThatIsAhead() throws Exception {
        Kafka kafka = new Kafka(true);

        assertThat(topics.ensure(kafka.admin(), remarks::add))
                .containsAll(topics.names().written());
        assertThat(kafka.made).hasSameSizeAs(topics.names().written()).allSatisfy((topic, configs) -> assertThat(
                        configs)
                .containsEntry("message.timestamp.after.max.ms", Long.toString(Long.MAX_VALUE)));
    }

    /** Before 3.6. */
    @Test
    void shouldMakeTopicsWhereBrokersDoNotKnowWhatTellsThemToTakeThose() throws Exception {
        Kafka kafka = new Kafka(false);

        assertThat(topics.ensure(kafka.admin(), remarks::add))
                .containsAll(topics.names().written());
        assertThat(kafka.made).hasSameSizeAs(topics.names().written()).allSatisfy((topic, configs) -> assertThat(
                        configs)
                .containsEntry("message.timestamp.type", "CreateTime")
                .doesNotContainKey("message.timestamp.after.max.ms"));
    }

    /** Has no topics at first. */
    private static final class Kafka {
        private final boolean isRecent;
        private final Map<String, Map<String, String>> made = new TreeMap<>();

        Kafka(boolean isRecent) {
            this.isRecent = isRecent;
        }

        Admin admin() {
            return (Admin) Proxy.newProxyInstance(
                    Admin.class.getClassLoader(), new Class<?>[] {Admin.class}, (self, method, arguments) -> {
                        Collection<?> asked = (Collection<?>) arguments[0];
                        return method.getName().equals("createTopics") ? create(asked) : describe(asked);
                    });
        }

        private static DescribeTopicsResult describe(Collection<?> names) {
            Map<String, KafkaFuture<TopicDescription>> answers = new HashMap<>();
            names.forEach(name -> answers.put((String) name, failed(new UnknownTopicOrPartitionException())));
            return new DescribeTopicsResult(null, answers) {};
        }

        private CreateTopicsResult create(Collection<?> topics) {
            Map<String, KafkaFuture<CreateTopicsResult.TopicMetadataAndConfig>> answers = new HashMap<>();
            for (Object asked : topics) {
                NewTopic topic = (NewTopic) asked;
                if (isRecent || !topic.configs().containsKey("message.timestamp.after.max.ms")) {
                    made.put(topic.name(), topic.configs());
                    answers.put(
                            topic.name(),
                            KafkaFuture.completedFuture(new CreateTopicsResult.TopicMetadataAndConfig(
                                    new InvalidConfigurationException("nobody looks"))));
                } else {
                    answers.put(topic.name(), failed(new InvalidConfigurationException("Unknown topic config name")));
                }
            }
            return new CreateTopicsResult(answers) {};
        }

        private static <T> KafkaFuture<T> failed(KafkaException failure) {
            KafkaFutureImpl<T> future = new KafkaFutureImpl<>();
            future.completeExceptionally(failure);
            return future;
        }
    }

    private static TopicDescription topic(String name, int partitions, int replicas) {
        Node node = new Node(1, "localhost", 1);
        List<TopicPartitionInfo> infos = new ArrayList<>();
        for (int i = 0; i < partitions; i++) {
            infos.add(new TopicPartitionInfo(i, node, Collections.nCopies(replicas, node), List.of(node)));
        }
        return new TopicDescription(name, false, infos);
    }
}
