package org.chatbridge.streams;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.avro.specific.SpecificRecord;
import org.chatbridge.benchmarks.Beside;
import org.chatbridge.program.Json;
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

/** A row as the JSON of an answer, beside a copy of the finished bytes. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
@OperationsPerInvocation(RowBenchmark.ROWS)
public class RowBenchmark {
    static final int ROWS = 500;

    private static final Instant AT = Instant.parse("2026-11-02T09:00:00Z");

    /** Whose rows. */
    @Param({"threads", "chats", "agents", "customers"})
    public String view = "";

    private final List<SpecificRecord> rows = new ArrayList<>();
    private final List<byte[]> finished = new ArrayList<>();

    /** Folds the pushes that the rows come of. */
    @Setup
    public void prepare() {
        FoldedView<?> folded = FoldedView.of(view);
        folded.last(1);
        rows.addAll(folded.rows(ROWS, AT));
        rows.forEach(row -> finished.add(json(row)));
    }

    /** Member by member. */
    @Benchmark
    @Beside("copy")
    public void render(Blackhole sink) {
        for (SpecificRecord row : rows) {
            sink.consume(json(row));
        }
    }

    /** As if it had been kept. */
    @Benchmark
    public void copy(Blackhole sink) {
        for (byte[] json : finished) {
            sink.consume(json.clone());
        }
    }

    private static byte[] json(SpecificRecord row) {
        return Json.bytes(json -> {
            json.writeStartObject();
            RowJson.members(row, json);
            json.writeEndObject();
        });
    }
}
