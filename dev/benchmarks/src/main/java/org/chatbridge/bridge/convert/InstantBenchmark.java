package org.chatbridge.bridge.convert;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.chatbridge.benchmarks.Beside;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** An instant as LiveChat writes it since version 3.1 of its API, beside Java's own reading of the same text. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 4, time = 400, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class InstantBenchmark {
    private final byte[] text = "2026-11-22T09:00:00.123456Z".getBytes(UTF_8);

    /** Ours. */
    @Benchmark
    @Beside("readWithJava")
    public long read() {
        return Instants.micros(text, 0, text.length);
    }

    /** Java's. */
    @Benchmark
    public long readWithJava() {
        return Objects.requireNonNull(Instants.micros(new String(text, UTF_8)));
    }
}
