package org.chatbridge.streams.changes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.chatbridge.avro.view.CustomerRow;
import org.chatbridge.schema.AvroSerde;
import org.chatbridge.schema.SchemaRegistry;
import org.chatbridge.schema.ViewTopic;
import org.junit.jupiter.api.Test;

class RowDataTest {
    private static final List<ViewTopic> VIEWS = List.of(ViewTopic.CUSTOMERS);

    @Test
    void shouldTellARowInOneLineWhateverItHolds() {
        // given
        Layout layout = new Layout("cluster", List.of(new Layout.Topic(ViewTopic.CUSTOMERS, "customers", "id", 1, 1)));
        CustomerRow row = CustomerRow.newBuilder()
                .setCustomerId("a\nb")
                .setName("Mary\r\nAnn")
                .setMonitoring("{\r\n  \"ip\" :\n\t\"a\\nb\"\r}")
                .build();
        try (SchemaRegistry registry = new SchemaRegistry("mock://row-data", Map.of());
                AvroSerde<CustomerRow> serde = new AvroSerde<>(registry, CustomerRow.getClassSchema())) {
            RowData data = new RowData(
                    VIEWS,
                    registry,
                    (any, json) -> {
                        json.writeStringField("name", row.getName());
                        json.writeFieldName("monitoring");
                        json.writeRawValue(row.getMonitoring());
                    },
                    e -> false);

            // when
            byte[] told = data.of(
                    layout,
                    new LogRecord(
                            0,
                            0,
                            0,
                            "a\nb".getBytes(StandardCharsets.UTF_8),
                            serde.serializer().serialize("customers", row)));

            // then
            assertThat(new String(Objects.requireNonNull(told), StandardCharsets.UTF_8))
                    .doesNotContain("\n", "\r")
                    .isEqualTo("{\"view\":\"customers\",\"key\":\"a\\nb\",\"row\":{\"name\":\"Mary\\r\\nAnn\","
                            + "\"monitoring\":{    \"ip\" : \t\"a\\nb\" }}}");
        }
    }
}
