package org.chatbridge.benchmarks;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.chatbridge.bridge.convert.FrameConverter;
import org.chatbridge.bridge.frames.Frame;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** JSON to Avro bytes, a push of a mix on average, beside Jackson's parser going over the same bytes. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 400, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
@OperationsPerInvocation(ConversionBenchmark.PUSHES)
public class ConversionBenchmark {
    static final int PUSHES = 1_000;

    private static final JsonFactory JSON = new JsonFactory();

    /** What the pushes are. */
    @Param
    public Mix mix = Mix.TEAM;

    private final FrameConverter converter = new FrameConverter("0.2");
    private final List<Frame> frames = new ArrayList<>();

    /** Makes the pushes. */
    @Setup
    public void prepare() {
        frames.addAll(Mix.stamped(mix.frames(PUSHES)));
    }

    /** The bridge's. */
    @Benchmark
    @Beside({"parse", "parseWithTexts"})
    public void convert(Blackhole sink) {
        for (Frame frame : frames) {
            sink.consume(converter.convert(frame));
        }
    }

    /** Token by token, and nothing is asked of them. */
    @Benchmark
    public void parse(Blackhole sink) throws IOException {
        for (Frame frame : frames) {
            sink.consume(tokens(frame.bytes()));
        }
    }

    /** The same, and the text of each is fetched. */
    @Benchmark
    public void parseWithTexts(Blackhole sink) throws IOException {
        for (Frame frame : frames) {
            sink.consume(texts(frame.bytes()));
        }
    }

    static int tokens(byte[] json) throws IOException {
        try (JsonParser parser = JSON.createParser(json)) {
            int tokens = 0;
            while (parser.nextToken() != null) {
                tokens++;
            }
            return tokens;
        }
    }

    private static int texts(byte[] json) throws IOException {
        try (JsonParser parser = JSON.createParser(json)) {
            int characters = 0;
            while (parser.nextToken() != null) {
                characters += parser.getText().length();
            }
            return characters;
        }
    }
}
