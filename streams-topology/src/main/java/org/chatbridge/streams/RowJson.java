package org.chatbridge.streams;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * Writes rows as JSON, as their schemas say: members in the order of the fields, instants in RFC 3339 and UTC, null where
 * there is no value, and what a field keeps as JSON text as that JSON, with U+FFFD in place of an escape that is half of a
 * UTF-16 pair, or as a string where it is none that {@link JsonText} takes: many parsers refuse either, and all rows around it.
 */
final class RowJson {
    /** The property of a field that says in which form its strings are. */
    private static final String FORM = "livechat.form";

    /** {@link #FORM} of JSON text. */
    private static final String JSON_TEXT = "json";

    /** What LiveChat said beside the fields of a record: JSON text wherever it stands. */
    private static final String EXTRA = "extra";

    /** An escape, a pair of them that is one character, or half of such a pair: the group. */
    private static final Pattern ESCAPE =
            Pattern.compile("\\\\(?:u[dD][89abAB]..\\\\u[dD][c-fC-F]..|(u[dD][89a-fA-F]..)|.)");

    private static final JsonFactory JSON = new JsonFactory();

    /** By the class of a record, of which there are few: not read from the schema again with each of the rows of a page. */
    private static final ConcurrentMap<Class<?>, List<Member>> MEMBERS = new ConcurrentHashMap<>();

    /** A field: where it stands, its name as it is written, and whether its strings are JSON text. */
    private record Member(int pos, SerializableString name, boolean jsonText) {}

    private RowJson() {}

    /** A record as JSON text. */
    static String text(SpecificRecord record) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            value(record, false, json);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return text.toString();
    }

    /** Writes the members of a row into an object that is begun. */
    static void members(SpecificRecord row, JsonGenerator json) throws IOException {
        // Not computeIfAbsent alone, which may lock where the class is known.
        List<Member> members = MEMBERS.get(row.getClass());
        if (members == null) {
            members = MEMBERS.computeIfAbsent(row.getClass(), any -> members(row.getSchema()));
        }
        for (Member member : members) {
            json.writeFieldName(member.name());
            value(row.get(member.pos()), member.jsonText(), json);
        }
    }

    private static List<Member> members(Schema schema) {
        return schema.getFields().stream()
                .map(field -> new Member(field.pos(), new SerializedString(field.name()), isJsonText(field)))
                .toList();
    }

    /** Whether the strings of a field are JSON text. */
    static boolean isJsonText(Schema.Field field) {
        return JSON_TEXT.equals(field.getProp(FORM)) || field.name().equals(EXTRA);
    }

    private static String withoutHalves(String jsonText) {
        return jsonText.contains("\\ud") || jsonText.contains("\\uD")
                ? ESCAPE.matcher(jsonText)
                        .replaceAll(
                                escape -> escape.group(1) == null ? Matcher.quoteReplacement(escape.group()) : "\uFFFD")
                : jsonText;
    }

    private static void value(@Nullable Object value, boolean jsonText, JsonGenerator json) throws IOException {
        if (value == null) {
            json.writeNull();
        } else if (value instanceof SpecificRecord record) {
            json.writeStartObject();
            members(record, json);
            json.writeEndObject();
        } else if (value instanceof Map<?, ?> map) {
            json.writeStartObject();
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                json.writeFieldName(String.valueOf(entry.getKey()));
                value(entry.getValue(), jsonText, json);
            }
            json.writeEndObject();
        } else if (value instanceof Collection<?> items) {
            json.writeStartArray();
            for (Object item : items) {
                value(item, jsonText, json);
            }
            json.writeEndArray();
        } else if (value instanceof Instant instant) {
            json.writeString(InstantText.of(instant));
        } else if (value instanceof String text && jsonText && JsonText.isOne(text)) {
            json.writeRawValue(withoutHalves(text));
        } else if (value instanceof String text) {
            json.writeString(text);
        } else if (value instanceof Long number) {
            json.writeNumber(number);
        } else if (value instanceof Boolean truth) {
            json.writeBoolean(truth);
        } else if (value instanceof Double number) {
            json.writeNumber(number);
        } else {
            throw new IllegalStateException("a row has no " + value.getClass());
        }
    }
}
