package org.chatbridge.streams;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.chatbridge.program.Privileges;
import org.chatbridge.schema.SchemaRegistry;
import org.chatbridge.schema.SchemaRegistryException;
import org.chatbridge.schema.TopicNames;

/**
 * What must be there before Kafka Streams can start: Kafka, the registry, the topics that the bridge makes, and what Kafka has
 * to allow. The topics of the views it makes itself.
 */
final class Prerequisites {
    private static final int NAMED_TOPICS = 3;

    private final Map<String, Object> adminSettings;
    private final SchemaRegistry registry;
    private final TopicNames topics;
    private final String applicationId;
    private final KafkaNeeds needs;
    private final LargestRow largest;
    private final MisplacedRecords misplaced;
    private final Duration answerWithin;

    /**
     * @param adminSettings of a Kafka admin client
     * @param needs what the views do in Kafka
     * @param largest told, where nothing is missing, what the topics take
     * @param misplaced told then how many partitions they have
     * @param answerWithin how long Kafka may take
     */
    Prerequisites(
            Map<String, Object> adminSettings,
            SchemaRegistry registry,
            TopicNames topics,
            String applicationId,
            KafkaNeeds needs,
            LargestRow largest,
            MisplacedRecords misplaced,
            Duration answerWithin) {
        this.adminSettings = adminSettings;
        this.registry = registry;
        this.topics = topics;
        this.applicationId = applicationId;
        this.needs = needs;
        this.largest = largest;
        this.misplaced = misplaced;
        this.answerWithin = answerWithin;
    }

    /** What is missing, each a sentence with the setting, its value and the remedy; may take some seconds. */
    List<String> missing() throws InterruptedException {
        List<String> missing = new ArrayList<>();
        kafka(missing);
        schemas(missing);
        return missing;
    }

    private void kafka(List<String> missing) throws InterruptedException {
        try (Admin admin = Admin.create(adminSettings)) {
            Privileges privileges = new Privileges();
            Map<String, TopicDescription> there = privileges.lookAtTopics(admin, needs.all(), answerWithin);
            if (needs.looked()) {
                privileges.lookAtGroup(admin, applicationId, answerWithin);
            }
            if (privileges.areComplete() && there.keySet().containsAll(needs.read())) {
                partitions(there, missing);
                if (missing.isEmpty() && needs.looked()) {
                    lookWhatCanBeMade(admin, there.keySet(), privileges);
                }
            }
            if (!privileges.areComplete()) {
                missing.add(at() + privileges.missing("the views"));
            } else if (!there.keySet().containsAll(needs.read())) {
                missing.add(absent(there.keySet()));
            } else if (missing.isEmpty()) {
                new ViewTopics(topics, StreamsProperties.LARGEST_ROW_BYTES).make(admin, there, answerWithin);
                largest.ask(admin, needs.own(there.keySet()), answerWithin);
                misplaced.learned(there.values().stream()
                        .collect(Collectors.toMap(TopicDescription::name, topic -> topic.partitions()
                                .size())));
            }
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            missing.add(at()
                    + Privileges.missing("the views", e, "DESCRIBE", "")
                            .orElseGet(() -> (e instanceof ApiException ? e : e.getCause())
                                                    instanceof ApiException refusal
                                            && !isSilence(refusal)
                                    ? "Kafka refuses: " + refusal.getMessage()
                                    : "Kafka does not answer (" + reason(e) + "); start it or correct the address"));
        }
    }

    private String at() {
        return ViewsKeys.BOOTSTRAP_SERVERS + "=" + adminSettings.get(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG) + ": ";
    }

    private String absent(Set<String> there) {
        TreeSet<String> absent = new TreeSet<>(needs.read());
        absent.removeAll(there);
        return ViewsKeys.TOPICS_PREFIX + "=" + topics.prefix() + ": there is no topic "
                + String.join(", ", absent.stream().limit(NAMED_TOPICS).toList())
                + (absent.size() > NAMED_TOPICS ? " (and " + (absent.size() - NAMED_TOPICS) + " more)" : "")
                + "; the bridge makes them when it starts, and looks for them every two minutes";
    }

    /** Whether those that are to be made may be, by this program or by Kafka Streams. */
    private void lookWhatCanBeMade(Admin admin, Set<String> there, Privileges privileges)
            throws InterruptedException, TimeoutException {
        Set<String> absent = new TreeSet<>(needs.all().keySet());
        absent.removeAll(there);
        List<NewTopic> wanted = needs.own(absent).stream()
                .map(name -> new NewTopic(name, Optional.of(1), Optional.empty()))
                .toList();
        for (var topic : admin.createTopics(
                        wanted,
                        new CreateTopicsOptions()
                                .validateOnly(true)
                                .timeoutMs(Math.toIntExact(answerWithin.toMillis())))
                .values()
                .entrySet()) {
            try {
                topic.getValue().get(answerWithin.toMillis(), TimeUnit.MILLISECONDS);
            } catch (ExecutionException e) {
                if (e.getCause() instanceof AuthorizationException) {
                    privileges.lacks(AclOperation.CREATE, "topic", topic.getKey());
                } // what else is wrong shows when it is made, with its own number of partitions and replicas
            }
        }
    }

    private void partitions(Map<String, TopicDescription> descriptions, List<String> missing) {
        for (View<?, ?> view : Views.ALL) {
            Map<Integer, String> topicByPartitions = new TreeMap<>();
            for (Source source : view.sources()) {
                if (source.betweenViews()) {
                    continue;
                }
                String topic = topics.prefix() + source.topic();
                TopicDescription description = descriptions.get(topic);
                if (description != null) {
                    topicByPartitions.put(description.partitions().size(), topic);
                }
            }
            if (topicByPartitions.size() > 1) {
                missing.add(ViewsKeys.TOPICS_PREFIX + "=" + topics.prefix() + ": the topics of the view " + view.name()
                        + " differ in their numbers of partitions " + topicByPartitions
                        + "; give them the same number, then delete the consumer group and changelogs of "
                        + applicationId);
            }
        }
    }

    /** The stores write through the registry: what it refuses now would stop them later. */
    private void schemas(List<String> missing) {
        Map<String, Schema> written = new LinkedHashMap<>();
        for (View<?, ?> view : Views.ALL) {
            written.put(applicationId + "-" + view.name() + "-changelog", view.stateSchema());
            written.put(topics.of(view.topic()), view.topic().schema());
            if (view.keepsHistory()) {
                written.put(
                        applicationId + "-" + Names.history(view.name()) + "-changelog",
                        view.topic().schema());
            }
            view.sources().stream()
                    .filter(Source::betweenViews)
                    .forEach(source -> written.put(source.in(topics, applicationId), source.schema()));
        }
        ActivityParts.STORES.forEach(
                (store, schema) -> written.put(applicationId + "-" + store + "-changelog", schema));
        try {
            written.forEach((topic, schema) -> registry.register(TopicNames.subject(topic), schema));
        } catch (SchemaRegistryException e) {
            missing.add(e.getMessage()
                    + (e.isTransient()
                            ? "; start the registry or correct the address"
                            : "; correct the settings schema.registry.*"));
        }
    }

    private static boolean isSilence(Throwable cause) {
        return cause instanceof TimeoutException || cause instanceof org.apache.kafka.common.errors.TimeoutException;
    }

    private String reason(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return isSilence(cause)
                ? "no answer within " + answerWithin.toMillis() + " ms"
                : String.valueOf(cause.getMessage());
    }
}
