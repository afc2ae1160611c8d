package org.chatbridge.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.SchemaRegistryClientConfig;
import org.junit.jupiter.api.Test;

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
}
