package org.chatbridge.bridge;

import java.util.List;
import org.slf4j.LoggerFactory;

/**
 * Initialises classes that the start will need, beside the thread that starts: most of a start is the loading of classes, one after the
 * other, while a second processor has nothing to do.
 */
final class Preload implements Runnable {
    /** In the order in which they take longest until they are needed; each brings hundreds along. */
    private static final List<String> CLASSES = List.of(
            "org.apache.kafka.common.protocol.ApiKeys",
            "org.apache.kafka.clients.admin.KafkaAdminClient",
            "org.apache.kafka.clients.admin.AdminClientConfig",
            "org.apache.kafka.common.network.Selector",
            "org.apache.kafka.clients.NetworkClient",
            "org.apache.kafka.clients.producer.KafkaProducer",
            "org.apache.kafka.clients.producer.ProducerConfig",
            "org.apache.kafka.clients.producer.internals.Sender",
            "org.apache.kafka.common.message.MetadataResponseData",
            "org.apache.kafka.common.message.DescribeTopicPartitionsResponseData",
            "org.apache.kafka.common.message.ApiVersionsResponseData",
            "org.eclipse.jetty.server.Server",
            "org.eclipse.jetty.server.ServerConnector",
            "org.eclipse.jetty.ee10.servlet.ServletContextHandler",
            "io.javalin.Javalin",
            "org.glassfish.tyrus.client.ClientManager");

    /** On a thread of its own. */
    static void begin() {
        // SLF4J complains on stderr of loggers that are asked for while another thread makes the first.
        LoggerFactory.getILoggerFactory();
        Thread thread = new Thread(new Preload(), "preload");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void run() {
        try {
            for (String name : CLASSES) {
                Class.forName(name);
            }
        } catch (ClassNotFoundException | LinkageError e) {
            LoggerFactory.getLogger(Preload.class).debug("whoever needs it says so", e);
        }
    }
}
