package org.chatbridge.streams;

import java.util.List;
import org.apache.avro.Schema;
import org.chatbridge.avro.Gap;
import org.chatbridge.schema.OwnRecord;

/** Every stretch of time in which the bridge could not see LiveChat, by the id of the connection that was lost. */
final class GapsView implements View<Gap> {
    static final String NAME = "gaps";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Schema stateSchema() {
        return Gap.getClassSchema();
    }

    @Override
    public List<Fact<?, Gap>> facts() {
        return List.of(Fact.of(OwnRecord.GAP, Gap.class, GapsFold::told));
    }
}
