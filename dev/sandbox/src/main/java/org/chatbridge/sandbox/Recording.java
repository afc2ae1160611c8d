package org.chatbridge.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A recorded session, one frame a line, of which the pushes are used: a response would answer what nobody has asked. */
final class Recording {

    private Recording() {}

    /**
     * The pushes of the file, verbatim, in order.
     *
     * @throws IOException when the file cannot be read
     */
    static List<String> read(Path file) throws IOException {
        try (Stream<String> lines = Files.lines(file, StandardCharsets.UTF_8)) {
            return lines.filter(line -> Json.read(line).path("type").asText().equals("push"))
                    .toList();
        }
    }
}
