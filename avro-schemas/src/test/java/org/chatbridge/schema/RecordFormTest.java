package org.chatbridge.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.chatbridge.avro.Chat;
import org.chatbridge.avro.CustomerBanned;
import org.chatbridge.avro.Scopes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RecordFormTest {
    @ParameterizedTest
    @MethodSource("org.chatbridge.schema.SchemaRulesTest#schemas")
    void shouldDoAsAvroDoes(Schema schema) throws IOException {
        FormOracle.check(schema);
    }

    @Test
    void shouldSayWhichFieldMayNotBeNull() {
        BinaryEncoder out = EncoderFactory.get().binaryEncoder(new ByteArrayOutputStream(), null);

        assertThatThrownBy(() -> new RecordForm<CustomerBanned>(CustomerBanned.getClassSchema())
                        .write(new CustomerBanned(), out))
                .hasMessage("org.chatbridge.avro.CustomerBanned has no push, which may not be null");
    }

    @Test
    void shouldNotTrustTheCountOfAList() {
        // The groups of scopes: not null, and said to be 2^60.
        byte[] bytes = new byte[12];
        bytes[0] = 2;
        for (int i = 1; i <= 8; i++) {
            bytes[i] = (byte) 0x80;
        }
        bytes[9] = 0x20;

        assertThatThrownBy(() -> new RecordForm<Scopes>(Scopes.getClassSchema())
                        .read(DecoderFactory.get().binaryDecoder(bytes, null)))
                .isInstanceOfAny(EOFException.class, RuntimeException.class);
    }

    @Test
    void shouldRefuseATypeThatNoSchemaOfThisProjectHas() {
        Schema strange = SchemaBuilder.record("Strange")
                .namespace("org.chatbridge.avro")
                .fields()
                .requiredBytes("bytes")
                .endRecord();

        assertThatThrownBy(() -> new RecordForm<>(strange)).hasMessageContaining("no class was generated");
        assertThatThrownBy(() -> new Forms().of(Schema.create(Schema.Type.BYTES)))
                .hasMessageContaining("\"bytes\"");
    }

    @Test
    void shouldTellListsOfDifferentLengthApart() {
        RecordForm<Chat> form = new RecordForm<>(Chat.getClassSchema());
        Chat one = Chat.newBuilder().setUsers(List.of()).build();
        Chat none = Chat.newBuilder().setUsers(null).build();

        assertThat(form.equal(one, none)).isFalse();
        assertThat(form.equal(none, one)).isFalse();
        assertThat(form.equal(none, none)).isTrue();
    }
}
