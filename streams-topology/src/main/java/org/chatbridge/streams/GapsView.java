package org.chatbridge.streams;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;
import org.chatbridge.avro.Gap;
import org.chatbridge.avro.GapResync;
import org.chatbridge.avro.view.GapRow;
import org.chatbridge.avro.view.ResyncOfGap;
import org.chatbridge.schema.OwnRecord;
import org.chatbridge.schema.ViewTopic;
import org.jspecify.annotations.Nullable;

/** Every stretch of time in which the bridge could not see LiveChat, by the id of the connection that was lost. */
final class GapsView implements View<Gap, GapRow> {
    @Override
    public ViewTopic topic() {
        return ViewTopic.GAPS;
    }

    @Override
    public Schema stateSchema() {
        return Gap.getClassSchema();
    }

    @Override
    public List<Fact<?, Gap>> facts() {
        return List.of(Fact.of(OwnRecord.GAP, Gap.class, GapsFold::told));
    }

    @Override
    public Optional<GapRow> row(String key, Gap gap, Instant at) {
        return Optional.of(new GapRow(
                gap.getConnectionId(),
                gap.getOpenedAt(),
                gap.getClosedAt(),
                gap.getCause(),
                gap.getDetail(),
                gap.getRetrying(),
                gap.getLastSequence(),
                gap.getLastPushAt(),
                gap.getNextConnectionId(),
                gap.getFirstPushAt(),
                resync(gap.getResync())));
    }

    private static @Nullable ResyncOfGap resync(@Nullable GapResync resync) {
        return resync == null
                ? null
                : new ResyncOfGap(
                        resync.getCompletedAt(),
                        resync.getChats(),
                        resync.getOpenThreads(),
                        resync.getAgents(),
                        resync.getUnknown() == null ? List.of() : resync.getUnknown());
    }
}
