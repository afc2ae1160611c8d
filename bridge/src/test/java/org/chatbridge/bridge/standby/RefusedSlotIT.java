package org.chatbridge.bridge.standby;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialDeletion;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.chatbridge.bridge.Await;
import org.chatbridge.sandbox.FreePort;
import org.chatbridge.sandbox.KafkaBroker;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A bridge that Kafka refuses keeps its turn until the group gives it to another. */
@Timeout(180)
@SuppressWarnings("NullAway.Init") // made before each test
class RefusedSlotIT {
    private static final String TOPIC = "bridges-shop";
    private static final ScramMechanism SCRAM = ScramMechanism.SCRAM_SHA_512;

    private final AtomicInteger ended = new AtomicInteger();

    @TempDir
    private Path directory;

    private KafkaBroker broker;
    private Admin admin;
    private SlotSettings settings;

    @BeforeEach
    void start() throws Exception {
        int port = FreePort.find();
        Map<String, String> kafka = new TreeMap<>();
        kafka.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SCRAM:SASL_PLAINTEXT");
        kafka.put("listeners", "SCRAM://127.0.0.1:" + port);
        kafka.put("advertised.listeners", "SCRAM://127.0.0.1:" + port);
        kafka.put("inter.broker.listener.name", "PLAINTEXT");
        kafka.put("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
        kafka.put("super.users", "User:ANONYMOUS"); // the broker itself, and this test
        kafka.put("sasl.enabled.mechanisms", SCRAM.mechanismName());
        kafka.put("connections.max.reauth.ms", "2000"); // Kafka refuses more than one a second
        kafka.put(
                "listener.name.scram.scram-sha-512.sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required;");
        broker = new KafkaBroker(0, directory, kafka);
        broker.start();
        admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
        letIn();
        admin.createAcls(List.of(allowed(ResourceType.TOPIC), allowed(ResourceType.GROUP)))
                .all()
                .get(1, TimeUnit.MINUTES);
        settings = new SlotSettings(
                "127.0.0.1:" + port,
                "shop",
                TOPIC,
                Optional.of((short) 1),
                Duration.ofSeconds(30),
                Map.of(
                        "security.protocol",
                        "SASL_PLAINTEXT",
                        "sasl.mechanism",
                        SCRAM.mechanismName(),
                        "sasl.jaas.config",
                        "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"bridge\""
                                + " password=\"secret\";"));
    }

    @AfterEach
    void end() {
        admin.close();
        broker.close();
    }

    @Test
    void shouldKeepItsTurnWhereKafkaRefusesIt() throws Exception {
        try (Slot slot = new Slot(settings, new Turns(), Clock.systemUTC());
                Slot other = new Slot(settings, new Turns(), Clock.systemUTC())) {
            slot.start();
            Await.until("its turn", slot::isOurs);

            admin.alterUserScramCredentials(List.of(new UserScramCredentialDeletion("bridge", SCRAM)))
                    .all()
                    .get(1, TimeUnit.MINUTES);
            Await.until("refused", () -> slot.inTheWay().contains("Kafka does not let the bridge in"));
            letIn();
            Await.until("let in", () -> slot.inTheWay().isEmpty());

            admin.deleteAcls(List.of(allowed(ResourceType.TOPIC).toFilter()))
                    .all()
                    .get(1, TimeUnit.MINUTES);
            Await.until("not allowed", () -> slot.inTheWay().contains("READ on topic " + TOPIC));
            admin.createAcls(List.of(allowed(ResourceType.TOPIC))).all().get(1, TimeUnit.MINUTES);
            Await.until("allowed", () -> slot.inTheWay().isEmpty());

            other.start();
            Await.until(
                    "another waits", () -> other.inTheWay().isEmpty()); // which the group tells when both have joined
            assertThat(slot.isSurelyOurs()).isTrue();
            assertThat(ended).as("turns that have ended").hasValue(0);
        }
    }

    private void letIn() throws Exception {
        admin.alterUserScramCredentials(List.of(
                        new UserScramCredentialUpsertion("bridge", new ScramCredentialInfo(SCRAM, 4096), "secret")))
                .all()
                .get(1, TimeUnit.MINUTES);
    }

    private static AclBinding allowed(ResourceType type) {
        return new AclBinding(
                new ResourcePattern(type, TOPIC, PatternType.LITERAL),
                new AccessControlEntry("User:bridge", "*", AclOperation.ALL, AclPermissionType.ALLOW));
    }

    private final class Turns implements Slot.Listener {
        @Override
        public void ours(Optional<byte[]> left) {}

        @Override
        public void stillAnothers() {}

        @Override
        public void anothers() {
            ended.incrementAndGet();
        }

        @Override
        public void failed(String lastWord) {
            throw new AssertionError(lastWord);
        }
    }
}
