package org.chatbridge.benchmarks;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.chatbridge.schema.WireFormat;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** Records of the team's pushes to bytes and back, beside Avro's own writers and readers, which use their buffers again as well. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 4, time = 400, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
@OperationsPerInvocation(SerdeBenchmark.RECORDS)
public class SerdeBenchmark {
    static final int RECORDS = 1_000;

    private final List<Records.Written> records = new Records().of(RECORDS);
    private final Map<Schema, SpecificDatumWriter<SpecificRecord>> writers = new HashMap<>();
    private final Map<Schema, SpecificDatumReader<SpecificRecord>> readers = new HashMap<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    private final BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    private @Nullable BinaryDecoder decoder;

    /** Ours. */
    @Benchmark
    @Beside("writeWithAvro")
    public void write(Blackhole sink) {
        for (Records.Written one : records) {
            sink.consume(one.serde().serializer().serialize(one.topic(), one.record()));
        }
    }

    /** Avro's. */
    @Benchmark
    public void writeWithAvro(Blackhole sink) throws IOException {
        for (Records.Written one : records) {
            bytes.reset();
            writers.computeIfAbsent(one.record().getSchema(), schema -> new SpecificDatumWriter<>(schema))
                    .write(one.record(), encoder);
            encoder.flush();
            sink.consume(bytes.toByteArray());
        }
    }

    /** Ours. */
    @Benchmark
    @Beside("readWithAvro")
    public void read(Blackhole sink) {
        for (Records.Written one : records) {
            sink.consume(one.serde().deserializer().deserialize(one.topic(), one.value()));
        }
    }

    /** Avro's. */
    @Benchmark
    public void readWithAvro(Blackhole sink) throws IOException {
        for (Records.Written one : records) {
            decoder = DecoderFactory.get()
                    .binaryDecoder(
                            one.value(),
                            WireFormat.HEADER_BYTES,
                            one.value().length - WireFormat.HEADER_BYTES,
                            decoder);
            sink.consume(readers.computeIfAbsent(one.record().getSchema(), schema -> new SpecificDatumReader<>(schema))
                    .read(null, decoder));
        }
    }
}
