package org.chatbridge.quickstart;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.chatbridge.avro.AgentUpdated;
import org.chatbridge.avro.Push;
import org.chatbridge.schema.Action;
import org.chatbridge.schema.AvroSerde;
import org.chatbridge.schema.SchemaRegistry;

/** Agents whose status is the number of their last push, written by this process, which so knows every right answer. */
final class AgentsTruth implements AutoCloseable {
    private static final String TOPIC = Machine.TOPICS.of(Action.AGENT_UPDATED);

    private final KafkaProducer<String, AgentUpdated> producer;
    private final Map<String, List<Long>> writtenNanos = new TreeMap<>();
    private final List<String> ids;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread writer = new Thread(this::write, "agents-truth");
    private final int perSecond;
    private long sequence;

    AgentsTruth(String bootstrapServers, SchemaRegistry registry, int agents, int perSecond) {
        Serializer<AgentUpdated> values =
                new AvroSerde<AgentUpdated>(registry, AgentUpdated.getClassSchema()).serializer();
        producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrapServers,
                        "linger.ms",
                        1,
                        // with more, what is written to a topic just made may wait for minutes
                        "max.in.flight.requests.per.connection",
                        1),
                new StringSerializer(),
                values);
        for (int i = 0; i < agents; i++) {
            writtenNanos.put("agent " + i + "/é?%2F@example.com", Collections.synchronizedList(new ArrayList<>()));
        }
        ids = List.copyOf(writtenNanos.keySet());
        this.perSecond = perSecond;
    }

    /** All agents, in the order of a list. */
    List<String> ids() {
        return ids;
    }

    /** Writes the first push of each agent, then goes on. */
    void start() {
        ids.forEach(this::push);
        producer.flush();
        writer.start();
    }

    private void write() {
        try {
            while (!stopping.await(1_000_000 / perSecond, TimeUnit.MICROSECONDS)) {
                push(ids.get((int) (sequence * 7919 % ids.size())));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // what is not written shows in the answers
    private void push(String id) {
        List<Long> written = written(id);
        int version = written.size();
        sequence++;
        Push push = Push.newBuilder()
                .setReceivedAt(Instant.now().truncatedTo(ChronoUnit.MICROS))
                .setConnectionId("c1")
                .setSequence(sequence)
                .setOrigin("live")
                .setApiVersion("0.2")
                .setAction("agent_updated")
                .build();
        written.add(System.nanoTime());
        producer.send(new ProducerRecord<>(
                TOPIC,
                id,
                AgentUpdated.newBuilder()
                        .setPush(push)
                        .setAgentId(id)
                        .setRoutingStatus("v" + version)
                        .build()));
    }

    /**
     * How long before it was asked an answer was overtaken by the next push; 0 where it was the last, empty where it never was so.
     *
     * @param status what it says of the agent
     * @param askedNanos when it was asked for
     */
    OptionalLong oldNanos(String id, String status, long askedNanos) {
        List<Long> written = written(id);
        int version = status.matches("v\\d{1,9}") ? Integer.parseInt(status.substring(1)) : -1;
        if (version < 0 || version >= written.size()) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(version + 1 < written.size() ? Math.max(0, askedNanos - written.get(version + 1)) : 0);
    }

    private List<Long> written(String id) {
        return Optional.ofNullable(writtenNanos.get(id)).orElseThrow();
    }

    static String cursor(String id) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(id.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        stopping.countDown();
        try {
            writer.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        producer.close();
    }
}
