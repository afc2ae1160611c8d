package org.chatbridge.bridge.convert;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The short way from the usual form agrees with Java's own reading of it, or leaves it to that. */
class InstantsTest {
    private static final String DIGITS = "0123456789";
    private static final String OTHERS = "-+:.TtZz /aé\u0000";

    @Property(tries = 20_000)
    void shouldAgreeWithJavaOnTextsThatAreNearlyRight(@ForAll long seed) {
        // given
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder(String.format(
                "%04d-%02d-%02dT%02d:%02d:%02d",
                random.nextInt(10_000),
                random.nextInt(14),
                random.nextInt(33),
                random.nextInt(26),
                random.nextInt(62),
                random.nextInt(62)));
        int digits = random.nextInt(9);
        if (digits > 0) {
            text.append('.');
            random.ints(digits - 1, 0, 10).forEach(text::append);
        }
        text.append(random.nextInt(5) == 0 ? "+02:00" : "Z");
        for (int i = random.nextInt(4) - 1; i > 0; i--) {
            String from = random.nextBoolean() ? DIGITS : OTHERS;
            int at = random.nextInt(text.length() + 1);
            text.replace(
                    at,
                    Math.min(text.length(), at + random.nextInt(2)),
                    "" + from.charAt(random.nextInt(from.length())));
        }

        // then
        long usual = micros("x" + text + "9");
        if (usual != Instants.UNREAD) {
            assertThat(Instants.micros(text.toString())).as(text.toString()).isEqualTo(usual);
        }
    }

    @Property(tries = 5_000)
    void shouldReadEveryInstantInTheUsualForm(@ForAll long seed) {
        Random random = new Random(seed);
        long micros = Instant.parse("0001-01-01T00:00:00Z").getEpochSecond() * 1_000_000
                + Math.floorMod(random.nextLong(), 9_998 * 365L * 24 * 3_600 * 1_000_000);

        assertThat(micros("x" + Instant.EPOCH.plus(micros, ChronoUnit.MICROS) + "9"))
                .isEqualTo(micros);
    }

    /** Other readers of Avro, Python's for one, have no other years, nor has RFC 3339. */
    @ParameterizedTest
    @CsvSource({
        "0000-12-31T23:59:59.999999Z, 0001-01-01T00:00:00Z",
        "0001-01-01T00:59:59+01:00,   0001-01-01T01:00:00+01:00",
        "9999-12-31T23:00:00-01:00,   9999-12-31T23:59:59.999999Z",
        "+10000-01-01T00:00:00Z,      9999-12-31T22:59:59.999999-01:00"
    })
    void shouldReadTheYearsOfFourDigitsAlone(String unread, String read) {
        assertThat(Instants.micros(unread)).isNull();
        assertThat(micros("x" + unread + "9")).isEqualTo(Instants.UNREAD);
        Instant instant = OffsetDateTime.parse(read).toInstant();
        assertThat(Instants.micros(read)).isEqualTo(instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1_000);
    }

    @Property
    void shouldReadNoNumberThatIsOfAnotherYear(@ForAll long number) {
        Long micros = Instants.micros(number);
        if (micros != null) {
            assertThat(Instant.EPOCH.plus(micros, ChronoUnit.MICROS))
                    .isBetween(Instant.parse("0001-01-01T00:00:00Z"), Instant.parse("9999-12-31T23:59:59.999999Z"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "-62135596800,       -62135596800000000",
        "-62135596801,",
        "-62135596800000,    -62135596800000000",
        "-62135596800001,",
        "-99999999999999999,",
    })
    void shouldReadNumbersOfTheYearsOfFourDigitsAlone(long number, @Nullable Long micros) {
        assertThat(Instants.micros(number)).isEqualTo(micros);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Z",
                "2026-11-22T09:00:00",
                "2026-11-22T09:00:00.Z",
                "2026-11-22T09:00:00.1234567Z",
                "2026-11-22T09:00:00+00:00",
                "2026-02-29T09:00:00Z",
                "2026-11-31T09:00:00Z",
                "2026-00-10T09:00:00Z",
                "2026-11-22T24:00:00Z",
                "2026-11-22T23:59:60Z",
                "2026-11-22 09:00:00Z"
            })
    void shouldLeaveWhatIsInAnotherForm(String text) {
        assertThat(micros("x" + text + "9")).isEqualTo(Instants.UNREAD);
    }

    /** Of a text that stands between others. */
    private static long micros(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        return Instants.micros(bytes, 1, bytes.length - 1);
    }
}
