package org.chatbridge.bridge.convert;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonToken;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.avro.Schema;
import org.chatbridge.schema.Nullables;
import org.jspecify.annotations.Nullable;

/**
 * Reads a JSON object into a record, member by member; what has no field, or does not fit it, goes to the record's
 * {@code extra}.
 *
 * <p>Properties of the schema say where the wire differs from it: {@code livechat.aliases} (other names of a field),
 * {@code livechat.unwrap} (a member whose object stands for this one) and {@code livechat.hoist} (members that belong
 * into a record one level down; {@code *} means all that have a field there, and, unless that record comes itself, what has none). For
 * one thread.
 */
final class RecordDecoder {
    private static final String EXTRA = "extra";
    private static final String ANY = "*";
    private static final int NONE = -1;

    /** Fields that the bridge fills itself, by the name of the record: a member of the same name is not theirs. */
    private static final Map<String, Set<String>> STAMPED =
            Map.of("Push", Set.of("received_at", "connection_id", "sequence", "origin", "api_version", "action"));

    private static final Set<String> STAMPED_ANYWHERE = Set.of("push", EXTRA);

    /**
     * A field that members can be read into: one of the two decoders is there.
     *
     * @param text whether a plain string is its value as it stands
     * @param value of a field that is no record
     * @param record of one that is
     */
    private record Member(
            int position,
            boolean text,
            @Nullable Decoder value,
            @Nullable RecordDecoder record) {}

    /**
     * Where a member of some name goes.
     *
     * @param whole its own field; null where there is none
     * @param below where it goes one level down; null where it does not
     * @param unwrap whether its object stands for this one
     * @param plain whether it has nothing but its own field, which is no record: so it is with most
     */
    private record Route(@Nullable Member whole, @Nullable Below below, boolean unwrap, boolean plain) {
        Route(@Nullable Member whole, @Nullable Below below, boolean unwrap) {
            this(whole, below, unwrap, whole != null && whole.record() == null && below == null && !unwrap);
        }
    }

    /**
     * A field of a record one level down.
     *
     * @param record position of that record
     * @param named whether the member goes there by its name, and not because any member may
     */
    private record Below(int record, Member member, boolean named) {}

    private final RecordPlan plan;
    private final Map<String, Member> members = new HashMap<>();
    private final NameTable<Route> routes;

    /** The record one level down that any member may go to. */
    private final int any;

    /** @throws IllegalArgumentException where a property of the schema makes no sense */
    RecordDecoder(Schema schema) {
        this(schema, Map.of());
    }

    /** @param renamed members that mean another field than that of their name ({@code livechat.renamed}) */
    RecordDecoder(Schema schema, Map<String, String> renamed) {
        this.plan = new RecordPlan(schema);
        required(schema, EXTRA);
        for (Schema.Field field : schema.getFields()) {
            if (!STAMPED_ANYWHERE.contains(field.name())
                    && !STAMPED.getOrDefault(schema.getName(), Set.of()).contains(field.name())) {
                Member member = member(field);
                members.put(field.name(), member);
                if (field.getObjectProp("livechat.aliases") instanceof List<?> aliases) {
                    aliases.forEach(alias -> members.put(String.valueOf(alias), member));
                }
            }
        }
        renamed.forEach((name, field) -> members.put(name, member(required(schema, field))));
        Map<String, Member> hoisted = new HashMap<>();
        if (schema.getObjectProp("livechat.hoist") instanceof Map<?, ?> hoists) {
            hoists.forEach((name, field) -> hoisted.put(String.valueOf(name), into(schema, String.valueOf(field))));
        }
        Member anys = hoisted.get(ANY);
        this.any = anys == null ? NONE : anys.position();
        this.routes = new NameTable<>(routes(hoisted, schema.getProp("livechat.unwrap")));
    }

    private static Member member(Schema.Field field) {
        Schema schema = Nullables.valueOf(field.schema());
        boolean plain = field.getProp("livechat.form") == null;
        return schema.getType() == Schema.Type.RECORD && plain
                ? new Member(field.pos(), false, null, new RecordDecoder(schema))
                : new Member(field.pos(), plain && schema.getType() == Schema.Type.STRING, Decoders.of(field), null);
    }

    private static Member into(Schema schema, String name) {
        Schema.Field field = required(schema, name);
        Schema target = Nullables.valueOf(field.schema());
        if (target.getType() != Schema.Type.RECORD) {
            throw new IllegalArgumentException(schema.getFullName() + ": livechat.hoist names no record: " + name);
        }
        return new Member(field.pos(), false, null, new RecordDecoder(target));
    }

    private Map<String, Route> routes(Map<String, Member> hoisted, @Nullable String unwrapped) {
        Set<String> names = new HashSet<>(members.keySet());
        hoisted.values().forEach(hoist -> names.addAll(below(hoist).members.keySet()));
        if (unwrapped != null) {
            names.add(unwrapped);
        }
        Map<String, Route> all = new HashMap<>();
        for (String name : names) {
            Member whole = members.get(name);
            Member hoist = whole != null ? null : hoisted.getOrDefault(name, hoisted.get(ANY));
            Member member = hoist == null ? null : below(hoist).members.get(name);
            Below below = hoist == null || member == null
                    ? null
                    : new Below(hoist.position(), member, hoisted.containsKey(name));
            if (whole != null || below != null || name.equals(unwrapped)) {
                all.put(name, new Route(whole, below, name.equals(unwrapped)));
            }
        }
        return all;
    }

