package org.chatbridge.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every schema of the contract keeps to, so that SQL engines read it well and old readers go on reading. */
class SchemaRulesTest {
    private static final Path RELEASED = Path.of("src/test/resources/released");
    private static final Set<Schema.Type> TYPES = Set.of(
            Schema.Type.RECORD,
            Schema.Type.ARRAY,
            Schema.Type.MAP,
            Schema.Type.STRING,
            Schema.Type.LONG,
            Schema.Type.DOUBLE,
            Schema.Type.BOOLEAN);

    @ParameterizedTest
    @MethodSource("org.chatbridge.schema.ActionTest#valueSchemas")
    void shouldBeginWithThePushStamp(Schema schema) {
        assertThat(schema.getFields().get(0).name()).isEqualTo("push");
        assertThat(schema.getFields().get(0).schema().getFields())
                .extracting(Schema.Field::name)
                .contains("received_at", "connection_id", "sequence", "origin", "api_version", "action");
    }

    @ParameterizedTest
    @MethodSource("schemas")
    void shouldDocumentEveryField(Schema schema) {
        records(schema).forEach((name, record) -> {
            assertThat(record.getDoc()).as(name).isNotBlank();
            record.getFields().forEach(field -> assertThat(field.doc())
                    .as(name + "." + field.name())
                    .isNotBlank());
        });
    }

    @ParameterizedTest
    @MethodSource("schemas")
    void shouldUseTypesThatSqlEnginesRead(Schema schema) {
        records(schema).values().forEach(record -> record.getFields().forEach(field -> {
            Schema type = Nullables.valueOf(field.schema());
            assertThat(type.getType()).as(record.getName() + "." + field.name()).isIn(TYPES);
            if (field.schema().isUnion()) {
                assertThat(field.schema().getTypes()).hasSize(2).first().isEqualTo(Schema.create(Schema.Type.NULL));
                assertThat(field.hasDefaultValue()).isTrue();
            }
            if (type.getLogicalType() != null) {
                assertThat(type.getLogicalType().getName()).isEqualTo("timestamp-micros");
            }
        }));
    }

    /** A released schema may grow, and never goes; one that has no copy yet is not released. */
    @ParameterizedTest
    @MethodSource("released")
    void shouldLetOldReadersReadNewRecordsAndNewReadersOldOnes(Path copy) throws IOException {
        Schema released = new Schema.Parser().parse(Files.readString(copy));
        Schema schema = ActionTest.valueSchemas()
                .filter(candidate -> candidate.getFullName().equals(released.getFullName()))
                .findFirst()
                .orElseThrow(() -> new AssertionError(released.getFullName() + " was released, and is gone"));

        assertThat(compatibility(schema, released)).isEqualTo(SchemaCompatibilityType.COMPATIBLE);
        assertThat(compatibility(released, schema)).isEqualTo(SchemaCompatibilityType.COMPATIBLE);
    }

    @Test
    void shouldNoticeAnIncompatibleChange() {
        Schema released = Action.CUSTOMER_BANNED.schema();
        List<Schema.Field> fields = new ArrayList<>();
        released.getFields().forEach(field -> fields.add(new Schema.Field(field, field.schema())));
        fields.add(new Schema.Field("reason", Schema.create(Schema.Type.STRING), "no default"));
        Schema changed =
                Schema.createRecord(released.getName(), released.getDoc(), released.getNamespace(), false, fields);

        assertThat(compatibility(changed, released)).isEqualTo(SchemaCompatibilityType.INCOMPATIBLE);
    }

    /** Those of the bridge's topics and those of the views. */
    static Stream<Schema> schemas() {
        return Stream.concat(
                ActionTest.valueSchemas(), Arrays.stream(ViewTopic.values()).map(ViewTopic::schema));
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

    private static Map<String, Schema> records(Schema schema) {
        Map<String, Schema> found = new LinkedHashMap<>();
        collect(schema, found);
        return found;
    }

    private static void collect(Schema schema, Map<String, Schema> found) {
        switch (schema.getType()) {
            case UNION -> collect(Nullables.valueOf(schema), found);
            case ARRAY -> collect(schema.getElementType(), found);
            case MAP -> collect(schema.getValueType(), found);
            case RECORD -> {
                if (found.put(schema.getFullName(), schema) == null) {
                    schema.getFields().forEach(field -> collect(field.schema(), found));
                }
            }
            default -> {
                // a leaf
            }
        }
    }
}
