package org.chatbridge.bridge.convert;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.Schema;
import org.chatbridge.avro.OtherPush;
import org.chatbridge.avro.Push;
import org.chatbridge.bridge.frames.Frame;
import org.chatbridge.bridge.frames.Utf8;
import org.chatbridge.schema.Action;
import org.chatbridge.schema.OwnRecord;
import org.chatbridge.schema.RecordKey;
import org.chatbridge.schema.WireFormat;
import org.jspecify.annotations.Nullable;

/**
 * Turns a frame into the record of its action's topic. Envelope: PROTOCOL 1.2. Every frame has an answer: a typed record,
 * an {@code OtherPush} where the action has no type, a dead letter where the frame is not a push.
 *
 * <p>No scalar value of a push is dropped: what has no field is in the nearest {@code extra}. The frame is read once, from its bytes to
 * those of the record, without a tree between them. For one thread.
 */
public final class FrameConverter {
    private static final String LIVE = "live";
    private static final String REPLAY = "replay";

    private final byte[] apiVersion;
    private final Map<Action, Type> actions = new EnumMap<>(Action.class);
    private final Map<OwnRecord, Type> words = new EnumMap<>(OwnRecord.class);
    private final RecordDecoder pushes = new RecordDecoder(Push.getClassSchema());
    private final Slots push = new Slots(pushes.plan());
    private final Stamp stamp = new Stamp(Push.getClassSchema());
    private final Slots other = new Slots(new RecordPlan(OtherPush.getClassSchema()));
    private final NameTable<Envelope> envelope = new NameTable<>(Map.of(
            "action",
            Envelope.ACTION,
            "type",
            Envelope.TYPE,
            "version",
            Envelope.VERSION,
            "payload",
            Envelope.PAYLOAD));

    /** Values in the order in which they are met. */
    private final AvroBytes values = new AvroBytes();

    /** And in that of the schema. */
    private final AvroBytes written = new AvroBytes();

    private enum Envelope {
        ACTION,
        TYPE,
        VERSION,
        PAYLOAD
    }

    /** How the payloads of one action are read. */
    private static final class Type {
        private final RecordDecoder decoder;
        private final Slots slots;
        private final RecordKey key;
        private final int push;
        private final int[] recognise;

        Type(Schema schema, RecordKey key, List<String> recognise) {
            this.decoder = new RecordDecoder(schema);
            this.slots = new Slots(decoder.plan());
            this.key = key;
            this.push = position(schema, "push");
            this.recognise = recognise.stream()
                    .mapToInt(field -> position(schema, field))
                    .toArray();
        }

        boolean recognises() {
            boolean recognised = recognise.length == 0;
            for (int field : recognise) {
                recognised |= slots.has(field);
            }
            return recognised;
        }
    }

    /** The fields that the bridge fills itself. */
    private record Stamp(int receivedAt, int connectionId, int sequence, int origin, int apiVersion, int action) {
        Stamp(Schema schema) {
            this(
                    position(schema, "received_at"),
                    position(schema, "connection_id"),
                    position(schema, "sequence"),
                    position(schema, "origin"),
                    position(schema, "api_version"),
                    position(schema, "action"));
        }
    }

    /** @param apiVersion the version that a push is written in when its frame does not say, such as {@code 0.2} */
    public FrameConverter(String apiVersion) {
        this.apiVersion = apiVersion.getBytes(UTF_8);
        for (Action action : Action.values()) {
            actions.put(action, new Type(action.schema(), action.key(), action.recognise()));
        }
        for (OwnRecord own : OwnRecord.values()) {
            words.put(own, new Type(own.schema(), own.key(), List.of()));
        }
    }

    private static int position(Schema schema, String field) {
        return Objects.requireNonNull(schema.getField(field), field).pos();
    }

    /** What becomes of a frame; never throws, whatever the frame holds. */
    public Converted convert(Frame frame) {
        return convert(frame, false);
    }