    private static RecordDecoder below(Member hoist) {
        RecordDecoder decoder = hoist.record();
        if (decoder == null) {
            throw new IllegalStateException("no record");
        }
        return decoder;
    }

    RecordPlan plan() {
        return plan;
    }

    /** Reads the members of the object that the cursor stands on. What they hold is written, in any order; {@link Slots#write} brings order. */
    void readMembers(Slots record, JsonInput in, AvroBytes out) {
        readMembers(record, in, out, true);
    }

    /** @param unwraps whether a member may stand for the whole: once, so that however deep a frame nests, the stack does not grow with it */
    private void readMembers(Slots record, JsonInput in, AvroBytes out, boolean unwraps) {
        int opened = NONE; // the record one level down that members were read into
        boolean itself = false; // whether that record came as such, too
        boolean unwrapped = false;
        for (var at = routes.next(in, routes.start()); at != null; at = routes.next(in, at)) {
            Route route = at.value();
            if (route == null) {
                keepNext(record, in, out);
                continue;
            }
            long name = in.name();
            JsonToken token = in.next();
            Member whole = route.whole();
            if (whole != null && route.plain()) {
                readField(record, whole, name, in, out);
                continue;
            }
            Below below = route.below();
            boolean unwrap = route.unwrap() && unwraps;
            if (unwrap) {
                if (unwrapped) {
                    in.repeated(); // it may have filled other fields
                }
                unwrapped = true;
            }
            if (unwrap && token == JsonToken.START_OBJECT) {
                readMembers(record, in, out, false);
            } else if (below != null && (below.named() || below.record() == opened || !record.has(below.record()))) {
                if (!record.has(below.record())) {
                    opened = below.record();
                }
                readField(record.record(below.record()), below.member(), name, in, out);
            } else if (whole == null) {
                keep(record, in.text(name), in.valueStart(), in.skipValue(), in, out);
            } else if (whole.position() == opened && whole.record() != null && token == JsonToken.START_OBJECT) {
                itself = true;
                whole.record().readMembers(record.record(opened), in, out);
            } else {
                readField(record, whole, name, in, out);
            }
        }
        if (opened != NONE && opened == any && !itself) {
            record.moveKept(record.record(opened));
        }
    }

    /**
     * Reads the member whose name the cursor stands on.
     *
     * @throws RepeatedMember where the field is taken and the input's members have not been made distinct
     */
    void readMember(Slots record, JsonInput in, AvroBytes out) {
        Route route = routes.get(in);
        Member whole = route == null ? null : route.whole();
        if (whole == null) {
            keepNext(record, in, out);
        } else {
            long name = in.name();
            in.next();
            readField(record, whole, name, in, out);
        }
    }

    private static void keepNext(Slots record, JsonInput in, AvroBytes out) {
        long name = in.name();
        in.next();
        keep(record, in.text(name), in.valueStart(), in.skipValue(), in, out);
    }

    /** Keeps a stretch of the frame in the record's {@code extra}. */
    static void keep(Slots record, String name, int start, int end, JsonInput in, AvroBytes out) {
        String own = Surrogates.replaceUnpaired(name);
        String free = own;
        if (record.hasKept(free)) {
            in.repeated();
            for (int i = 1; record.hasKept(free); i++) {
                free = own + "#" + i;
            }
        }
        int entry = out.size();
        out.text(free.getBytes(UTF_8));
        in.copySlice(start, end, out);
        record.keep(free, entry, out.size());
        in.kept();
    }

    private static void readField(Slots record, Member member, long name, JsonInput in, AvroBytes out) {
        if (member.text()
                && !record.isMet(member.position())
                && in.token() == JsonToken.VALUE_STRING
                && in.leaveText(record, member.position())) {
            return;
        }
        int start = in.valueStart();
        if (record.hasRefused(member.position())) {
            in.repeated(); // what is in extra may have this very name
        }
        if (record.has(member.position())) {
            in.repeated();
            if (in.token() != JsonToken.VALUE_NULL) {
                keep(record, in.text(name), start, in.skipValue(), in, out);
            }
        } else if (in.token() != JsonToken.VALUE_NULL) {
            if (member.record() == null) {
                readValue(record, member, in, out);
            } else if (in.token() == JsonToken.START_OBJECT) {
                member.record().readMembers(record.record(member.position()), in, out);
            } else {
                in.skipValue();
                in.misfit();
            }
            if (in.takeMisfit()) {
                keep(record, in.text(name), start, in.valueEnd(), in, out);
                if (!record.has(member.position())) {
                    record.refuse(member.position());
                }
            }
        }
    }

    private static void readValue(Slots record, Member member, JsonInput in, AvroBytes out) {
        Decoder decoder = Objects.requireNonNull(member.value());
        int value = out.size();
        if (decoder.read(in, out)) {
            record.put(member.position(), value, out.size());
        } else {
            out.backTo(value);
        }
    }

    private static Schema.Field required(Schema schema, String name) {
        Schema.Field field = schema.getField(name);
        if (field == null) {
            throw new IllegalArgumentException(schema.getFullName() + " has no field " + name);
        }
        return field;
    }
}
