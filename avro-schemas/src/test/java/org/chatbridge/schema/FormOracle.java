package org.chatbridge.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.util.RandomData;

/** Compares {@link RecordForm} with Avro's own readers and writers, on random records of a schema. */
public final class FormOracle {
    private static final int RECORDS = 100;
    private static final long SEED = 20_261_122;

    private FormOracle() {}

    /** What a form writes Avro reads and the reverse, every leaf; what is equal to Avro is equal, and hashes alike. */
    public static void check(Schema schema) throws IOException {
        TrustedRecords.trust();
        RecordForm<SpecificRecord> form = new RecordForm<>(schema);
        List<SpecificRecord> before = new ArrayList<>();
        Set<Object> different = new HashSet<>();
        for (Object random : new RandomData(schema, RECORDS, SEED)) {
            byte[] bytes = bytes(new GenericDatumWriter<>(schema)::write, random);
            SpecificRecord mine = form.read(DecoderFactory.get().binaryDecoder(bytes, null));
            SpecificRecord its = new SpecificDatumReader<SpecificRecord>(schema)
                    .read(null, DecoderFactory.get().binaryDecoder(bytes, null));

            assertThat(generic(schema, bytes(form::write, mine))).isEqualTo(generic(schema, bytes));
            assertThat(generic(schema, bytes(form::write, its))).isEqualTo(generic(schema, bytes));
            assertThat(generic(schema, bytes(writer(schema)::write, mine))).isEqualTo(generic(schema, bytes));
            assertThat(form.equal(mine, its)).isTrue();
            assertThat(form.hash(mine)).isEqualTo(form.hash(its));
            for (SpecificRecord other : before) {
                assertThat(form.equal(mine, other))
                        .isEqualTo(generic(schema, bytes).equals(generic(schema, bytes(form::write, other))));
            }
            before.add(its);
            different.add(generic(schema, bytes));
        }
        assertThat(before.stream().map(form::hash).distinct().count()).isGreaterThan(different.size() / 2);
    }

    private static DatumWriter<SpecificRecord> writer(Schema schema) {
        return new SpecificDatumWriter<>(schema);
    }

    private static <T> byte[] bytes(WireFormat.Content<T> content, T value) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
        content.write(value, encoder);
        encoder.flush();
        return bytes.toByteArray();
    }

    private static Object generic(Schema schema, byte[] bytes) throws IOException {
        return new GenericDatumReader<>(schema).read(null, DecoderFactory.get().binaryDecoder(bytes, null));
    }
}
