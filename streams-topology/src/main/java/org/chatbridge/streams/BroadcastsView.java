package org.chatbridge.streams;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.chatbridge.avro.IncomingBroadcast;
import org.chatbridge.avro.Push;
import org.chatbridge.avro.view.BroadcastRow;
import org.chatbridge.schema.Action;
import org.chatbridge.schema.ViewTopic;

/**
 * The last broadcasts, by a key that sorts in time; of each the record itself is kept. They are partitioned by their author,
 * so that the last of all are among the last of each partition.
 */
final class BroadcastsView implements View<IncomingBroadcast, BroadcastRow> {
    /** So many are shown, and so many does each partition keep. */
    static final int MOST = 100;

    @Override
    public ViewTopic topic() {
        return ViewTopic.BROADCASTS;
    }

    @Override
    public Schema stateSchema() {
        return IncomingBroadcast.getClassSchema();
    }

    @Override
    public List<Fact<?, IncomingBroadcast>> facts() {
        // Of two with the same stamp, which are one, the first counts.
        return List.of(Fact.of(
                Action.INCOMING_BROADCAST, IncomingBroadcast.class, (push, known) -> known == null ? push : known));
    }

    @Override
    public String key(String author, SpecificRecord broadcast) {
        Push push = Source.push(broadcast);
        return String.format(Locale.ROOT, "%s/%019d", push.getConnectionId(), push.getSequence());
    }

    @Override
    public boolean keysAreThoseOfRecords() {
        return false;
    }

    @Override
    public int mostRows() {
        return MOST;
    }

    @Override
    public Optional<BroadcastRow> row(String key, IncomingBroadcast broadcast, Instant at) {
        return Optional.of(new BroadcastRow(
                key,
                broadcast.getAuthorId(),
                broadcast.getType(),
                broadcast.getContent(),
                broadcast.getPush().getReceivedAt()));
    }
}
