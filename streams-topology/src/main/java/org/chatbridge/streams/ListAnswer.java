package org.chatbridge.streams;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.chatbridge.program.HostPort;
import org.chatbridge.program.HttpProblem;
import org.chatbridge.program.Response;
import org.jspecify.annotations.Nullable;

/** Writes a list as JSON, and reads what another instance wrote. */
final class ListAnswer {
    private static final String NEXT_CURSOR = "next_cursor";
    private static final String PARTITIONS = "partitions";
    private static final String KEYS = "keys";
    private static final String POSITION = "position";
    private static final String FRESHNESS = "freshness";
    /** Without Jackson's bounds: the bridge takes values beyond them, and a row that is refused takes a whole part away. */
    private static final JsonFactory FACTORY = new JsonFactoryBuilder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES) // names of properties are LiveChat's customers' own
            .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
            .build();

    private final String view;

    ListAnswer(String view) {
        this.view = view;
    }

    /** It is no list as an instance writes it. */
    static final class GarbledException extends Exception {
        private static final long serialVersionUID = 1;

        GarbledException(String what, @Nullable Throwable cause) {
            super(what, cause);
        }
    }

    /**
     * The answer to whoever asked.
     *
     * @param incomplete the instances that have not answered
     */
    Response toClient(MergedPage page, List<HostPort> incomplete, Position position, Freshness freshness) {
        return FreshAnswer.of(
                json -> {
                    rows(page.rows(), json);
                    cursor(page.next(), json);
                    json.writeArrayFieldStart("incomplete");
                    for (HostPort host : incomplete) {
                        json.writeString(host.toString());
                    }
                    json.writeEndArray();
                    json.writeStringField(POSITION, position.toString());
                },
                freshness);
    }

    /** The answer to another instance: see {@link Hop}. */
    Response toPeer(Part part) {
        return Response.json(json -> {
                    json.writeStartObject();
                    rows(part.rows(), json);
                    json.writeArrayFieldStart(KEYS);
                    for (Part.Row row : part.rows()) {
                        json.writeString(row.key());
                    }
                    json.writeEndArray();
                    cursor(part.upTo(), json);
                    json.writeArrayFieldStart(PARTITIONS);
                    for (int partition : new TreeSet<>(part.partitions())) {
                        json.writeNumber(partition);
                    }
                    json.writeEndArray();
                    json.writeStringField(POSITION, part.position().toString());
                    part.freshness().writeTo(json);
                    json.writeEndObject();
                })
                .withoutTag();
    }

    private void rows(List<Part.Row> rows, JsonGenerator json) throws IOException {
        json.writeArrayFieldStart(view);
        for (Part.Row row : rows) {
            row.body().writeTo(json);
        }
        json.writeEndArray();
    }

    private static void cursor(@Nullable String key, JsonGenerator json) throws IOException {
        json.writeStringField(NEXT_CURSOR, key == null ? null : Paging.cursor(key));
    }

    /**
     * What another instance answered.
     *
     * @param asked the partitions that were asked for
     * @throws GarbledException where it is anything else
     */
    Part fromPeer(byte[] body, Set<Integer> asked) throws GarbledException {
        List<String> rows = new ArrayList<>();
        List<String> keys = new ArrayList<>();
        Set<Integer> partitions = new TreeSet<>();
        String upTo = null;
        Position position = null;
        Freshness freshness = null;
        try (JsonParser json = FACTORY.createParser(body)) {
            expect(json.nextToken() == JsonToken.START_OBJECT, "no object");
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                JsonToken value = json.nextToken();
                if (name.equals(view)) {
                    expect(value == JsonToken.START_ARRAY, "no rows");
                    while (json.nextToken() == JsonToken.START_OBJECT) {
                        rows.add(object(json, body));
                    }
                } else if (name.equals(KEYS)) {
                    while (json.nextToken() == JsonToken.VALUE_STRING) {
                        keys.add(json.getText());
                    }
                } else if (name.equals(PARTITIONS)) {
                    while (json.nextToken() == JsonToken.VALUE_NUMBER_INT) {
                        partitions.add(json.getIntValue());
                    }
                } else if (name.equals(NEXT_CURSOR)) {
                    upTo = value == JsonToken.VALUE_NULL ? null : Paging.key(json.getText());
                } else if (name.equals(POSITION)) {
                    String text = json.getText();
                    position = text.isEmpty() ? Position.NONE : Position.parse(text);
                } else if (name.equals(FRESHNESS)) {
                    freshness = freshness(json);
                } else {
                    json.skipChildren();
                }
            }
            expect(json.currentToken() == JsonToken.END_OBJECT && json.nextToken() == null, "no single object");
        } catch (IOException | IllegalArgumentException | DateTimeException | HttpProblem e) {
            throw new GarbledException("cannot be understood", e);
        }
        if (position == null || freshness == null || rows.size() != keys.size() || !asked.containsAll(partitions)) {
            throw new GarbledException("members are missing, or are of other partitions", null);
        }
        List<Part.Row> found = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            String row = rows.get(i);
            found.add(new Part.Row(keys.get(i), json -> json.writeRawValue(row)));
        }
        return new Part(found, upTo, partitions, position, freshness);
    }

    /** The text of the object that begins here. */
    private static String object(JsonParser json, byte[] body) throws IOException {
        int start = (int) json.currentTokenLocation().getByteOffset();
        json.skipChildren();
        int end = (int) json.currentLocation().getByteOffset();
        return new String(body, start, end - start, StandardCharsets.UTF_8);
    }

    private static Freshness freshness(JsonParser json) throws IOException {
        StoreReader.ServedBy servedBy = null;
        OptionalLong lag = OptionalLong.empty();
        Upstream.State upstream = Upstream.State.CONNECTING;
        Optional<Instant> lastPushAt = Optional.empty();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            boolean known = json.nextToken() != JsonToken.VALUE_NULL;
            if (name.equals("served_by")) {
                servedBy = StoreReader.ServedBy.valueOf(json.getText().toUpperCase(Locale.ROOT));
            } else if (name.equals("offset_lag") && known) {
                lag = OptionalLong.of(json.getLongValue());
            } else if (name.equals("upstream")) {
                upstream = Upstream.State.valueOf(json.getText().toUpperCase(Locale.ROOT));
            } else if (name.equals("last_push_at") && known) {
                lastPushAt = Optional.of(Instant.parse(json.getText()));
            } else {
                json.skipChildren();
            }
        }
        if (servedBy == null) {
            throw new IllegalArgumentException("served_by is missing");
        }
        return new Freshness(servedBy, lag, upstream, lastPushAt);
    }

    private static void expect(boolean met, String otherwise) {
        if (!met) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
