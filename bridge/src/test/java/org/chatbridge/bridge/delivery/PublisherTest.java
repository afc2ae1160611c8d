package org.chatbridge.bridge.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.InterruptException;
import org.chatbridge.bridge.convert.FrameConverter;
import org.chatbridge.bridge.frames.Frame;
import org.chatbridge.bridge.frames.MemoryFrameQueue;
import org.chatbridge.schema.SchemaRegistry;
import org.chatbridge.schema.TopicNames;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How it ends while topics and schemas are not there yet. */
@Timeout(20)
class PublisherTest {
    private static final Duration LONGER_THAN_THE_TEST = Duration.ofMinutes(5);

    private final MemoryFrameQueue queue = new MemoryFrameQueue(1 << 20);
    private final SchemaRegistry registry = new SchemaRegistry("mock://publisher", Map.of());
    private final CountDownLatch asks = new CountDownLatch(1);
    private final CountDownLatch pauses = new CountDownLatch(1);

    @AfterEach
    void close() {
        registry.close();
    }

    @Test
    void shouldHaveItsTimeWhereNothingIsKnownToBeInTheWay() throws Exception {
        queue.put(new Frame("c", 1, 0, null, Frame.Kind.TEXT, new byte[0]));
        Publisher publisher = publisher(this::answersSlowly);
        publisher.start();
        asks.await();
        Duration drain = Duration.ofMillis(300);
        long begun = System.nanoTime();
        publisher.close(drain);

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThanOrEqualTo(drain);
    }

    @Test
    void shouldEndAtOnceWhereNothingIsLeft() throws Exception {
        Publisher publisher = publisher(this::answersSlowly);
        publisher.start();
        asks.await();
        publisher.close(LONGER_THAN_THE_TEST);

        assertThat(pauses.getCount()).as("interrupted while it was asking").isZero();
    }

    @Test
    void shouldEndAtOnceWhereSomethingIsInTheWay() throws Exception {
        queue.put(new Frame("c", 1, 0, null, Frame.Kind.TEXT, new byte[0]));
        Publisher publisher = publisher(() -> {
            throw new KafkaException("no");
        });
        publisher.start();
        pauses.await();
        publisher.close(LONGER_THAN_THE_TEST);

        assertThat(publisher.inTheWay()).contains("Kafka refuses");
    }

    private Admin answersSlowly() {
        asks.countDown();
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
        throw new IllegalStateException("nobody counts that down");
    }

    private Publisher publisher(Supplier<Admin> admins) {
        Pause pause = time -> {
            pauses.countDown();
            new CountDownLatch(1).await();
        };
        TopicNames names = new TopicNames("t.");
        return new Publisher(
                queue,
                new FrameConverter("0.2"),
                new Preparation(
                        "127.0.0.1:1",
                        new Topics(names, 1, (short) 1, Set.of(AclOperation.WRITE)),
                        admins,
                        registry,
                        pause),
                MockProducer::new,
                MockProducer::new,
                new Turn() {
                    @Override
                    public boolean confirm() {
                        return true;
                    }

                    @Override
                    public void clockWasSetBack() {}
                },
                false,
                new Delivery.Listener() {
                    @Override
                    public void gaveUp(String lastWord) {}

                    @Override
                    public void failed(String lastWord) {}
                },
                new DeliveryMetrics(new SimpleMeterRegistry(), names.written()),
                Exception::toString,
                Clock.systemUTC(),
                pause);
    }
}
