package org.chatbridge.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntryFilter;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.ResourcePatternFilter;
import org.chatbridge.sandbox.CertificateAuthority;
import org.chatbridge.sandbox.FreePort;
import org.chatbridge.sandbox.JarProgram;
import org.chatbridge.sandbox.KafkaBroker;
import org.chatbridge.sandbox.SchemaRegistryServer;
import org.chatbridge.sandbox.SimulatedLiveChat;
import org.chatbridge.sandbox.SimulatorSettings;
import org.chatbridge.schema.TopicNames;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Both programs where everything is secured: Kafka lets in whom it knows, by SCRAM or by certificate, and allows what
 * deploy/kafka lists and no more; the registry wants a password; all speak TLS with certificates of a private authority.
 */
@EnabledIfSystemProperty(named = "secured.every", matches = "true|false", disabledReason = "mvn -Psecured verify")
@SuppressWarnings("NullAway.Init") // made before each test
class SecuredIT {
    private static final Path ROOT = Path.of("../..");
    private static final String HOST = "localhost";
    private static final String SECRET = "a-secret-of-kafka";
    private static final String REGISTRY_SECRET = "a-secret-of-the-registry";

    @TempDir
    private Path directory;

    private final List<AutoCloseable> open = new ArrayList<>();
    private CertificateAuthority authority;
    private SimulatedLiveChat liveChat;
    private TlsFront secureLiveChat;
    private GuardedRegistry registry;
    private Admin admin;
    private String scram;
    private String mutual;

    /** How a program is let in. */
    private enum Login {
        SCRAM {
            @Override
            String principal(String user) {
                return "User:" + user;
            }
        },
        MUTUAL_TLS {
            @Override
            String principal(String user) {
                return "User:CN=" + user;
            }
        };

        abstract String principal(String user);
    }

