package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a build kept, a later one reads, and the other way round: instances are replaced one by one, and the registry, which is told to
 * keep {@code FULL_TRANSITIVE}, would refuse any other schema of a changelog, so that the views would never begin.
 */
class KeptStatesTest {
    private static final Path RELEASED = Path.of("src/test/resources/released");

    @ParameterizedTest
    @MethodSource("released")
    void shouldReadWhatAnEarlierBuildKeptAndBeReadByIt(Path copy) throws Exception {
        Schema released = new Schema.Parser().parse(Files.readString(copy));
        Schema schema = (Schema) Class.forName(released.getFullName())
                .getMethod("getClassSchema")
                .invoke(null);

        assertThat(compatibility(schema, released)).isEqualTo(SchemaCompatibilityType.COMPATIBLE);
        assertThat(compatibility(released, schema)).isEqualTo(SchemaCompatibilityType.COMPATIBLE);
    }

    static List<Path> released() throws IOException {
        try (Stream<Path> copies = Files.list(RELEASED)) {
            return copies.sorted().toList();
        }
    }

    private static SchemaCompatibilityType compatibility(Schema reader, Schema writer) {
        return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
                .getType();
    }
}
