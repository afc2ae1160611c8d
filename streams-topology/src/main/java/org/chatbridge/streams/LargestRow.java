package org.chatbridge.streams;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How large what is kept under one key may be: as every topic takes it that the views write to. Those that were made beforehand may
 * take less than the views would have them; until Kafka has told, all count as made by the views. By any thread.
 */
final class LargestRow {
    private static final Logger LOG = LoggerFactory.getLogger(LargestRow.class);

    /** For the key, and for what a row has beside the state that it is made of. */
    private static final int REST_BYTES = 1 << 20;

    /** Of a topic that takes little the rest is such a part. */
    private static final int PART = 8;

    private volatile int recordBytes = StreamsProperties.LARGEST_ROW_BYTES;
    private Map<String, Integer> told = Map.of();

    /** In bytes, of a value as it is stored. */
    int valueBytes() {
        return recordBytes - Math.min(REST_BYTES, recordBytes / PART);
    }

    /**
     * Asks Kafka. What it does not tell, or not this user, changes nothing.
     *
     * @param topics that are there
     */
    void ask(Admin admin, Collection<String> topics, Duration answerWithin)
            throws InterruptedException, TimeoutException {
        Map<String, Integer> takes = new TreeMap<>();
        for (Map.Entry<ConfigResource, KafkaFuture<Config>> topic : admin.describeConfigs(topics.stream()
                        .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                        .toList())
                .values()
                .entrySet()) {
            try {
                ConfigEntry bytes = topic.getValue()
                        .get(answerWithin.toMillis(), TimeUnit.MILLISECONDS)
                        .get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG);
                if (bytes != null) {
                    takes.put(topic.getKey().name(), Integer.valueOf(bytes.value()));
                }
            } catch (ExecutionException e) {
                LOG.debug("{} may take less than is known", topic.getKey().name(), e);
            }
        }
        learned(takes);
    }

    /** @param takes how many bytes a record of each topic may have */
    synchronized void learned(Map<String, Integer> takes) {
        Map<String, Integer> less = new TreeMap<>(takes);
        less.values().removeIf(bytes -> bytes >= StreamsProperties.LARGEST_ROW_BYTES);
        recordBytes = less.values().stream().min(Integer::compare).orElse(StreamsProperties.LARGEST_ROW_BYTES);
        if (!less.isEmpty() && !less.equals(told)) {
            LOG.warn(
                    "{}={}: pushes with which a view would keep more than {} bytes under one key are left out of it; give these"
                            + " topics {}",
                    TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                    less,
                    valueBytes(),
                    StreamsProperties.LARGEST_ROW_BYTES);
        }
        told = less;
    }
}
