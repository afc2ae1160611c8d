package org.chatbridge.schema;

import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Where the key of an action's Kafka record is found: a path of fields, from the schema's property {@code livechat.key}.
 *
 * <p>The path {@code @agent_id} stands for the agent that the bridge is logged in as, whom the push itself does not name.
 * Where there is nothing at the end of the path, or an empty string, the key is {@code livechat.key.default}, else the empty
 * string: never null, so that a consumer may always decode it.
 */
public final class RecordKey {
    private static final String OWN_AGENT = "@agent_id";

    private final int[] positions;
    private final String absent;
    private final boolean ownAgent;

    private RecordKey(int[] positions, String absent, boolean ownAgent) {
        this.positions = positions;
        this.absent = absent;
        this.ownAgent = ownAgent;
    }

    static RecordKey of(Schema schema) {
        String path = schema.getProp("livechat.key");
        if (path == null) {
            throw new IllegalStateException(schema.getFullName() + " has no property livechat.key");
        }
        String byDefault = schema.getProp("livechat.key.default");
        String absent = byDefault == null ? "" : byDefault;
        return path.equals(OWN_AGENT)
                ? new RecordKey(new int[0], absent, true)
                : new RecordKey(positions(schema, path), absent, false);
    }

    /** A record as far as its key is concerned. */
    @FunctionalInterface
    public interface Fields {
        /** The field at a position: {@code Fields} where it is a record; null where there is nothing. */
        @Nullable
        Object get(int position);
    }

    /**
     * The key of a record.
     *
     * @param record of the action's schema
     * @param ownAgentId the agent that the bridge is logged in as; null before the first login
     */
    public String of(Fields record, @Nullable String ownAgentId) {
        Object value = ownAgent ? ownAgentId : record;
        for (int position : positions) {
            value = value == null ? null : ((Fields) value).get(position);
        }
        String key = value == null ? "" : value.toString();
        return key.isEmpty() ? absent : key;
    }

    private static int[] positions(Schema schema, String path) {
        String[] names = path.split("\\.", -1);
        int[] positions = new int[names.length];
        Schema at = schema;
        for (int i = 0; i < names.length; i++) {
            Schema.Field field = at.getType() == Schema.Type.RECORD ? at.getField(names[i]) : null;
            if (field == null) {
                throw new IllegalStateException(
                        schema.getFullName() + ": livechat.key names " + path + ", and there is no " + names[i]);
            }
            positions[i] = field.pos();
            at = Nullables.valueOf(field.schema());
        }
        return positions;
    }
}
