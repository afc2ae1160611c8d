package org.chatbridge.quickstart;

import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.chatbridge.schema.SchemaRegistry;

/**
 * What Kafka Streams costs before anything is folded: reads all that the views read, with their settings, and does nothing
 * with it; or puts each record under its key into one store with a changelog. Arguments: Kafka, the registry, the directory
 * of the state, the application id, {@code put} or {@code nothing}.
 */
public final class FloorMain {
    private static final String STORE = "last";

    private FloorMain() {}

    /** Runs until it is ended. */
    public static void main(String[] args) throws InterruptedException {
        Properties properties = new Properties();
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, args[0]);
        properties.put(StreamsConfig.STATE_DIR_CONFIG, args[2]);
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, args[3]);
        properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100);
        properties.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, "org.chatbridge.streams.StoreMemory");
        properties.put(StreamsConfig.consumerPrefix("auto.offset.reset"), "earliest");
        properties.put(StreamsConfig.producerPrefix("max.in.flight.requests.per.connection"), 1);
        RecordsOfViews records = new RecordsOfViews(new SchemaRegistry(args[1], Map.of()));
        StreamsBuilder builder = new StreamsBuilder();
        KStream<String, SpecificRecord> all = builder.stream(
                TopicsOfViews.ALL,
                Consumed.with(Serdes.String(), Serdes.serdeFrom(records.serializer(), records.deserializer())));
        if (args[4].equals("put")) {
            builder.addStateStore(Stores.keyValueStoreBuilder(
                            Stores.persistentKeyValueStore(STORE), Serdes.String(), Serdes.ByteArray())
                    .withCachingDisabled());
            all.process(() -> new Put(records.serializer()), STORE);
        } else {
            all.foreach((key, value) -> {});
        }
        KafkaStreams streams = new KafkaStreams(builder.build(), properties);
        Runtime.getRuntime().addShutdownHook(new Thread(streams::close));
        streams.start();
        new CountDownLatch(1).await();
    }

    /** Keeps the last record of each key. */
    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init first
    private static final class Put extends ContextualProcessor<String, SpecificRecord, Void, Void> {
        private final Serializer<SpecificRecord> serializer;
        private KeyValueStore<String, byte[]> last;

        Put(Serializer<SpecificRecord> serializer) {
            this.serializer = serializer;
        }

        @Override
        public void init(ProcessorContext<Void, Void> context) {
            super.init(context);
            last = context.getStateStore(STORE);
        }

        @Override
        public void process(Record<String, SpecificRecord> record) {
            if (record.key() != null) {
                String topic = context().recordMetadata().orElseThrow().topic();
                last.put(record.key(), serializer.serialize(topic, record.value()));
            }
        }
    }
}
