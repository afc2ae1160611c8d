package org.chatbridge.streams;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyQueryMetadata;
import org.apache.kafka.streams.StreamsMetadata;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.state.HostInfo;
import org.chatbridge.program.HostPort;
import org.chatbridge.streams.StoreReader.UnavailableException;
import org.jspecify.annotations.Nullable;

/**
 * Asks Kafka Streams where things are. All sources of a store have the same partitions and belong to one sub-topology, so a
 * partition of the store is where that of any source is; facts that come by way of a topic between views do not change that.
 */
final class KeyLocator implements Locator {
    private final KafkaStreams streams;
    private final HostPort self;

    KeyLocator(KafkaStreams streams, HostPort self) {
        this.streams = streams;
        this.self = self;
    }

    @Override
    public HostPort self() {
        return self;
    }

    @Override
    public Copies ofKey(String store, String key) {
        KeyQueryMetadata metadata;
        try {
            metadata = streams.queryMetadataForKey(store, key, new StringSerializer());
        } catch (StreamsException | IllegalStateException e) {
            throw undecided(store);
        }
        if (metadata == null || metadata.equals(KeyQueryMetadata.NOT_AVAILABLE)) {
            throw undecided(store);
        }
        return new Copies(
                metadata.partition(),
                hostPort(metadata.activeHost()),
                metadata.standbyHosts().stream().map(KeyLocator::reachable).toList());
    }

    @Override
    public List<Copies> all(String store, Collection<String> topics) {
        Map<Integer, HostPort> active = new HashMap<>();
        Map<Integer, List<HostPort>> standbys = new HashMap<>();
        Set<Integer> partitions = new TreeSet<>();
        for (StreamsMetadata metadata : metadata(store)) {
            HostPort host = hostPort(metadata.hostInfo());
            if (host == null) {
                continue;
            }
            for (int partition : partitions(metadata.topicPartitions(), topics)) {
                partitions.add(partition);
                active.put(partition, host);
            }
            for (int partition : partitions(metadata.standbyTopicPartitions(), topics)) {
                partitions.add(partition);
                standbys.computeIfAbsent(partition, any -> new ArrayList<>()).add(host);
            }
        }
        List<Copies> all = new ArrayList<>();
        for (int partition : partitions) {
            if (partition != all.size()) {
                throw undecided(store);
            }
            all.add(new Copies(partition, active.get(partition), standbys.getOrDefault(partition, List.of())));
        }
        if (all.isEmpty()) {
            throw undecided(store);
        }
        return all;
    }

    private Collection<StreamsMetadata> metadata(String store) {
        try {
            return streams.streamsMetadataForStore(store);
        } catch (StreamsException | IllegalStateException e) {
            throw undecided(store);
        }
    }

    private static UnavailableException undecided(String store) {
        return new UnavailableException("which instance keeps " + store + " is being decided");
    }

    private static List<Integer> partitions(Set<TopicPartition> all, Collection<String> topics) {
        return all.stream()
                .filter(partition -> topics.contains(partition.topic()))
                .map(TopicPartition::partition)
                .distinct()
                .toList();
    }

    private static @Nullable HostPort hostPort(HostInfo host) {
        return host.equals(HostInfo.unavailable()) ? null : reachable(host);
    }

    private static HostPort reachable(HostInfo host) {
        return new HostPort(host.host(), host.port());
    }
}
