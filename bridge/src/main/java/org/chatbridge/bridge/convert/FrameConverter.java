package org.chatbridge.bridge.convert;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.chatbridge.avro.OtherPush;
import org.chatbridge.bridge.frames.Frame;
import org.chatbridge.bridge.frames.Utf8;
import org.chatbridge.schema.Action;
import org.chatbridge.schema.OwnRecord;
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
    private static final byte[] NOTHING = {};
    private static final int[] NOTHING_ADDED = {};
    private static final byte[] PUSH = "push".getBytes(UTF_8);
    private static final byte[] LIVE = "live".getBytes(UTF_8);
    private static final byte[] REPLAY = "replay".getBytes(UTF_8);
    private static final int OTHERS_PUSH = PayloadType.position(OtherPush.getClassSchema(), "push");
    private static final int OTHERS_PAYLOAD = PayloadType.position(OtherPush.getClassSchema(), "payload");

    private final byte[] apiVersion;
    private final NameTable<Known> actions = new NameTable<>(knownActions());
    private final Map<OwnRecord, PayloadType> words = new EnumMap<>(OwnRecord.class);
    private final Stamp stamp = new Stamp();
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
    private final JsonInput in = new JsonInput();

    /** Values in the order in which they are met. */
    private final AvroBytes values = new AvroBytes(2 * AvroBytes.MOST_BYTES); // for a moment an element is there twice

    /** And in that of the schema. */
    private final AvroBytes written = new AvroBytes(AvroBytes.MOST_BYTES);

    /**
     * An action that has a type.
     *
     * @param name of the action in some version of the API
     * @param utf8 the same
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Known(Action action, PayloadType type, String name, byte[] utf8) {}

    private enum Envelope {
        ACTION,
        TYPE,
        VERSION,
        PAYLOAD
    }

    /** @param apiVersion the version that a push is written in when its frame does not say, such as {@code 0.2} */
    public FrameConverter(String apiVersion) {
        this.apiVersion = apiVersion.getBytes(UTF_8);
        for (OwnRecord own : OwnRecord.values()) {
            words.put(own, new PayloadType(own.schema(), own.key(), List.of(), Map.of()));
        }
    }

    private static Map<String, Known> knownActions() {
        Map<String, Known> known = new HashMap<>();
        for (Action action : Action.values()) {
            Map<Map<String, String>, PayloadType> types =
                    new HashMap<>(); // one for all names that have the same members
            Stream.concat(Stream.of(action.wireName()), action.successors().stream())
                    .forEach(name -> {
                        PayloadType type = types.computeIfAbsent(
                                action.renamed(name),
                                renamed -> new PayloadType(action.schema(), action.key(), action.recognise(), renamed));
                        known.put(name, new Known(action, type, name, name.getBytes(UTF_8)));
                    });
        }
        return known;
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
            return switch (frame.kind()) {
                case SNAPSHOT -> own(OwnRecord.SNAPSHOT, frame);
                case GAP -> own(OwnRecord.GAP, frame);
                default -> push(frame, late ? REPLAY : LIVE);
            };
        } catch (MalformedFrameException e) {
            return new Converted.DeadLetter(String.valueOf(e.getMessage()), e.position());
        } catch (MalformedJson e) {
            return e.explain(frame.bytes());
        } catch (AvroBytes.FullException e) {
            return new Converted.DeadLetter(String.valueOf(e.getMessage()), 0);
        } catch (JacksonException e) {
            return MalformedJson.because(e);
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory", e);
        } finally {
            values.clear(); // what a very large one took is not held while it is sent
            written.clear();
            in.leaveOut(NOTHING_ADDED);
        }
    }

    private Converted push(Frame frame, byte[] origin) throws IOException, MalformedFrameException {
        try {
            return new Reading(frame, frame.bytes(), false, origin).convert();
        } catch (RepeatedMember e) {
            return renamed(frame, origin);
        }
    }

    /** The same of a frame in which an object repeats a member. */
    private Converted renamed(Frame frame, byte[] origin) throws IOException, MalformedFrameException {
        if (!Utf8.isValid(frame.bytes())) {
            throw new MalformedJson(0); // Jackson would take some of it for text
        }
        try {
            RepeatedMembers.Renamed renamed = RepeatedMembers.rename(frame.bytes());
            in.leaveOut(renamed.added());
            return new Reading(frame, renamed.frame(), true, origin).convert();
        } catch (MalformedFrameException e) {
            throw new MalformedFrameException(String.valueOf(e.getMessage()), 0); // the offset is one in the copy
        }
    }

    private Converted own(OwnRecord type, Frame frame) throws MalformedFrameException {
        try {
            return new Reading(frame, frame.bytes(), true, type.origin().getBytes(UTF_8)).convertTo(type);
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
        private final byte[] origin;

        private @Nullable String action;
        private boolean hasAction;
        private boolean hasType;
        private @Nullable Known known;

        /** Why it is no push, unless a member is repeated: then another one may count. */
        private @Nullable MalformedFrameException malformed;

        private byte @Nullable [] version;
        private @Nullable PayloadType read;
        private int payloadStart = -1;
        private int payloadEnd = -1;
        private int kept;

        Reading(Frame frame, byte[] bytes, boolean distinct, byte[] origin) {
            this.frame = frame;
            this.bytes = bytes;
            this.distinct = distinct;
            this.origin = origin;
            values.clear();
            written.clear();
            stamp.clear();
        }

        Converted convert() throws MalformedFrameException {
            readEnvelope();
            String name = action;
            if (name == null) {
                throw new MalformedFrameException("a JSON object without the member \"action\"", 0);
            }
            Known its = known;
            if (its != null) {
                PayloadType type = its.type();
                if (type != read) {
                    readPayload(type);
                }
                if (type.recognises()) {
                    byte[] value = write(type, its.utf8());
                    return new Converted.Typed(its.action(), type.key(frame.ownAgentId()), value, kept);
                }
            }
            other.clear();
            int start = values.size();
            stamp(name.getBytes(UTF_8));
            other.put(OTHERS_PUSH, start, values.size());
            putPayload();
            return new Converted.Other(name, write(other));
        }

        /** A word of the bridge's own, which is of that type whatever action it names. */
        Converted.Own convertTo(OwnRecord own) throws MalformedFrameException {
            readEnvelope();
            PayloadType type = Objects.requireNonNull(words.get(own));
            readPayload(type);
            byte[] value = write(type, action == null ? NOTHING : action.getBytes(UTF_8));
            return new Converted.Own(own, type.key(frame.ownAgentId()), value);
        }

        private void readEnvelope() throws MalformedFrameException {
            in.begin(bytes, 0, bytes.length, distinct);
            JsonToken first = in.next();
            if (first == null) {
                throw new MalformedFrameException("an empty frame", 0);
            }
            if (first != JsonToken.START_OBJECT) {
                throw new MalformedFrameException("JSON, but not an object: begins with " + first, in.valueStart());
            }
            for (var at = envelope.next(in, envelope.start()); at != null; at = envelope.next(in, at)) {
                Envelope member = at.value();
                if (member == null) {
                    stamp.readMember(in, values);
                } else {
                    long name = in.name();
                    in.next();
                    switch (member) {
                        case ACTION -> readAction();
                        case TYPE -> checkType();
                        case VERSION -> readVersion(name);
                        case PAYLOAD -> readPayload();
                    }
                }
            }
            if (in.next() != null) {
                throw new MalformedFrameException("something follows the JSON object", in.valueStart());
            }
            if (malformed != null) {
                throw malformed;
            }
            kept += in.keptSoFar();
        }

        private void readAction() {
            if (hasAction) {
                in.repeated();
            }
            hasAction = in.token() != JsonToken.VALUE_NULL;
            known = null;
            if (in.token() == JsonToken.VALUE_NULL) {
                action = null;
            } else if (in.token() == JsonToken.VALUE_STRING) {
                known = actions.get(in);
                action = known == null ? Surrogates.replaceUnpaired(in.text()) : known.name();
            } else {
                int start = in.valueStart();
                in.skipValue();
                malformed("the member \"action\" is not a string", start);
            }
        }

        private void checkType() {
            if (hasType) {
                in.repeated();
            }
            hasType = in.token() != JsonToken.VALUE_NULL;
            if (hasType && !(in.token() == JsonToken.VALUE_STRING && in.isText(PUSH))) {
                int start = in.valueStart();
                malformed("not a push: the member \"type\" is " + in.json(), start);
            }
        }

        private void malformed(String reason, int position) {
            malformed = malformed == null ? new MalformedFrameException(reason, position) : malformed;
        }

        private void readVersion(long name) {
            if (version != null) {
                in.repeated();
            }
            version = null;
            if (in.token() == JsonToken.VALUE_STRING && (in.isPlain() || Surrogates.arePaired(in.text()))) {
                version = in.text().getBytes(UTF_8);
            } else if (in.token() != JsonToken.VALUE_NULL) {
                stamp.keep(in.text(name), in, values);
            }
        }

        /** What comes before its action is read later. */
        private void readPayload() {
            if (payloadStart >= 0) {
                in.repeated();
            }
            payloadStart = in.valueStart();
            read = known == null ? null : known.type();
            if (read == null) {
                in.skipValue();
            } else {
                read.read(in, values);
            }
            payloadEnd = in.valueEnd();
        }

        private void readPayload(PayloadType type) {
            type.clear();
            if (payloadStart >= 0) {
                in.begin(bytes, payloadStart, payloadEnd, distinct);
                in.next();
                type.read(in, values);
                kept += in.keptSoFar();
            }
        }

        /** As it came, where there is one. */
        private void putPayload() {
            if (payloadStart >= 0) {
                in.begin(bytes, payloadStart, payloadEnd, true);
                if (in.next() != JsonToken.VALUE_NULL) {
                    int start = values.size();
                    in.copySlice(payloadStart, payloadEnd, values);
                    other.put(OTHERS_PAYLOAD, start, values.size());
                }
            }
        }

        private byte[] write(PayloadType type, byte[] name) {
            int start = values.size();
            stamp(name);
            return write(type.record(start, values.size()));
        }

        private void stamp(byte[] name) {
            stamp.write(frame, origin, version == null ? apiVersion : version, name, in, values);
        }

        private byte[] write(Slots record) {
            written.skip(WireFormat.HEADER_BYTES);
            record.write(in, values, written);
            byte[] value = written.copy(0, written.size());
            WireFormat.writeHeader(value, 0);
            return value;
        }
    }
}
