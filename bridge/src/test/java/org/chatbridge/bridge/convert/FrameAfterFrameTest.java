package org.chatbridge.bridge.convert;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.chatbridge.bridge.frames.Frame;
import org.chatbridge.schema.Action;
import org.chatbridge.schema.SampleFrames;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A frame becomes the same whatever frame the same converter had before it. */
class FrameAfterFrameTest {
    private static final Pattern STRING = Pattern.compile("(:\\s*)\"([^\"\\\\])([^\"\\\\]*)\"");

    @ParameterizedTest
    @EnumSource
    void shouldMakeTheSameOfAFrameAfterAnyOtherOfItsAction(Action action) {
        List<String> frames = SampleFrames.of(action).values().stream()
                .flatMap(bytes -> variants(new String(bytes, UTF_8)))
                .toList();
        List<String> alone = frames.stream()
                .map(frame -> convert(new FrameConverter("0.2"), frame))
                .toList();
        FrameConverter used = new FrameConverter("0.2");

        for (String before : frames) {
            for (int i = 0; i < frames.size(); i++) {
                convert(used, before);
                assertThat(convert(used, frames.get(i)))
                        .as("%s after %s", frames.get(i), before)
                        .isEqualTo(alone.get(i));
            }
        }
    }

    /** The frame, and others in which the texts of its payload are written another way, or are not there. */
    private static Stream<String> variants(String frame) {
        int payload = frame.indexOf("\"payload\"");
        String before = frame.substring(0, payload);
        String rest = frame.substring(payload);
        return Stream.of(
                frame,
                " ".repeat(20_000) + frame,
                frame.replaceFirst("\\{", "{\"action\":\"repeated\","),
                before
                        + STRING.matcher(rest).replaceAll(text -> "%s\"\\\\u%04x%s\""
                                .formatted(text.group(1), (int) text.group(2).charAt(0), text.group(3))),
                before + STRING.matcher(rest).replaceAll("$1\"other than before\""),
                before + STRING.matcher(rest).replaceAll("$1null"));
    }

    private static String convert(FrameConverter converter, String frame) {
        Converted converted =
                converter.convert(new Frame("c-7", 42, 1, "own@shop.example", Frame.Kind.TEXT, frame.getBytes(UTF_8)));
        return converted instanceof Converted.Written written
                ? written.key() + " " + HexFormat.of().formatHex(written.value())
                : converted.toString();
    }
}
