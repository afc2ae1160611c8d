package org.chatbridge.streams;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyQueryMetadata;
import org.apache.kafka.streams.StreamsMetadata;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.state.HostInfo;
import org.chatbridge.program.HostPort;
import org.chatbridge.streams.StoreReader.UnavailableException;
import org.jspecify.annotations.Nullable;

/**
 * Asks Kafka Streams where things are, and remembers where partitions of keys are as long as the group shares them out in
 * the same way: to find that out, Kafka copies the names of all partitions of an instance, one query at a time.
 *
 * <p>All sources of a store have the same partitions and belong to one sub-topology, so a partition of the store is where
 * that of any source is; facts that come by way of a topic between views do not change that.
 */
final class KeyLocator implements Locator {
    private final KafkaStreams streams;
    private final HostPort self;
    private volatile Known known = new Known(List.of());

    /** What was learned while the group's metadata was this, by identity: it is made anew with every change. */
    private static final class Known {
        private final List<StreamsMetadata> group;
        private final ConcurrentMap<String, Integer> partitions = new ConcurrentHashMap<>();
        private final ConcurrentMap<String, ConcurrentMap<Integer, Copies>> copies = new ConcurrentHashMap<>();

        Known(List<StreamsMetadata> group) {
            this.group = group;
        }

        @SuppressWarnings("ReferenceEquality") // see above
        boolean isOf(Collection<StreamsMetadata> now) {
            if (group.isEmpty() || now.size() != group.size()) {
                return false;
            }
            int i = 0;
            for (StreamsMetadata one : now) {
                if (one != group.get(i++)) {
                    return false;
                }
            }
            return true;
        }

        @Nullable
        Copies of(String store, String key) {
            Integer count = partitions.get(store);
            return count == null
                    ? null
                    : copies.getOrDefault(store, new ConcurrentHashMap<>()).get(partition(key, count));
        }

        void put(String store, int count, Copies found) {
            copies.computeIfAbsent(store, any -> new ConcurrentHashMap<>()).put(found.partition(), found);
            partitions.put(store, count);
        }
    }

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
        Known last = known();
        Copies remembered = last.of(store, key);
        if (remembered != null) {
            return remembered;
        }
        KeyQueryMetadata metadata;
        AtomicInteger count = new AtomicInteger();
        try {
            metadata = streams.queryMetadataForKey(store, key, (topic, same, value, partitions) -> {
                count.set(partitions);
                return Optional.of(Set.of(partition(same, partitions)));
            });
        } catch (StreamsException | IllegalStateException e) {
            throw undecided(store);
        }
        if (metadata == null || metadata.equals(KeyQueryMetadata.NOT_AVAILABLE)) {
            throw undecided(store);
        }
        Copies found = new Copies(
                metadata.partition(),
                hostPort(metadata.activeHost()),
                metadata.standbyHosts().stream().map(KeyLocator::reachable).toList());
        if (count.get() > 0) {
            last.put(store, count.get(), found);
        }
        return found;
    }

    private Known known() {
        Collection<StreamsMetadata> now;
        try {
            now = streams.metadataForAllStreamsClients();
        } catch (StreamsException | IllegalStateException e) {
            throw new UnavailableException("which instance keeps what is being decided");
        }
        Known last = known;
        if (!last.isOf(now)) {
            last = new Known(List.copyOf(now));
            known = last;
        }
        return last;
    }

    /** As producers choose it. */
    static int partition(String key, int partitions) {
        return Utils.toPositive(Utils.murmur2(key.getBytes(StandardCharsets.UTF_8))) % partitions;
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
