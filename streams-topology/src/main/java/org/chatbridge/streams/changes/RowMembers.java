package org.chatbridge.streams.changes;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import org.apache.avro.specific.SpecificRecord;

/** How rows are JSON. */
@FunctionalInterface
public interface RowMembers {
    /** Writes the members of a row into an object that is begun. */
    void writeTo(SpecificRecord row, JsonGenerator json) throws IOException;
}
