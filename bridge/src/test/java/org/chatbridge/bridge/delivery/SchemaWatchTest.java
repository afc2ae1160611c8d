package org.chatbridge.bridge.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.apache.kafka.common.KafkaException;
import org.chatbridge.bridge.convert.FrameConverter;
import org.chatbridge.bridge.frames.Frame;
import org.chatbridge.schema.SchemaRegistry;
import org.chatbridge.schema.StubRegistry;
import org.chatbridge.schema.TopicNames;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SchemaWatchTest {
    private static Preparation preparation(SchemaRegistry registry) {
        return new Preparation(
                "127.0.0.1:1",
                new Topics(TOPICS, 3, (short) -1, Set.of()),
                () -> {
                    throw new KafkaException("away");
                },
                registry,
                time -> {});
    }

    private static final TopicNames TOPICS = new TopicNames("t.");
    private static final String GONE = "{\"error_code\":40401,\"message\":\"Subject not found\"}";

    private final Semaphore begun = new Semaphore(0);
    private final Semaphore over = new Semaphore(0);

    @Test
    void shouldGoOnUnderTheIdsOfARegistryThatWasEmptied() throws Exception {
        try (StubRegistry stub = new StubRegistry();
                SchemaRegistry registry = new SchemaRegistry(stub.url(), Map.of())) {
            says(stub, 7, null);
            Preparation preparation = preparation(registry);
            Records records = new Records(TOPICS, 3, preparation.awaitSchemas());
            assertThat(idOfARecord(records)).isEqualTo(7);

            try (SchemaWatch watch = new SchemaWatch(preparation, records, this::pass)) {
                watch.start();
                begun.acquire();

                says(stub, 8, "{\"id\":7}");
                lookOnce();
                assertThat(idOfARecord(records)).as("nothing is lost").isEqualTo(7);

                stub.says("/subjects/t.agent-updated-value", 502, "");
                lookOnce();
                assertThat(idOfARecord(records)).as("it is away").isEqualTo(7);

                says(stub, 9, GONE);
                stub.says("/subjects/t.chat-users-updated-value", 502, "");
                lookOnce();
                assertThat(idOfARecord(records))
                        .as("it was emptied, and said so of some")
                        .isEqualTo(9);
            }
        }
    }

    @Test
    void shouldWatchOnAfterAFailure() throws Exception {
        try (SchemaRegistry registry = new SchemaRegistry("mock://watched", Map.of())) {
            Preparation preparation = preparation(registry);
            Records records = new Records(TOPICS, 3, preparation.awaitSchemas());
            try (SchemaWatch watch = new SchemaWatch(preparation, records, time -> {
                pass(time);
                throw new NoClassDefFoundError("broken");
            })) {
                watch.start();
                begun.acquire();

                lookOnce();
            }
        }
    }

    private void lookOnce() throws InterruptedException {
        over.release();
        begun.acquire();
    }

    private void pass(Duration time) throws InterruptedException {
        begun.release();
        over.acquire();
    }

    /** @param has what it says of a schema that is looked for; null where nobody asks */
    private static void says(StubRegistry stub, int registers, @Nullable String has) {
        Records.schemas(TOPICS).keySet().forEach(topic -> {
            String subject = TopicNames.subject(topic);
            stub.says("/config/" + subject, 200, "{}");
            stub.says("/subjects/" + subject + "/versions", 200, "{\"id\":" + registers + "}");
            if (has != null) {
                stub.says("/subjects/" + subject, has.equals(GONE) ? 404 : 200, has);
            }
        });
    }

    private static int idOfARecord(Records records) {
        byte[] push =
                "{\"action\":\"agent_updated\",\"type\":\"push\",\"payload\":{\"agent_id\":\"a\",\"routing_status\":\"offline\"}}"
                        .getBytes(UTF_8);
        Frame frame = new Frame("c", 1, 1_000_000, null, Frame.Kind.TEXT, push);
        return ByteBuffer.wrap(
                        records.of(frame, new FrameConverter("0.2").convert(frame))
                                .value(),
                        1,
                        Integer.BYTES)
                .getInt();
    }
}
