package org.chatbridge.bridge.convert;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/** Finds the names that are in it, and no other. */
class NameTableTest {
    @Property
    void shouldFindTheNamesThatAreInItAndNoOther(@ForAll("names") Set<String> names) {
        NameTable<String> table =
                new NameTable<>(names.stream().collect(Collectors.toMap(Function.identity(), Function.identity())));

        for (String name : names) {
            assertThat(find(table, name)).isEqualTo(name);
            assertThat(find(table, name.replace("a", "\\u0061").replace("\u00e9", "\\u00E9")))
                    .isEqualTo(name);
            for (int i = 0; i < name.length(); i++) {
                String other = name.substring(0, i) + (name.charAt(i) == 'a' ? 'b' : 'a') + name.substring(i + 1);
                assertThat(find(table, other)).isEqualTo(names.contains(other) ? other : null);
            }
        }
    }

    @Example
    void shouldRefuseANameThatJsonWouldEscape() {
        for (String name : List.of("a\"b", "a\\b", "a\nb")) {
            assertThatThrownBy(() -> new NameTable<>(Map.of(name, 1))).hasMessageContaining(name);
        }
    }

    @Provide
    Arbitrary<Set<String>> names() {
        return Arbitraries.strings().withChars("ab\u00e9").ofMaxLength(20).set().ofMaxSize(40);
    }

    /** @param name as JSON has it */
    private static @Nullable String find(NameTable<String> table, String name) {
        byte[] object = ("{\"" + name + "\":1}").getBytes(UTF_8);
        JsonInput in = new JsonInput();
        in.begin(object, 0, object.length, true);
        in.next();
        in.nextName();
        return table.get(in);
    }
}
