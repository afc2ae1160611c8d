package org.chatbridge.streams;

import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.chatbridge.program.Privileges;
import org.chatbridge.schema.TopicNames;
import org.chatbridge.schema.ViewTopic;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How large what a view keeps under one key may be: as every topic takes it that is written to for that view. Those that were made
 * beforehand may take less than the views would have them; until Kafka has told, all count as made by the views. By any thread.
 */
final class LargestRow {
    private static final Logger LOG = LoggerFactory.getLogger(LargestRow.class);

    /** For the key, and for what a row has beside the state that it is made of. */
    private static final int REST_BYTES = 1 << 20;

    /** Of a topic that takes little the rest is such a part. */
    private static final int PART = 8;

    private final TopicNames topics;
    private final String applicationId;
    private final Map<String, Integer> less = new TreeMap<>();
    private volatile Map<ViewTopic, Integer> recordBytes = Map.of();
    private boolean toldOfRefusal;

    LargestRow(TopicNames topics, String applicationId) {
        this.topics = topics;
        this.applicationId = applicationId;
    }

    /** In bytes, of a value as it is stored for a view. */
    int valueBytes(ViewTopic view) {
        int bytes = recordBytes.getOrDefault(view, StreamsProperties.LARGEST_ROW_BYTES);
        return bytes - Math.min(REST_BYTES, bytes / PART);
    }

    /**
     * Asks Kafka. What it does not tell changes nothing; where that is because it may not tell this user, the log says so once.
     *
     * @param there topics that are there
     */
    void ask(Admin admin, Collection<String> there, Duration answerWithin)
            throws InterruptedException, TimeoutException {
        Map<String, Integer> takes = new TreeMap<>();
        Privileges privileges = new Privileges();
        for (Map.Entry<ConfigResource, KafkaFuture<Config>> topic : admin.describeConfigs(there.stream()
                        .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                        .toList())
                .values()
                .entrySet()) {
            String name = topic.getKey().name();
            try {
                ConfigEntry bytes = topic.getValue()
                        .get(answerWithin.toMillis(), TimeUnit.MILLISECONDS)
                        .get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG);
                if (bytes != null) {
                    takes.put(name, Integer.valueOf(bytes.value()));
                }
            } catch (ExecutionException e) {
                LOG.debug("{} may take less than is known", name, e);
                if (e.getCause() instanceof AuthorizationException) {
                    privileges.lacks(AclOperation.DESCRIBE_CONFIGS, "topic", name);
                }
            }
        }
        refused(privileges);
        learned(takes);
    }

    private synchronized void refused(Privileges privileges) {
        if (!privileges.areComplete() && !toldOfRefusal) {
            LOG.warn(
                    "{}: whether a topic takes less than {} bytes ({}) is not known until then, and the views of its partition would"
                            + " stand still with a larger row",
                    privileges.missing("the views"),
                    StreamsProperties.LARGEST_ROW_BYTES,
                    TopicConfig.MAX_MESSAGE_BYTES_CONFIG);
            toldOfRefusal = true;
        }
    }

    /** @param takes how many bytes a record of each topic may have */
    synchronized void learned(Map<String, Integer> takes) {
        Map<String, Integer> before = new TreeMap<>(less);
        less.putAll(takes);
        less.values().removeIf(bytes -> bytes >= StreamsProperties.LARGEST_ROW_BYTES);
        Map<ViewTopic, Integer> ofViews = new EnumMap<>(ViewTopic.class);
        Views.ALL.forEach(view -> less.forEach((topic, bytes) -> {
            if (isOf(view, topic)) {
                ofViews.merge(view.topic(), bytes, Math::min);
            }
        }));
        recordBytes = Map.copyOf(ofViews);
        if (!less.isEmpty() && !less.equals(before)) {
            LOG.warn(
                    "{}={}: pushes with which the view of such a topic would keep more than it takes, less an eighth or 1 MiB, under one"
                            + " key are left out of that view; give these topics {}",
                    TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                    less,
                    StreamsProperties.LARGEST_ROW_BYTES);
        }
    }

    /** Whether what a view keeps is written to a topic: as its rows, in a changelog, or as what it tells another. */
    private boolean isOf(View<?, ?> view, String topic) {
        String own = applicationId + "-";
        return topic.equals(topics.of(view.topic()))
                || (topic.startsWith(own) && Names.isOf(view.name(), topic.substring(own.length())))
                || (view.tellsOfPeople() && topic.equals(Source.PEOPLE.in(topics, applicationId)));
    }
}
