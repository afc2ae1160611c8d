package org.chatbridge.schema;

import java.util.List;
import org.apache.avro.Schema;

/** The only union that the contract's schemas know: null and one type. */
public final class Nullables {
    private Nullables() {}

    /** The type beside null, or the schema itself where it is no union. */
    public static Schema valueOf(Schema schema) {
        if (schema.getType() != Schema.Type.UNION) {
            return schema;
        }
        List<Schema> values = schema.getTypes().stream()
                .filter(type -> type.getType() != Schema.Type.NULL)
                .toList();
        if (values.size() != 1) {
            throw new IllegalArgumentException("not a union of null and one type: " + schema);
        }
        return values.get(0);
    }
}
