package org.chatbridge.bridge.convert;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.chatbridge.avro.OtherPush;
import org.chatbridge.avro.Push;
import org.chatbridge.bridge.frames.Frame;
import org.chatbridge.schema.Action;
import org.chatbridge.schema.OwnRecord;
import org.jspecify.annotations.Nullable;

/**
 * Turns a frame into the record of its action's topic. Envelope: PROTOCOL 1.2. Every frame has an answer: a typed record,
 * an {@code OtherPush} where the action has no type, a dead letter where the frame is not a push.
 *
 * <p>No scalar value of a push is dropped: what has no field is in the nearest {@code extra}. Safe for several threads.
 */
public final class FrameConverter {
    private static final String LIVE = "live";
    private static final String REPLAY = "replay";

    private final String apiVersion;
    private final Map<Object, RecordDecoder> decoders = new HashMap<>();
    private final RecordDecoder pushes = new RecordDecoder(Push.getClassSchema());
    private final Schema other = OtherPush.getClassSchema();

    /** @param apiVersion the version that a push is written in when its frame does not say, such as {@code 0.2} */
    public FrameConverter(String apiVersion) {
        this.apiVersion = apiVersion;
        for (Action action : Action.values()) {
            decoders.put(action, new RecordDecoder(action.schema()));
        }
        for (OwnRecord own : OwnRecord.values()) {
            decoders.put(own, new RecordDecoder(own.schema()));
        }
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
            return switch (frame.kind()) {
                case BINARY -> new Converted.DeadLetter("a binary frame, where the protocol has text frames only", 0);
                case TEXT -> push(frame, late ? REPLAY : LIVE);
                case SNAPSHOT -> own(OwnRecord.SNAPSHOT, frame);
                case GAP -> own(OwnRecord.GAP, frame);
            };
        } catch (MalformedFrameException e) {
            return new Converted.DeadLetter(sentence(e), e.position());
        } catch (JacksonException e) {
            return new Converted.DeadLetter(
                    "not JSON: " + e.getOriginalMessage(),
                    Math.max(0, e.getLocation() == null ? 0 : e.getLocation().getByteOffset()));
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

    private Converted own(OwnRecord type, Frame frame) throws IOException, MalformedFrameException {
        Converted.Own own = new Reading(frame, frame.bytes(), true, type.origin()).convertTo(type);
        if (!GenericData.get().validate(type.schema(), own.record())) {
            throw new MalformedFrameException("not a whole record of " + type.topic(), 0); // and yet nothing is lost
        }
        return own;
    }

    private RecordDecoder decoder(Object type) {
        RecordDecoder decoder = decoders.get(type);
        if (decoder == null) {
            throw new IllegalStateException("no decoder for " + type);
        }
        return decoder;
    }

    private static String sentence(MalformedFrameException e) {
        return String.valueOf(e.getMessage());
    }

    /** The reading of one frame: the members of the envelope as they are met. */
    private final class Reading {
        private final Frame frame;
        private final byte[] bytes;
        private final boolean distinct;
        private final String origin;
        private final GenericData.Record push = pushes.empty();

        private @Nullable String action;
        private @Nullable String version;
        private GenericData.@Nullable Record record;
        private int payloadStart = -1;
        private int payloadEnd = -1;
        private int kept;

        Reading(Frame frame, byte[] bytes, boolean distinct, String origin) {
            this.frame = frame;
            this.bytes = bytes;
            this.distinct = distinct;
            this.origin = origin;
        }

        Converted convert() throws IOException, MalformedFrameException {
            try (JsonInput in = new JsonInput(bytes, 0, bytes.length, distinct)) {
                readEnvelope(in);
                kept += in.keptSoFar();
            }
            String name = action;
            if (name == null) {
                throw new MalformedFrameException("a JSON object without the member \"action\"", 0);
            }
            Action type = Action.ofWireName(name);
            if (type != null) {
                GenericData.Record typed = record == null ? readPayload(decoder(type)) : record;
                if (recognised(type, typed)) {
                    typed.put("push", stamped(name));
                    return new Converted.Typed(type, type.key().of(typed, frame.ownAgentId()), typed, kept);
                }
            }
            GenericData.Record untyped = new GenericData.Record(other);
            untyped.put("push", stamped(name));
            untyped.put("payload", payload());
            return new Converted.Other(name, untyped);
        }

        /** A word of the bridge's own, which is of that type whatever action it names. */
        Converted.Own convertTo(OwnRecord type) throws IOException, MalformedFrameException {
            try (JsonInput in = new JsonInput(bytes, 0, bytes.length, distinct)) {
                readEnvelope(in);
            }
            GenericData.Record own = readPayload(decoder(type));
            own.put("push", stamped(action == null ? "" : action));
            return new Converted.Own(type, type.key().of(own, frame.ownAgentId()), own);
        }

        private void readEnvelope(JsonInput in) throws IOException, MalformedFrameException {
            JsonToken first = in.next();
            if (first == null) {
                throw new MalformedFrameException("an empty frame", 0);
            }
            if (first != JsonToken.START_OBJECT) {
                throw new MalformedFrameException("JSON, but not an object: begins with " + first, in.valueStart());
            }
            String name = in.nextName();
            while (name != null) {
                in.next();
                switch (name) {
                    case "action" -> action = action(in);
                    case "type" -> checkType(in);
                    case "version" -> version = version(in, name);
                    case "payload" -> readPayload(in);
                    default -> pushes.readMember(push, name, in);
                }
                name = in.nextName();
            }
            if (in.next() != null) {
                throw new MalformedFrameException("something follows the JSON object", in.valueStart());
            }
        }

        private @Nullable String action(JsonInput in) throws IOException, MalformedFrameException {
            if (action != null) {
                in.repeated();
            }
            if (in.token() == JsonToken.VALUE_NULL) {
                return null;
            }
            if (in.token() != JsonToken.VALUE_STRING) {
                throw new MalformedFrameException("the member \"action\" is not a string", in.valueStart());
            }
            return Surrogates.replaceUnpaired(in.text());
        }

        private void checkType(JsonInput in) throws IOException, MalformedFrameException {
            if (in.token() != JsonToken.VALUE_NULL
                    && !(in.token() == JsonToken.VALUE_STRING && in.text().equals("push"))) {
                int start = in.valueStart();
                throw new MalformedFrameException("not a push: the member \"type\" is " + in.json(), start);
            }
        }

        private @Nullable String version(JsonInput in, String name) throws IOException {
            if (version != null) {
                in.repeated();
            }
            if (in.token() == JsonToken.VALUE_STRING && Surrogates.arePaired(in.text())) {
                return in.text();
            }
            if (in.token() != JsonToken.VALUE_NULL) {
                pushes.keep(push, name, in.json(), in);
            }
            return null;
        }

        private void readPayload(JsonInput in) throws IOException {
            if (payloadStart >= 0) {
                in.repeated();
            }
            payloadStart = in.valueStart();
            Action type = action == null ? null : Action.ofWireName(action);
            if (type == null) {
                in.skipValue();
            } else {
                record = read(decoder(type), in);
            }
            payloadEnd = in.valueEnd();
        }

        private GenericData.Record readPayload(RecordDecoder decoder) throws IOException {
            if (payloadStart < 0) {
                return decoder.empty();
            }
            try (JsonInput in = new JsonInput(bytes, payloadStart, payloadEnd, distinct)) {
                in.next();
                GenericData.Record read = read(decoder, in);
                kept += in.keptSoFar();
                return read;
            }
        }

        private GenericData.Record read(RecordDecoder decoder, JsonInput in) throws IOException {
            if (in.token() == JsonToken.START_OBJECT && decoder.read(in) instanceof GenericData.Record read) {
                return read;
            }
            GenericData.Record empty = decoder.empty();
            if (in.token() != JsonToken.VALUE_NULL) {
                decoder.keep(empty, "payload", in.json(), in);
            }
            return empty;
        }

        private boolean recognised(Action type, GenericData.Record typed) {
            return type.recognise().isEmpty() || type.recognise().stream().anyMatch(field -> typed.get(field) != null);
        }

        private @Nullable String payload() throws IOException {
            if (payloadStart < 0) {
                return null;
            }
            try (JsonInput in = new JsonInput(bytes, payloadStart, payloadEnd, true)) {
                return in.next() == JsonToken.VALUE_NULL ? null : in.slice(payloadStart, payloadEnd);
            }
        }

        private GenericData.Record stamped(String name) {
            push.put("received_at", frame.receivedAtMicros());
            push.put("connection_id", frame.connectionId());
            push.put("sequence", frame.sequence());
            push.put("origin", origin);
            push.put("api_version", version == null ? apiVersion : version);
            push.put("action", name);
            return push;
        }
    }
}
