package org.chatbridge.streams;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyQueryMetadata;
import org.apache.kafka.streams.StreamsMetadata;
import org.apache.kafka.streams.state.HostInfo;
import org.chatbridge.program.HostPort;
import org.chatbridge.streams.StoreReader.ServedBy;
import org.chatbridge.streams.StoreReader.UnavailableException;
import org.jspecify.annotations.Nullable;

/** Knows which instance keeps which part of a store. */
final class KeyLocator {
    private final KafkaStreams streams;
    private final HostInfo self;

    KeyLocator(KafkaStreams streams, HostPort self) {
        this.streams = streams;
        this.self = new HostInfo(self.host(), self.port());
    }

    /**
     * Where a key is.
     *
     * @param partition of the store
     * @param here how this instance keeps it; null where it does not
     * @param active the instance that folds it
     */
    record Location(int partition, @Nullable ServedBy here, HostPort active) {}

    Location locate(String store, String key) {
        KeyQueryMetadata metadata = streams.queryMetadataForKey(store, key, new StringSerializer());
        if (metadata == null || metadata.equals(KeyQueryMetadata.NOT_AVAILABLE)) {
            throw new UnavailableException("which instance keeps " + store + " is being decided");
        }
        ServedBy here = metadata.activeHost().equals(self)
                ? ServedBy.ACTIVE
                : metadata.standbyHosts().contains(self) ? ServedBy.STANDBY : null;
        return new Location(metadata.partition(), here, hostPort(metadata.activeHost()));
    }

    /** How this instance keeps each partition of a store, and who keeps those that it does not. */
    record Parts(Map<Integer, ServedBy> here, List<HostPort> elsewhere) {}

    /**
     * The parts of a store.
     *
     * @param topics the sources of the store
     */
    Parts parts(String store, Collection<String> topics) {
        Map<Integer, ServedBy> here = new TreeMap<>();
        Map<Integer, HostPort> active = new TreeMap<>();
        for (StreamsMetadata metadata : streams.streamsMetadataForStore(store)) {
            boolean isSelf = metadata.hostInfo().equals(self);
            for (int partition : partitions(metadata.topicPartitions(), topics)) {
                active.put(partition, hostPort(metadata.hostInfo()));
                if (isSelf) {
                    here.put(partition, ServedBy.ACTIVE);
                }
            }
            if (isSelf) {
                partitions(metadata.standbyTopicPartitions(), topics)
                        .forEach(partition -> here.putIfAbsent(partition, ServedBy.STANDBY));
            }
        }
        if (active.isEmpty() && here.isEmpty()) {
            throw new UnavailableException("which instance keeps " + store + " is being decided");
        }
        List<HostPort> elsewhere = new ArrayList<>();
        active.forEach((partition, host) -> {
            if (!here.containsKey(partition) && !elsewhere.contains(host)) {
                elsewhere.add(host);
            }
        });
        return new Parts(here, elsewhere);
    }

    private static List<Integer> partitions(Set<TopicPartition> all, Collection<String> topics) {
        return all.stream()
                .filter(partition -> topics.contains(partition.topic()))
                .map(TopicPartition::partition)
                .distinct()
                .toList();
    }

    private static HostPort hostPort(HostInfo host) {
        return new HostPort(host.host(), host.port());
    }
}