    /**
     * The same.
     *
     * @param late whether another bridge was connected since it came
     */
    public Converted convert(Frame frame, boolean late) {
        try {
            if (frame.kind() == Frame.Kind.BINARY) {
                return new Converted.DeadLetter("a binary frame, where the protocol has text frames only", 0);
            }
            if (!Utf8.isValid(frame.bytes())) {
                throw new MalformedJson(0);
            }
            return switch (frame.kind()) {
                case SNAPSHOT -> own(OwnRecord.SNAPSHOT, frame);
                case GAP -> own(OwnRecord.GAP, frame);
                default -> push(frame, late ? REPLAY : LIVE);
            };
        } catch (MalformedFrameException e) {
            return new Converted.DeadLetter(String.valueOf(e.getMessage()), e.position());
        } catch (MalformedJson e) {
            return e.explain(frame.bytes());
        } catch (JacksonException e) {
            return MalformedJson.because(e);
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory", e);
        }
    }

    private Converted push(Frame frame, String origin) throws IOException, MalformedFrameException {
        try {
            return new Reading(frame, frame.bytes(), false, origin).convert();
        } catch (RepeatedMember e) {
            return new Reading(frame, RepeatedMembers.rename(frame.bytes()), true, origin).convert();
        }
    }

    private Converted own(OwnRecord type, Frame frame) throws MalformedFrameException {
        try {
            return new Reading(frame, frame.bytes(), true, type.origin()).convertTo(type);
        } catch (Slots.IncompleteException e) {
            // and yet nothing is lost
            throw new MalformedFrameException("not a whole record of " + type.topic() + ": " + e.getMessage(), 0);
        }
    }

    /** The reading of one frame: the members of the envelope as they are met. */
    private final class Reading {
        private final Frame frame;
        private final byte[] bytes;
        private final boolean distinct;
        private final String origin;

        private @Nullable String action;
        private byte @Nullable [] version;
        private @Nullable Type read;
        private int payloadStart = -1;
        private int payloadEnd = -1;
        private int kept;

        Reading(Frame frame, byte[] bytes, boolean distinct, String origin) {
            this.frame = frame;
            this.bytes = bytes;
            this.distinct = distinct;
            this.origin = origin;
            values.clear();
            written.clear();
            push.clear();
        }

        Converted convert() throws MalformedFrameException {
            readEnvelope();
            String name = action;
            if (name == null) {
                throw new MalformedFrameException("a JSON object without the member \"action\"", 0);
            }
            Action known = Action.ofWireName(name);
            if (known != null) {
                Type type = type(known);
                if (type != read) {
                    readPayload(type);
                }
                if (type.recognises()) {
                    byte[] value = write(type, name);
                    return new Converted.Typed(known, type.key.of(type.slots, frame.ownAgentId()), value, kept);
                }
            }
            stamp(name);
            other.clear();
            other.put(position(OtherPush.getClassSchema(), "push"), push);
            payload();
            return new Converted.Other(name, write(other));
        }

        /** A word of the bridge's own, which is of that type whatever action it names. */
        Converted.Own convertTo(OwnRecord own) throws MalformedFrameException {
            readEnvelope();
            Type type = Objects.requireNonNull(words.get(own));
            readPayload(type);
            byte[] value = write(type, action == null ? "" : action);
            return new Converted.Own(own, type.key.of(type.slots, frame.ownAgentId()), value);
        }

        private void readEnvelope() throws MalformedFrameException {
            JsonInput in = new JsonInput(bytes, 0, bytes.length, distinct);
            JsonToken first = in.next();
            if (first == null) {
                throw new MalformedFrameException("an empty frame", 0);
            }
            if (first != JsonToken.START_OBJECT) {
                throw new MalformedFrameException("JSON, but not an object: begins with " + first, in.valueStart());
            }
            while (in.nextName()) {
                Envelope member = envelope.get(in);
                if (member == null) {
                    pushes.readMember(push, in, values);
                } else {
                    JsonInput.Name name = in.name();
                    in.next();
                    switch (member) {
                        case ACTION -> action = action(in);
                        case TYPE -> checkType(in);
                        case VERSION -> version = version(in, name);
                        case PAYLOAD -> readPayload(in);
                    }
                }
            }
            if (in.next() != null) {
                throw new MalformedFrameException("something follows the JSON object", in.valueStart());
            }
            kept += in.keptSoFar();
        }

