package org.chatbridge.bridge.convert;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import org.apache.avro.Schema;
import org.chatbridge.bridge.frames.Frame;
import org.chatbridge.schema.Action;
import org.chatbridge.schema.Nullables;

/**
 * Converts frames that nobody has sent, for a moment, while the bridge waits for others anyway: the JVM runs what it has not run before
 * many times slower, and would only begin to compile it with the first pushes.
 */
public final class WarmUp {
    private final FrameConverter converter = new FrameConverter("0.2");
    private final long nanosLong;
    private final LongSupplier nanos;
    private volatile boolean ended;

    /**
     * @param longest how long it converts where nobody ends it
     * @param nanos a clock that never goes back, in nanoseconds
     */
    public WarmUp(Duration longest, LongSupplier nanos) {
        this.nanosLong = longest.toNanos();
        this.nanos = nanos;
    }

    /** On a thread of its own. */
    public void begin() {
        Thread thread = new Thread(this::run, "warm-up");
        thread.setDaemon(true);
        thread.start();
    }

    /** Real frames come soon: it would only be in their way. */
    public void end() {
        ended = true;
    }

    void run() {
        List<Frame> frames = frames();
        long begun = nanos.getAsLong();
        while (!ended && nanos.getAsLong() - begun < nanosLong) {
            frames.forEach(converter::convert);
        }
    }

    /** One of each action, with all its fields. */
    static List<Frame> frames() {
        return Arrays.stream(Action.values())
                .map(action -> new Frame("warm-up", 1, 0, "warm-up", Frame.Kind.TEXT, push(action)))
                .toList();
    }

    private static byte[] push(Action action) {
        StringBuilder json = new StringBuilder("{\"action\":\"")
                .append(action.wireName())
                .append("\",\"type\":\"push\",\"payload\":");
        value(action.schema(), json);
        return json.append('}').toString().getBytes(UTF_8);
    }

    private static void value(Schema schema, StringBuilder json) {
        switch (schema.getType()) {
            case RECORD -> object(schema, json);
            case ARRAY -> {
                json.append('[');
                value(schema.getElementType(), json);
                json.append(',');
                value(schema.getElementType(), json);
                json.append(']');
            }
            case MAP -> {
                json.append("{\"name\":");
                value(schema.getValueType(), json);
                json.append('}');
            }
            case BOOLEAN -> json.append(true);
            case LONG -> json.append(1_700_000_000);
            default -> json.append("\"what somebody says in a chat\"");
        }
    }

    private static void object(Schema schema, StringBuilder json) {
        char before = '{';
        for (Schema.Field field : schema.getFields()) {
            if (!field.name().equals("push") && !field.name().equals("extra")) {
                json.append(before).append('"').append(field.name()).append("\":");
                value(Nullables.valueOf(field.schema()), json);
                before = ',';
            }
        }
        json.append(before == '{' ? "{}" : "}");
    }
}
