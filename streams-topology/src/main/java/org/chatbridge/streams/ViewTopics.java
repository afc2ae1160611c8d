package org.chatbridge.streams;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.chatbridge.schema.TopicNames;

/** Makes the topics of the views that are not there: compacted, with as many partitions as those that the view reads. */
final class ViewTopics {
    /** How long after a row went compacted topics tell that it did. Kafka's default, too. */
    static final Duration TOMBSTONES_KEPT = Duration.ofDays(1);

    private final TopicNames topics;
    private final int largestRowBytes;

    ViewTopics(TopicNames topics, int largestRowBytes) {
        this.topics = topics;
        this.largestRowBytes = largestRowBytes;
    }

    /**
     * Makes what is not there.
     *
     * @param there the topics that there are of those that the views need: all that they read
     */
    void make(Admin admin, Map<String, TopicDescription> there, Duration answerWithin)
            throws InterruptedException, ExecutionException, TimeoutException {
        List<NewTopic> absent = new ArrayList<>();
        for (View<?, ?> view : Views.ALL) {
            String topic = topics.of(view.topic());
            if (!there.containsKey(topic)) {
                absent.add(
                        new NewTopic(topic, Optional.of(partitions(view, there)), Optional.empty()).configs(configs()));
            }
        }
        for (var made : admin.createTopics(absent).values().entrySet()) {
            try {
                made.getValue().get(answerWithin.toMillis(), TimeUnit.MILLISECONDS);
            } catch (ExecutionException e) {
                // Another instance was faster.
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw e;
                }
            }
        }
    }

    /** As many as the topics of the bridge that it reads, or as all of them where it only reads what other views tell it. */
    private int partitions(View<?, ?> view, Map<String, TopicDescription> there) {
        List<Source> own =
                view.sources().stream().filter(source -> !source.betweenViews()).toList();
        return (own.isEmpty() ? Views.sources() : own)
                .stream()
                        .map(source -> there.get(topics.prefix() + source.topic()))
                        .mapToInt(topic -> topic.partitions().size())
                        .max()
                        .orElse(1);
    }

    private Map<String, String> configs() {
        Map<String, String> configs = new HashMap<>();
        configs.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
        configs.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(largestRowBytes));
        configs.put(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "CreateTime");
        configs.put(TopicConfig.DELETE_RETENTION_MS_CONFIG, Long.toString(TOMBSTONES_KEPT.toMillis()));
        return configs;
    }
}
