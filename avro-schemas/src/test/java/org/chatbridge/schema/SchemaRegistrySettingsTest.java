package org.chatbridge.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.SchemaRegistryClientConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemaRegistrySettingsTest {
    @Test
    void shouldHaveEveryNameThatTheClientHas() throws Exception {
        Set<String> names = new TreeSet<>();
        for (Field constant : SchemaRegistryClientConfig.class.getFields()) {
            if (constant.get(null) instanceof String name
                    && name.contains(".")
                    && !name.startsWith(SchemaRegistryClientConfig.CLIENT_NAMESPACE)) {
                names.add(name);
            }
        }

        assertThat(SchemaRegistrySettings.keys().names())
                .containsAll(names)
                .contains("ssl.truststore.location", "ssl.endpoint.identification.algorithm", "sasl.jaas.config");
        assertThat(names).contains("basic.auth.user.info", "proxy.port");
    }

    @ParameterizedTest
    @CsvSource({"http.read.timeout.ms, -1", "http.connect.timeout.ms, 0", "proxy.port, 65536"})
    void shouldRefuseNumbersThatTheClientCannotUse(String name, String value) {
        assertThat(SchemaRegistrySettings.keys().validate(Map.of(name, value)).stream()
                        .filter(checked -> checked.name().equals(name))
                        .flatMap(checked -> checked.errorMessages().stream()))
                .hasSize(1);
    }
}
