package org.chatbridge.streams;

import java.util.List;
import org.apache.avro.Schema;
import org.apache.kafka.streams.StreamsBuilder;
import org.chatbridge.schema.Action;

/** A view: topics, and how they are folded into a store of the view's name. */
interface View {
    /** Also the name of the store. */
    String name();

    /** The topics, all with the same key and number of partitions. */
    List<Action> sources();

    /** The schema of what the store keeps. */
    Schema stateSchema();

    /** Adds the view's operators. */
    void addTo(StreamsBuilder builder, Sources sources);
}
