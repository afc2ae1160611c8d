package org.chatbridge.bridge.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
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

    private static TopicDescription topic(String name, int partitions, int replicas) {
        Node node = new Node(1, "localhost", 1);
        List<TopicPartitionInfo> infos = new ArrayList<>();
        for (int i = 0; i < partitions; i++) {
            infos.add(new TopicPartitionInfo(i, node, Collections.nCopies(replicas, node), List.of(node)));
        }
        return new TopicDescription(name, false, infos);
    }
}
