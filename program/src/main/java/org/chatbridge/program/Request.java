package org.chatbridge.program;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a handler is asked.
 *
 * @param path as on the wire, not decoded
 * @param pathParameters by their name in the route, decoded
 * @param queryParameters decoded; a name may occur more than once
 * @param headers names in lower case; of a repeated header one value
 */
public record Request(
        String path,
        Map<String, String> pathParameters,
        Map<String, List<String>> queryParameters,
        Map<String, String> headers) {

    /** The value of {@code {name}} in the route's path. */
    public String pathParameter(String name) {
        String value = pathParameters.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the route has no {" + name + "}");
        }
        return value;
    }

    /**
     * The value of a query parameter, if it is there.
     *
     * @throws HttpProblem 400 where it is there more than once
     */
    public Optional<String> queryParameter(String name) {
        List<String> values = queryParameters.getOrDefault(name, List.of());
        if (values.size() > 1) {
            throw HttpProblem.badParameter(name, "given " + values.size() + " times, expected once");
        }
        return values.stream().findFirst();
    }

    /**
     * Refuses misspelt parameters, which would otherwise change the answer in silence.
     *
     * @throws HttpProblem 400 naming the first parameter that is not among those known
     */
    public void allowOnly(Set<String> known) {
        queryParameters.keySet().stream()
                .filter(name -> !known.contains(name))
                .sorted()
                .findFirst()
                .ifPresent(name -> {
                    throw HttpProblem.badParameter(
                            name,
                            known.isEmpty()
                                    ? "unknown parameter; this resource takes none"
                                    : "unknown parameter; known are "
                                            + String.join(
                                                    ", ",
                                                    known.stream().sorted().toList()));
                });
    }
}
