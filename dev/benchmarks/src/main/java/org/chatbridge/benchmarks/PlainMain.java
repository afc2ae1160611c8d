package org.chatbridge.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import jakarta.websocket.ClientEndpointConfig;
import jakarta.websocket.CloseReason;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.Session;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.chatbridge.schema.Action;
import org.chatbridge.schema.RecordKey;
import org.chatbridge.schema.SchemaRegistry;
import org.chatbridge.schema.TopicNames;
import org.chatbridge.schema.WireFormat;
import org.glassfish.tyrus.client.ClientManager;

/**
 * The yardstick: what one writes in an afternoon. Tyrus, a Jackson tree, Avro's generic records and a producer, on the thread
 * that receives; without a journal, without reconnecting, and what the schema does not know is dropped. Arguments: URL of
 * LiveChat, {@code bootstrap.servers}, URL of the registry, prefix of the topics.
 */
public final class PlainMain {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final TopicNames topics;
    private final String connectionId;
    private final KafkaProducer<String, byte[]> producer;
    private final Map<Action, WireFormat.Writer<GenericRecord>> writers = new EnumMap<>(Action.class);
    private final CountDownLatch closed = new CountDownLatch(1);
    private long sequence;

    private PlainMain(String bootstrapServers, String registryUrl, TopicNames topics) {
        this.topics = topics;
        this.connectionId = Instant.now() + "-plain";
        this.producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers, "acks", "all", "compression.type", "lz4", "linger.ms", 5),
                new StringSerializer(),
                new ByteArraySerializer());
        try (SchemaRegistry registry = new SchemaRegistry(registryUrl, new HashMap<>())) {
            for (Action action : Action.values()) {
                int id = registry.register(TopicNames.subject(topics.of(action)), action.schema());
                writers.put(
                        action,
                        new WireFormat.Writer<>(id, new GenericDatumWriter<GenericRecord>(action.schema())::write));
            }
        }
    }

    /** Runs until the connection ends. */
    public static void main(String[] args) throws Exception {
        PlainMain plain = new PlainMain(args[1], args[2], new TopicNames(args[3]));
        ClientManager.createClient()
                .connectToServer(
                        plain.endpoint(), ClientEndpointConfig.Builder.create().build(), URI.create(args[0]));
        plain.closed.await();
        plain.producer.close();
        System.exit(0);
    }

    private Endpoint endpoint() {
        return new Endpoint() {
            @Override
            public void onOpen(Session session, EndpointConfig config) {
                session.addMessageHandler(String.class, (MessageHandler.Whole<String>) PlainMain.this::received);
                try {
                    session.getBasicRemote()
                            .sendText(
                                    "{\"request_id\":\"1\",\"action\":\"login\",\"payload\":{\"token\":\"Bearer sandbox\"}}");
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }

            @Override
            public void onClose(Session session, CloseReason reason) {
                closed.countDown();
            }
        };
    }

    @SuppressWarnings("FutureReturnValueIgnored") // as in an afternoon
    private void received(String text) {
        try {
            JsonNode frame = JSON.readTree(text);
            if (!frame.path("type").asText().equals("push")) {
                return;
            }
            String name = frame.path("action").asText();
            Action action = Action.ofWireName(name);
            WireFormat.Writer<GenericRecord> writer = writers.get(action);
            if (action == null || writer == null) {
                return;
            }
            long now =
                    ChronoUnit.MICROS.between(Instant.EPOCH, Clock.systemUTC().instant());
            GenericRecord record = TreeToAvro.record(action.schema(), frame.path("payload"));
            GenericRecord push =
                    TreeToAvro.record(action.schema().getField("push").schema(), frame);
            push.put("received_at", now);
            push.put("connection_id", connectionId);
            push.put("sequence", ++sequence);
            push.put("origin", "live");
            push.put("api_version", "0.2");
            push.put("action", name);
            record.put("push", push);
            String key = action.key().of(fields(record), "agent@example.com");
            producer.send(new ProducerRecord<>(topics.of(action), null, now / 1_000, key, writer.write(record)));
        } catch (IOException e) {
            System.err.println("not JSON: " + text);
        }
    }

    private static RecordKey.Fields fields(GenericRecord record) {
        return position -> record.get(position) instanceof GenericRecord nested ? fields(nested) : record.get(position);
    }
}
