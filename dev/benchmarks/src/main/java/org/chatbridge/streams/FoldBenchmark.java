package org.chatbridge.streams;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.avro.specific.SpecificRecord;
import org.chatbridge.benchmarks.Beside;
import org.jspecify.annotations.Nullable;
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

/** A record folded into what a view keeps, beside only reading that record. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
@OperationsPerInvocation(FoldBenchmark.RECORDS)
public class FoldBenchmark {
    static final int RECORDS = 1_000;

    /** Whose fold. */
    @Param({"threads", "chats", "agents", "customers"})
    public String view = "";

    private @Nullable Steps<?> steps;

    /** Folds all that was before. */
    @Setup
    public void prepare() {
        steps = new Steps<>(FoldedView.of(view));
    }

    /** The fold alone. */
    @Benchmark
    @Beside("read")
    public void fold(Blackhole sink) {
        if (steps != null) {
            steps.fold(sink);
        }
    }

    /** What is kept read before, and written after. */
    @Benchmark
    @Beside("read")
    public void foldStored(Blackhole sink) {
        if (steps != null) {
            steps.foldStored(sink);
        }
    }

    /** The record, from the bytes of its topic. */
    @Benchmark
    public void read(Blackhole sink) {
        if (steps != null) {
            steps.read(sink);
        }
    }

    private static final class Steps<S extends SpecificRecord> {
        private final FoldedView<S> view;
        private final List<FoldedView.Step<S>> all;

        Steps(FoldedView<S> view) {
            this.view = view;
            this.all = new ArrayList<>(view.last(RECORDS));
        }

        void fold(Blackhole sink) {
            for (FoldedView.Step<S> step : all) {
                sink.consume(step.after());
            }
        }

        void foldStored(Blackhole sink) {
            for (FoldedView.Step<S> step : all) {
                sink.consume(view.whole(step));
            }
        }

        void read(Blackhole sink) {
            for (FoldedView.Step<S> step : all) {
                sink.consume(step.read());
            }
        }
    }
}
