package org.chatbridge.streams;

import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.streams.TopologyDescription;
import org.chatbridge.schema.TopicNames;

/**
 * The topics that the views use, and what they do with each. A table of these for the operator is deploy/kafka/views.acls.
 *
 * @param read those that the bridge makes
 * @param told those of the views' rows
 * @param internal those of Kafka Streams, with what has to be allowed on each
 * @param looked whether it is to be looked at what is allowed
 */
record KafkaNeeds(Set<String> read, Set<String> told, Map<String, Set<AclOperation>> internal, boolean looked) {
    private static final Set<AclOperation> READ = EnumSet.of(AclOperation.READ);
    private static final Set<AclOperation> READ_WRITE = EnumSet.of(AclOperation.READ, AclOperation.WRITE);
    /** Kafka Streams deletes what all have read, or the topic would grow without end. */
    private static final Set<AclOperation> READ_WRITE_DELETE =
            EnumSet.of(AclOperation.READ, AclOperation.WRITE, AclOperation.DELETE);

    static KafkaNeeds of(TopicNames topics, String applicationId, TopologyDescription topology) {
        Map<String, Set<AclOperation>> internal = new TreeMap<>();
        topology.subtopologies().stream()
                .flatMap(part -> part.nodes().stream())
                .filter(TopologyDescription.Processor.class::isInstance)
                .flatMap(node -> ((TopologyDescription.Processor) node).stores().stream())
                .filter(store -> !Names.isMadeAnew(store))
                .forEach(store -> internal.put(applicationId + "-" + store + "-changelog", READ_WRITE));
        Set<String> read = new TreeSet<>();
        Views.sources().forEach(source -> read.add(source.in(topics, applicationId)));
        Views.ALL.stream()
                .flatMap(view -> view.sources().stream())
                .filter(Source::betweenViews)
                .forEach(source -> internal.put(source.in(topics, applicationId), READ_WRITE_DELETE));
        Set<String> told = new TreeSet<>();
        Views.ALL.forEach(view -> told.add(topics.of(view.topic())));
        return new KafkaNeeds(read, told, internal, true);
    }

    /** All topics, with what has to be allowed on each that is there. */
    Map<String, Set<AclOperation>> all() {
        Map<String, Set<AclOperation>> all = new TreeMap<>(internal);
        read.forEach(topic -> all.put(topic, READ));
        told.forEach(topic -> all.put(topic, READ_WRITE));
        if (!looked) {
            all.replaceAll((topic, operations) -> EnumSet.of(AclOperation.DESCRIBE));
        }
        return all;
    }

    /** The same topics, which have to be shown and no more. */
    KafkaNeeds unlooked() {
        return new KafkaNeeds(read, told, internal, false);
    }

    /** Of these topics those that are made by the views, or for them. */
    List<String> own(Collection<String> topics) {
        return topics.stream().filter(topic -> !read.contains(topic)).toList();
    }
}