        private @Nullable String action(JsonInput in) throws MalformedFrameException {
            if (action != null) {
                in.repeated();
            }
            if (in.token() == JsonToken.VALUE_NULL) {
                return null;
            }
            if (in.token() != JsonToken.VALUE_STRING) {
                throw new MalformedFrameException("the member \"action\" is not a string", in.valueStart());
            }
            return in.isPlain() ? in.text() : Surrogates.replaceUnpaired(in.text());
        }

        private void checkType(JsonInput in) throws MalformedFrameException {
            if (in.token() != JsonToken.VALUE_NULL
                    && !(in.token() == JsonToken.VALUE_STRING && in.text().equals("push"))) {
                int start = in.valueStart();
                throw new MalformedFrameException("not a push: the member \"type\" is " + in.json(), start);
            }
        }

        private byte @Nullable [] version(JsonInput in, JsonInput.Name name) {
            if (version != null) {
                in.repeated();
            }
            if (in.token() == JsonToken.VALUE_STRING && (in.isPlain() || Surrogates.arePaired(in.text()))) {
                return in.text().getBytes(UTF_8);
            }
            if (in.token() != JsonToken.VALUE_NULL) {
                RecordDecoder.keep(push, name.text(), in.valueStart(), in.skipValue(), in, values);
            }
            return null;
        }

        /** What comes before its action is read later. */
        private void readPayload(JsonInput in) {
            if (payloadStart >= 0) {
                in.repeated();
            }
            payloadStart = in.valueStart();
            Action known = action == null ? null : Action.ofWireName(action);
            read = known == null ? null : type(known);
            if (read == null) {
                in.skipValue();
            } else {
                read(read, in);
            }
            payloadEnd = in.valueEnd();
        }

        private void readPayload(Type type) {
            type.slots.clear();
            if (payloadStart >= 0) {
                JsonInput in = new JsonInput(bytes, payloadStart, payloadEnd, distinct);
                in.next();
                read(type, in);
                kept += in.keptSoFar();
            }
        }

        private void read(Type type, JsonInput in) {
            type.slots.clear();
            if (in.token() == JsonToken.START_OBJECT) {
                type.decoder.readMembers(type.slots, in, values);
            } else if (in.token() != JsonToken.VALUE_NULL) {
                RecordDecoder.keep(type.slots, "payload", in.valueStart(), in.skipValue(), in, values);
            }
        }

        private void payload() {
            if (payloadStart >= 0) {
                JsonInput in = new JsonInput(bytes, payloadStart, payloadEnd, true);
                if (in.next() != JsonToken.VALUE_NULL) {
                    int start = values.size();
                    in.copySlice(payloadStart, payloadEnd, values);
                    other.put(position(OtherPush.getClassSchema(), "payload"), start, values.size());
                }
            }
        }

        private Type type(Action known) {
            return Objects.requireNonNull(actions.get(known));
        }

        private byte[] write(Type type, String name) {
            stamp(name);
            type.slots.put(type.push, push);
            return write(type.slots);
        }

        private byte[] write(Slots record) {
            written.skip(WireFormat.HEADER_BYTES);
            record.write(values, written);
            byte[] value = written.copy(0, written.size());
            WireFormat.writeHeader(value, 0);
            return value;
        }

        private void stamp(String name) {
            putNumber(stamp.receivedAt(), frame.receivedAtMicros());
            putText(stamp.connectionId(), frame.connectionId().getBytes(UTF_8));
            putNumber(stamp.sequence(), frame.sequence());
            putText(stamp.origin(), origin.getBytes(UTF_8));
            putText(stamp.apiVersion(), version == null ? apiVersion : version);
            putText(stamp.action(), name.getBytes(UTF_8));
        }

        private void putNumber(int field, long number) {
            int start = values.size();
            values.number(number);
            push.put(field, start, values.size());
        }

        private void putText(int field, byte[] utf8) {
            int start = values.size();
            values.text(utf8);
            push.put(field, start, values.size());
        }
    }
}
