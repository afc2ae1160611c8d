package org.chatbridge.bridge.convert;

import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.chatbridge.schema.Nullables;
import org.jspecify.annotations.Nullable;

/**
 * Reads a JSON object into a record, member by member; what has no field, or does not fit it, goes to the record's
 * {@code extra}.
 *
 * <p>Properties of the schema say where the wire differs from it: {@code livechat.aliases} (other names of a field),
 * {@code livechat.unwrap} (a member whose object stands for this one) and {@code livechat.hoist} (members that belong
 * into a record one level down; {@code *} means all that have a field there).
 */
final class RecordDecoder implements Decoder {
    private static final String EXTRA = "extra";
    private static final String ANY = "*";

    /** Fields that the bridge fills itself, by the name of the record: a member of the same name is not theirs. */
    private static final Map<String, Set<String>> STAMPED =
            Map.of("Push", Set.of("received_at", "connection_id", "sequence", "origin", "api_version", "action"));

    private static final Set<String> STAMPED_ANYWHERE = Set.of("push", EXTRA);

    private record Member(int position, Decoder decoder) {}

    private final Schema schema;
    private final int extra;
    private final Map<String, Member> members = new HashMap<>();
    private final Map<String, Member> hoisted = new HashMap<>();
    private final @Nullable String unwrapped;

    /** @throws IllegalArgumentException where a property of the schema makes no sense */
    RecordDecoder(Schema schema) {
        this.schema = schema;
        this.extra = required(schema, EXTRA).pos();
        for (Schema.Field field : schema.getFields()) {
            if (!STAMPED_ANYWHERE.contains(field.name())
                    && !STAMPED.getOrDefault(schema.getName(), Set.of()).contains(field.name())) {
                Member member = new Member(field.pos(), Decoders.of(field));
                members.put(field.name(), member);
                if (field.getObjectProp("livechat.aliases") instanceof List<?> aliases) {
                    aliases.forEach(alias -> members.put(String.valueOf(alias), member));
                }
            }
        }
        if (schema.getObjectProp("livechat.hoist") instanceof Map<?, ?> hoists) {
            hoists.forEach((name, field) -> hoisted.put(String.valueOf(name), into(String.valueOf(field))));
        }
        this.unwrapped = schema.getProp("livechat.unwrap");
    }

    /** A record without anything in it but an empty {@code extra}. */
    GenericData.Record empty() {
        GenericData.Record record = new GenericData.Record(schema);
        record.put(extra, Map.of());
        return record;
    }

    @Override
    public @Nullable Object read(JsonInput in) throws IOException {
        if (in.token() != JsonToken.START_OBJECT) {
            in.skipValue();
            in.misfit();
            return null;
        }
        GenericData.Record record = empty();
        readMembers(record, in, unwrapped);
        return record;
    }

    /**
     * Reads the value that the cursor stands on as a member of the record.
     *
     * @throws RepeatedMember where the field is taken and the input's members have not been made distinct
     */
    void readMember(GenericData.Record record, String name, JsonInput in) throws IOException {
        Member member = members.get(name);
        if (member != null) {
            readField(record, member, name, in);
        } else {
            keep(record, name, in.json(), in);
        }
    }

    /** Keeps JSON text in the record's {@code extra}. */
    void keep(GenericData.Record record, String name, String json, JsonInput in) {
        @SuppressWarnings("unchecked") // only this class writes the field
        Map<String, String> kept = (Map<String, String>) record.get(extra);
        if (kept.isEmpty()) {
            kept = new HashMap<>();
            record.put(extra, kept);
        }
        String free = Surrogates.replaceUnpaired(name);
        if (kept.containsKey(free)) {
            in.repeated();
            for (int i = 1; kept.containsKey(free); i++) {
                free = name + "#" + i;
            }
        }
        kept.put(free, json);
        in.kept();
    }

    /** @param wrapper the member whose object stands for this one; null where there is none, or it was met already */
    private void readMembers(GenericData.Record record, JsonInput in, @Nullable String wrapper) throws IOException {
        GenericData.Record below = null;
        String name = in.nextName();
        while (name != null) {
            JsonToken token = in.next();
            Member whole = members.get(name);
            Member hoist = whole != null ? null : hoisted.getOrDefault(name, hoisted.get(ANY));
            if (name.equals(wrapper) && token == JsonToken.START_OBJECT) {
                readMembers(record, in, null); // once: however deep a frame nests, the stack does not grow with it
            } else if (hoist != null
                    && hoist.decoder() instanceof RecordDecoder decoder
                    && decoder.members.containsKey(name)
                    && (hoisted.containsKey(name) || record.get(hoist.position()) == below)) {
                if (!(record.get(hoist.position()) instanceof GenericData.Record)) {
                    below = decoder.empty();
                    record.put(hoist.position(), below);
                }
                decoder.readMember((GenericData.Record) record.get(hoist.position()), name, in);
            } else if (below != null
                    && token == JsonToken.START_OBJECT
                    && whole != null
                    && record.get(whole.position()) == below
                    && whole.decoder() instanceof RecordDecoder decoder) {
                decoder.readMembers(below, in, decoder.unwrapped);
            } else {
                readMember(record, name, in);
            }
            name = in.nextName();
        }
    }

    private void readField(GenericData.Record record, Member member, String name, JsonInput in) throws IOException {
        if (record.get(member.position()) != null) {
            in.repeated();
            if (in.token() != JsonToken.VALUE_NULL) {
                keep(record, name, in.json(), in);
            }
        } else if (in.token() != JsonToken.VALUE_NULL) {
            int start = in.valueStart();
            Object value = member.decoder().read(in);
            if (in.takeMisfit()) {
                keep(record, name, in.slice(start, in.valueEnd()), in);
            }
            record.put(member.position(), value);
        }
    }

    private Member into(String name) {
        Schema.Field field = required(schema, name);
        Schema target = Nullables.valueOf(field.schema());
        if (target.getType() != Schema.Type.RECORD) {
            throw new IllegalArgumentException(schema.getFullName() + ": livechat.hoist names no record: " + name);
        }
        return new Member(field.pos(), new RecordDecoder(target));
    }

    private static Schema.Field required(Schema schema, String name) {
        Schema.Field field = schema.getField(name);
        if (field == null) {
            throw new IllegalArgumentException(schema.getFullName() + " has no field " + name);
        }
        return field;
    }
}
