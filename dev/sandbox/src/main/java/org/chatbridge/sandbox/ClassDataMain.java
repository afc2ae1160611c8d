package org.chatbridge.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Makes the {@link ClassData} of broker and registry, as a part of the build, of a run in which each is asked for something: the tests start
 * both some dozens of times. Argument: a directory, emptied first.
 */
final class ClassDataMain {
    /** Whoever ends writes the file first. */
    private static final Duration ENDS_WITHIN = Duration.ofMinutes(2);

    private ClassDataMain() {}

    /** Says why where there is no file in the end: all goes on without one, and starts later. */
    public static void main(String[] arguments) throws Exception {
        try {
            make(Path.of(arguments[0]));
        } catch (Exception e) {
            System.err.println("there is no class data of broker and registry, and tests take longer: " + e);
        }
        System.exit(0); // whatever is left of a server that did not start ends with this process
    }

    private static void make(Path directory) throws Exception {
        empty(directory);
        Path ofBroker = begin(KafkaBroker.CLASS_DATA);
        KafkaBroker broker = new KafkaBroker(0, directory.resolve("kafka"));
        broker.start();
        Path ofRegistry = begin(SchemaRegistryServer.CLASS_DATA);
        SchemaRegistryServer registry = new SchemaRegistryServer(0, directory.resolve("registry"));
        registry.start();
        use(broker.bootstrapServers());
        Thread ending = new Thread(() -> registry.stop(ENDS_WITHIN), "ending");
        ending.start();
        broker.stop(ENDS_WITHIN);
        ending.join();
        end(ofBroker, KafkaBroker.CLASS_DATA);
        end(ofRegistry, SchemaRegistryServer.CLASS_DATA);
    }

    /** Half a file would be the end of every JVM that takes it for a whole one: it gets its name when it is one. */
    private static Path begin(Path file) throws IOException {
        Path unfinished = file.resolveSibling(file.getFileName() + ".part");
        Files.deleteIfExists(file);
        Files.deleteIfExists(unfinished);
        // Relative to the directory in which Maven runs this: options are parted at blanks.
        System.setProperty(
                ChildProcess.OPTIONS_OF_ALL,
                "-XX:TieredStopAtLevel=1 -XX:ArchiveClassesAtExit="
                        + Path.of("").toAbsolutePath().relativize(unfinished.toAbsolutePath()));
        return unfinished;
    }

    private static void empty(Path directory) throws IOException {
        Files.createDirectories(directory);
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static void end(Path unfinished, Path file) throws IOException {
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** A topic, a transaction and a member of a group, as the bridge and the views have them. */
    private static void use(String broker) throws Exception {
        Map<String, Object> clients = Map.of("bootstrap.servers", broker);
        try (Admin admin = Admin.create(clients)) {
            admin.createTopics(List.of(new NewTopic("class-data", 1, (short) 1)))
                    .all()
                    .get(1, TimeUnit.MINUTES);
        }
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker, "transactional.id", "class-data"),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>("class-data", new byte[10])).get(1, TimeUnit.MINUTES);
            producer.commitTransaction();
        }
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker, "group.id", "class-data", "auto.offset.reset", "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.subscribe(List.of("class-data"));
            for (int i = 0; i < 100 && consumer.poll(Duration.ofMillis(100)).isEmpty(); i++) {
                // not yet
            }
            consumer.commitSync();
        }
    }
}
