package org.chatbridge.bridge.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AclOperation;
import org.chatbridge.schema.SchemaRegistry;
import org.chatbridge.schema.TopicNames;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class PreparationTest {
    private static final Duration ANSWER = Duration.ofSeconds(10); // how long it waits for Kafka's

    @Test
    @Timeout(60)
    void shouldEndAtOnceWhenInterruptedWhileItWaitsForKafka() throws Exception {
        // given
        CountDownLatch asks = new CountDownLatch(1);
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                SchemaRegistry registry = new SchemaRegistry("mock://preparation", Map.of())) {
            String kafka = "127.0.0.1:" + silent.getLocalPort();
            Topics topics = new Topics(new TopicNames(""), 1, (short) 1, Set.of(AclOperation.WRITE));
            Preparation preparation = new Preparation(
                    kafka,
                    topics,
                    () -> {
                        Admin admin = Admin.create(Map.of("bootstrap.servers", kafka));
                        asks.countDown();
                        return admin;
                    },
                    registry,
                    duration -> {});
            Thread asking = new Thread(() -> {
                try {
                    preparation.makeTopics();
                } catch (InterruptedException | Topics.UnsuitableTopicException e) {
                    // as it should
                }
            });
            asking.start();
            asks.await();

            // when
            asking.interrupt();

            // then
            asking.join(ANSWER.dividedBy(2).toMillis());
            assertThat(asking.isAlive()).isFalse();
        }
    }
}
