package org.chatbridge.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.chatbridge.bridge.convert.Converted;
import org.chatbridge.bridge.convert.FrameConverter;
import org.chatbridge.bridge.frames.Frame;
import org.chatbridge.schema.Action;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** JSON to Avro bytes, action by action, the first sample frame of each, beside Jackson's parser going over the same bytes. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class ActionBenchmark {
    /** Whose frame. */
    @Param
    public Action action = Action.INCOMING_EVENT;

    private final FrameConverter converter = new FrameConverter("0.2");
    private Frame frame = Mix.stamped(new byte[0], 0);

    /** Takes the sample frame: the file itself, for the profiles that skip tests do not compile whoever else reads it. */
    @Setup
    public void prepare() throws IOException {
        Path frames = Path.of(System.getProperty("benchmark.root", "."), "avro-schemas/src/test/resources/frames");
        frame = Mix.stamped(Files.readAllBytes(frames.resolve(action.wireName() + "-1.json")), 1);
    }

    /** The bridge's. */
    @Benchmark
    @Beside("parse")
    public Converted convert() {
        return converter.convert(frame);
    }

    /** Token by token, and nothing is asked of them. */
    @Benchmark
    public int parse() throws IOException {
        return ConversionBenchmark.tokens(frame.bytes());
    }
}