    @BeforeEach
    void start() throws Exception {
        authority = new CertificateAuthority(directory.resolve("keys"));
        Path servers = authority.issue("servers", "dns:" + HOST);
        int scramPort = FreePort.find();
        int mutualPort = FreePort.find();
        scram = HOST + ":" + scramPort;
        mutual = HOST + ":" + mutualPort;
        Map<String, String> kafka = new TreeMap<>();
        kafka.put(
                "listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SCRAM:SASL_SSL,MUTUAL:SSL");
        kafka.put("listeners", "SCRAM://127.0.0.1:" + scramPort + ",MUTUAL://127.0.0.1:" + mutualPort);
        kafka.put("advertised.listeners", "SCRAM://" + scram + ",MUTUAL://" + mutual);
        kafka.put("inter.broker.listener.name", "PLAINTEXT");
        kafka.put("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
        kafka.put("super.users", "User:ANONYMOUS"); // the broker itself, and this test
        kafka.put("ssl.keystore.location", servers.toString());
        kafka.put("ssl.keystore.password", CertificateAuthority.PASSWORD);
        kafka.put("ssl.truststore.location", servers.toString());
        kafka.put("ssl.truststore.password", CertificateAuthority.PASSWORD);
        kafka.put("listener.name.mutual.ssl.client.auth", "required");
        kafka.put("sasl.enabled.mechanisms", "SCRAM-SHA-512");
        kafka.put(
                "listener.name.scram.scram-sha-512.sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required;");
        KafkaBroker broker = opened(new KafkaBroker(0, directory.resolve("kafka"), kafka));
        SchemaRegistryServer plainRegistry = opened(new SchemaRegistryServer(0, directory.resolve("registry")));
        broker.start();
        plainRegistry.start();
        registry = opened(new GuardedRegistry(
                CertificateAuthority.server(servers), "chatbridge", REGISTRY_SECRET, URI.create(plainRegistry.url())));
        liveChat = opened(new SimulatedLiveChat(SimulatorSettings.defaults().withRate(100)));
        liveChat.start();
        secureLiveChat = opened(new TlsFront(
                CertificateAuthority.server(servers), liveChat.url().getPort()));
        admin = opened(Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers())));
        for (String user : List.of("bridge", "views")) {
            authority.issue(user, "");
            admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(
                            user, new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096), SECRET)))
                    .all()
                    .get(1, TimeUnit.MINUTES);
        }
        Files.writeString(
                directory.resolve("secrets.properties"),
                "kafka=" + SECRET + "\nregistry=chatbridge:" + REGISTRY_SECRET + "\nkeys="
                        + CertificateAuthority.PASSWORD + "\nlivechat=" + liveChat.token() + "\n");
    }

    @AfterEach
    void end() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    @Test
    void shouldDoWithJustWhatIsListed() throws Exception {
        grant(Acls.of(ROOT, "livechat", "bridge.acls", "bridge-group.acls"), Login.SCRAM.principal("bridge"));
        grant(Acls.of(ROOT, "livechat", "views.acls"), Login.MUTUAL_TLS.principal("views"));

        RunningProgram bridge = bridge("livechat", Login.SCRAM, HOST);
        RunningProgram views = views("livechat", Login.MUTUAL_TLS);
        bridge.awaitReady();
        views.awaitReady();

        bridge.await("/metrics", "bridge_records_delivered_total\\{topic=\"livechat\\.incoming-event\"\\} [1-9]");
        views.await("/v1/threads?status=all", "\"thread_id\":\"");
        awaitDeleted("livechat-views-people-repartition");
        bridge.program().stop();
        assertThat(bridge.program().awaitEnd()).isZero();
        for (RunningProgram program : List.of(bridge, views)) {
            assertThat(program.log())
                    .doesNotContain(
                            "does not allow", "uthoriz", SECRET, REGISTRY_SECRET, CertificateAuthority.PASSWORD);
        }
        answersWhileNothingIsAllowed(views);
        views.program().stop();
        assertThat(views.program().awaitEnd()).isZero();
    }

    /** With what it has, and says so. */
    private void answersWhileNothingIsAllowed(RunningProgram views) throws Exception {
        String principal = Login.MUTUAL_TLS.principal("views");
        admin.deleteAcls(List.of(new AclBindingFilter(
                        ResourcePatternFilter.ANY,
                        new AccessControlEntryFilter(principal, null, AclOperation.ANY, AclPermissionType.ANY))))
                .all()
                .get(1, TimeUnit.MINUTES);
        views.await("/health/ready", "^200 .*waiting: .*Kafka does not allow the views");
        for (int i = 0; i < 30; i++) {
            assertThat(views.get("/v1/threads?status=all")).startsWith("200 ").contains("\"thread_id\":\"");
            TimeUnit.MILLISECONDS.sleep(100);
        }

        grant(Acls.of(ROOT, "livechat", "views.acls"), principal);
        views.awaitReady();
    }

    @Test
    void shouldNameThePrivilegeThatTheBridgeLacks() throws Exception {
        List<Acls> all = Acls.of(ROOT, "livechat", "bridge.acls", "bridge-group.acls");
        for (Acls removed : missing(all)) {
            String names = "b" + all.indexOf(removed);
            List<Acls> listed = Acls.of(ROOT, names, "bridge.acls", "bridge-group.acls");
            lacking(listed, all.indexOf(removed), "bridge", bridge -> bridge(names, bridge, HOST));
        }
    }

    @Test
    void shouldNameThePrivilegeThatTheViewsLack() throws Exception {
        List<Acls> all = Acls.of(ROOT, "livechat", "views.acls");
        for (Acls removed : missing(all)) {
            String names = "v" + all.indexOf(removed);
            admin.createTopics(new TopicNames(names + ".")
                            .written().stream()
                                    .map(topic -> new NewTopic(topic, Optional.of(1), Optional.empty()))
                                    .toList())
                    .all()
                    .get(1, TimeUnit.MINUTES);
            List<Acls> listed = Acls.of(ROOT, names, "views.acls");
            lacking(listed, all.indexOf(removed), "views", views -> views(names, views));
        }
    }

    @Test
    void shouldSayWhoIsNotLetInAndWhy() throws Exception {
        grant(Acls.of(ROOT, "livechat", "bridge.acls", "bridge-group.acls"), Login.SCRAM.principal("bridge"));

        // the certificate of LiveChat does not name this host
        bridge("livechat", Login.SCRAM, "127.0.0.1")
                .awaitLog("its certificate does not name 127\\.0\\.0\\.1")
                .program()
                .stop();
        bridge("livechat", Login.SCRAM, HOST, registry.url("127.0.0.1"))
                .awaitLog("schema\\.registry\\.url=https://127\\.0\\.0\\.1.* its certificate does not name the host")
                .program()
                .stop();
        Files.writeString(
                directory.resolve("secrets.properties"),
                Files.readString(directory.resolve("secrets.properties")).replace(SECRET, "wrong"));
        bridge("livechat", Login.SCRAM, HOST)
                .awaitLog("Kafka does not let the bridge in \\(.*\\): are user, password and certificates right\\?")
                .program()
                .stop();
        Files.writeString(
                directory.resolve("secrets.properties"),
                Files.readString(directory.resolve("secrets.properties"))
                        .replace("=wrong", "=" + SECRET)
                        .replace(REGISTRY_SECRET, "wrong"));
        RunningProgram refused = bridge("livechat", Login.SCRAM, HOST)
                .awaitLog("cannot go on: schema\\.registry\\.url=.* it does not let this program in \\(HTTP 401\\)");
        assertThat(refused.program().awaitEnd()).isEqualTo(2);
    }

    /** Waits until Kafka Streams has deleted records that all have read: it begins after half a minute. */
    private void awaitDeleted(String topic) throws Exception {
        TopicPartition partition = new TopicPartition(topic, 0);
        long end = System.nanoTime() + RunningProgram.SOON.toNanos();
        while (admin.listOffsets(Map.of(partition, OffsetSpec.earliest()))
                        .partitionResult(partition)
                        .get(1, TimeUnit.MINUTES)
                        .offset()
                == 0) {
            assertThat(System.nanoTime()).as("nothing of %s is deleted", topic).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    /** Starts a program that lacks one privilege, waits until it says so, grants it, and waits until all is well. */
    private void lacking(List<Acls> listed, int removed, String user, Starting starting) throws Exception {
        Login login = removed % 2 == 0 ? Login.SCRAM : Login.MUTUAL_TLS;
        List<Acls> granted = new ArrayList<>(listed);
        Acls lacking = granted.remove(removed);
        grant(granted, login.principal(user));
        RunningProgram program = starting.start(login);
        program.awaitLog(lacking.missing());
        grant(List.of(lacking), login.principal(user));
        program.awaitReady();
        program.program().stop();
        assertThat(program.program().awaitEnd()).isZero();
        System.out.println("without " + lacking + ": "
                + program.log()
                        .lines()
                        .filter(line ->
                                Pattern.compile(lacking.missing()).matcher(line).find())
                        .findFirst()
                        .orElseThrow());
    }

    private interface Starting {
        RunningProgram start(Login login) throws IOException;
    }

    private static List<Acls> missing(List<Acls> all) {
        return Boolean.getBoolean("secured.every") ? all : Acls.kinds(all);
    }

    private void grant(List<Acls> acls, String principal) throws Exception {
        List<AclBinding> bindings = acls.stream().map(acl -> acl.of(principal)).toList();
        admin.createAcls(bindings).all().get(1, TimeUnit.MINUTES);
    }

    private RunningProgram bridge(String names, Login login, String host) throws IOException {
        return bridge(names, login, host, registry.url(HOST));
    }

    private RunningProgram bridge(String names, Login login, String host, String registryUrl) throws IOException {
        int port = FreePort.find();
        Map<String, String> settings = settings("bridge", names, login, List.of("producer.", "admin."));
        settings.put("schema.registry.url", registryUrl);
        settings.put(
                "livechat.url",
                "wss://" + host + ":" + secureLiveChat.port() + liveChat.url().getPath());
        settings.put("livechat.token", secret("livechat"));
        settings.put("livechat.tls.truststore.location", authority.certificate().toString());
        settings.put("livechat.tls.truststore.type", "PEM");
        settings.put("journal.dir", directory.resolve("journal-" + port).toString());
        settings.put("bridge.group", "main");
        settings.put("topics.partitions", "1");
        settings.put("http.listen", "127.0.0.1:" + port);
        return program("bridge", ROOT.resolve("bridge/target/bridge.jar"), port, settings);
    }

    private RunningProgram views(String names, Login login) throws IOException {
        int port = FreePort.find();
        Map<String, String> settings = settings("views", names, login, List.of("streams."));
        settings.put("application.id", names + "-views");
        settings.put("state.dir", directory.resolve("state-" + port).toString());
        settings.put("http.listen", "127.0.0.1:" + port);
        return program("views", ROOT.resolve("streams-topology/target/streams-topology.jar"), port, settings);
    }

    private Map<String, String> settings(String user, String names, Login login, List<String> clients) {
        Map<String, String> settings = new TreeMap<>();
        settings.put("topics.prefix", names + ".");
        settings.put("bootstrap.servers", login == Login.SCRAM ? scram : mutual);
        settings.put("schema.registry.url", registry.url(HOST));
        settings.put("schema.registry.basic.auth.credentials.source", "USER_INFO");
        settings.put("schema.registry.basic.auth.user.info", secret("registry"));
        settings.put(
                "schema.registry.ssl.truststore.location",
                authority.certificate().toString());
        settings.put("schema.registry.ssl.truststore.type", "PEM");
        for (String client : clients) {
            settings.put(
                    client + "ssl.truststore.location", authority.certificate().toString());
            settings.put(client + "ssl.truststore.type", "PEM");
            if (login == Login.SCRAM) {
                settings.put(client + "security.protocol", "SASL_SSL");
                settings.put(client + "sasl.mechanism", "SCRAM-SHA-512");
                settings.put(
                        client + "sasl.jaas.config",
                        "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"" + user
                                + "\" password=\"" + secret("kafka") + "\";");
            } else {
                settings.put(client + "security.protocol", "SSL");
                settings.put(
                        client + "ssl.keystore.location",
                        directory.resolve("keys/" + user + ".p12").toString());
                settings.put(client + "ssl.keystore.type", "PKCS12");
                settings.put(client + "ssl.keystore.password", secret("keys"));
            }
        }
        return settings;
    }

    private String secret(String key) {
        return "${file:" + directory.resolve("secrets.properties") + ":" + key + "}";
    }

    private RunningProgram program(String name, Path jar, int port, Map<String, String> settings) throws IOException {
        StringBuilder text = new StringBuilder();
        settings.forEach(
                (key, value) -> text.append(key).append('=').append(value).append('\n'));
        Path file = Files.writeString(directory.resolve(name + "-" + port + ".properties"), text);
        JarProgram program = opened(new JarProgram(
                name,
                jar,
                List.of("-Xmx256m"),
                List.of("--config", file.toString()),
                directory.resolve(name + "-" + port + ".log")));
        program.start();
        return new RunningProgram(program, port);
    }

    private <T extends AutoCloseable> T opened(T closeable) {
        open.add(closeable);
        return closeable;
    }
}
