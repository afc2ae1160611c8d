package org.chatbridge.streams;

import java.io.IOException;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.chatbridge.schema.FormOracle;
import org.chatbridge.streams.state.InChat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the stores keep, and what views tell each other, is written and read as Avro does. */
class StateFormsTest {
    @ParameterizedTest
    @MethodSource("schemas")
    void shouldDoAsAvroDoes(Schema schema) throws IOException {
        FormOracle.check(schema);
    }

    static Stream<Schema> schemas() {
        return Stream.of(
                        Views.ALL.stream().map(View::stateSchema),
                        ActivityParts.STORES.values().stream(),
                        Stream.of(InChat.getClassSchema()))
                .flatMap(schemas -> schemas)
                .distinct();
    }
}
