package org.chatbridge.quickstart;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.chatbridge.avro.AgentUpdated;
import org.chatbridge.avro.Chat;
import org.chatbridge.avro.Event;
import org.chatbridge.avro.IncomingChatThread;
import org.chatbridge.avro.IncomingEvent;
import org.chatbridge.avro.Push;
import org.chatbridge.avro.Scopes;
import org.chatbridge.avro.Thread;
import org.chatbridge.avro.User;
import org.chatbridge.schema.Action;
import org.chatbridge.schema.AvroSerde;
import org.chatbridge.schema.SchemaRegistry;

/** Writes pushes straight to their topics, as a bridge would that knew them all before. For one thread. */
final class MeasuredPushes implements AutoCloseable {
    private static final List<String> SAID = List.of(
            "Good morning! My order has not arrived yet, and the link in your mail leads nowhere. Can you have a look?",
            "Of course, one moment please. May I have the number of the order, or the mail address you ordered with?",
            "It is in the mail that I got last Tuesday, I will look it up. Would it be faster if I sent a photograph?");

    private final KafkaProducer<String, SpecificRecord> producer;
    private final Clock clock;
    private final AtomicReference<Exception> failure = new AtomicReference<>();
    private Duration ago = Duration.ZERO;
    private long sequence;

    private MeasuredPushes(KafkaProducer<String, SpecificRecord> producer, Clock clock) {
        this.producer = producer;
        this.clock = clock;
    }

    /** @param producerSettings such as {@code linger.ms} */
    static MeasuredPushes to(Stand stand, SchemaRegistry schemas, Map<String, Object> producerSettings) {
        Map<String, Serializer<SpecificRecord>> serializers = new HashMap<>();
        for (Action action : List.of(Action.AGENT_UPDATED, Action.INCOMING_CHAT_THREAD, Action.INCOMING_EVENT)) {
            serializers.put(
                    action.schema().getFullName(),
                    new AvroSerde<SpecificRecord>(schemas, action.schema()).serializer());
        }
        Map<String, Object> settings = new HashMap<>(producerSettings);
        settings.put("bootstrap.servers", stand.broker().bootstrapServers());
        // With more, what is written to a topic just made may wait for minutes: see StreamsProperties.
        settings.put("max.in.flight.requests.per.connection", 1);
        return new MeasuredPushes(
                new KafkaProducer<>(settings, new StringSerializer(), (topic, value) -> Objects.requireNonNull(
                                serializers.get(value.getSchema().getFullName()))
                        .serialize(topic, value)),
                Clock.systemUTC());
    }

    /** From now on pushes are so old. */
    void ago(Duration age) {
        ago = age;
    }

    /** The status of an agent, which may be any text. */
    void agent(String agentId, String status) {
        agent(agentId, status, MeasuredPushes::nobody);
    }

    /** @param written told of its offset, and not of a failure: that is thrown by {@link #flush} */
    void agent(String agentId, String status, Consumer<RecordMetadata> written) {
        Push push = push(Action.AGENT_UPDATED);
        send(
                Action.AGENT_UPDATED,
                agentId,
                push,
                AgentUpdated.newBuilder()
                        .setPush(push)
                        .setAgentId(agentId)
                        .setRoutingStatus(status)
                        .build(),
                written);
    }

    /** A chat whose first thread is opened by its customer and given to an agent. */
    void thread(String chatId, String agentId) {
        Push push = push(Action.INCOMING_CHAT_THREAD);
        Scopes scopes = Scopes.newBuilder().setGroups(List.of(sequence % 20)).build();
        Thread thread = Thread.newBuilder()
                .setId("T-" + chatId)
                .setTimestamp(push.getReceivedAt())
                .setActive(true)
                .setUserIds(List.of(customer(chatId), agentId))
                .setScopes(scopes)
                .setEvents(List.of(
                        event(chatId, customer(chatId), SAID.get(0), push, 0),
                        event(chatId, agentId, SAID.get(1), push, 1)))
                .build();
        Chat chat = Chat.newBuilder()
                .setId(chatId)
                .setUsers(List.of(
                        User.newBuilder()
                                .setId(customer(chatId))
                                .setType("customer")
                                .setName("Customer of " + chatId)
                                .setEmail(customer(chatId) + "@customers.example")
                                .setPresent(true)
                                .build(),
                        User.newBuilder()
                                .setId(agentId)
                                .setType("agent")
                                .setName("Agent " + agentId)
                                .setEmail(agentId)
                                .setPresent(true)
                                .build()))
                .setScopes(scopes)
                .setThread(thread)
                .build();
        send(
                Action.INCOMING_CHAT_THREAD,
                chatId,
                push,
                IncomingChatThread.newBuilder().setPush(push).setChat(chat).build(),
                MeasuredPushes::nobody);
    }

    /** Somebody says something in the thread of a chat: its customer and its agent in turn. */
    void said(String chatId, String agentId, String text) {
        said(chatId, agentId, text, MeasuredPushes::nobody);
    }

    /** @param written as with {@link #agent(String, String, Consumer)} */
    void said(String chatId, String agentId, String text, Consumer<RecordMetadata> written) {
        Push push = push(Action.INCOMING_EVENT);
        String author = sequence % 2 == 0 ? customer(chatId) : agentId;
        send(
                Action.INCOMING_EVENT,
                chatId,
                push,
                IncomingEvent.newBuilder()
                        .setPush(push)
                        .setChatId(chatId)
                        .setThreadId("T-" + chatId)
                        .setEvent(event(chatId, author, text + " " + SAID.get((int) (sequence % SAID.size())), push, 0))
                        .build(),
                written);
    }

    /**
     * Waits until all of them are written.
     *
     * @throws IOException where one of them, since the beginning, was not
     */
    void flush() throws IOException {
        producer.flush();
        Exception why = failure.get();
        if (why != null) {
            throw new IOException("a push was not written: " + why, why);
        }
    }

    private static void nobody(RecordMetadata written) {}

    static String customer(String chatId) {
        return "customer-" + chatId;
    }

    private Event event(String chatId, String author, String text, Push push, int index) {
        return Event.newBuilder()
                .setId(chatId + "_" + push.getSequence() + "_" + index)
                .setOrder(2 * push.getSequence() + index)
                .setType("message")
                .setAuthorId(author)
                .setText(text)
                .setTimestamp(push.getReceivedAt())
                .setRecipients("all")
                .build();
    }

    private Push push(Action action) {
        return Push.newBuilder()
                .setReceivedAt(Instant.now(clock).minus(ago).truncatedTo(ChronoUnit.MICROS))
                .setConnectionId("0001")
                .setSequence(++sequence)
                .setOrigin("live")
                .setApiVersion("0.2")
                .setAction(action.wireName())
                .build();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the callback is told
    private void send(Action action, String key, Push push, SpecificRecord value, Consumer<RecordMetadata> written) {
        producer.send(
                new ProducerRecord<>(
                        Machine.TOPICS.of(action), null, push.getReceivedAt().toEpochMilli(), key, value),
                (metadata, e) -> {
                    if (e == null) {
                        written.accept(metadata);
                    } else {
                        failure.compareAndSet(null, e);
                    }
                });
    }

    @Override
    public void close() {
        producer.close();
    }
}
