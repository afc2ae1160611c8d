package org.chatbridge.sandbox;

import java.nio.file.Files;
import java.nio.file.Path;
import kafka.Kafka;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;

/** The main class of the broker's JVM: formats the data directory when it is new, and becomes Kafka's own main. */
final class BrokerMain {

    private BrokerMain() {}

    /** Takes the path of {@code server.properties} and that of the data directory. */
    public static void main(String[] args) {
        if (!Files.exists(Path.of(args[1], "meta.properties"))) {
            String[] format = {
                "format", "--config", args[0], "--cluster-id", Uuid.randomUuid().toString()
            };
            int code = StorageTool.execute(format, System.out);
            if (code != 0) {
                System.exit(code);
            }
        }
        Kafka.main(new String[] {args[0]});
    }
}
