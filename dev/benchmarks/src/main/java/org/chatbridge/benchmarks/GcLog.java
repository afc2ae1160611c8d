package org.chatbridge.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a JVM allocated, from the log of its collector. */
final class GcLog {
    private static final Pattern PAUSE =
            Pattern.compile("\\[([^]]+)\\] GC\\(\\d+\\) Pause .* (\\d+)M->(\\d+)M\\(\\d+M\\).*");
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSZ");

    private GcLog() {}

    /** The option that writes it. */
    static String option(Path file) {
        return "-Xlog:gc*=off,gc=info:file=" + file + ":utctime";
    }

    /** Bytes between two instants in ms since 1970, as far as collections tell; a second is enough for some. NaN without a log. */
    static double allocated(Path file, double fromMs, double toMs) throws IOException {
        if (Files.notExists(file)) {
            return Double.NaN;
        }
        long mebibytes = 0;
        double first = Double.NaN;
        double last = Double.NaN;
        long left = 0;
        for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
            Matcher pause = PAUSE.matcher(line);
            if (!pause.matches()) {
                continue;
            }
            double at = OffsetDateTime.parse(pause.group(1), TIME).toInstant().toEpochMilli();
            if (at >= fromMs && at <= toMs) {
                if (Double.isNaN(first)) {
                    first = at;
                } else {
                    mebibytes += Long.parseLong(pause.group(2)) - left;
                }
                last = at;
            }
            left = Long.parseLong(pause.group(3));
        }
        // As many a millisecond before the first and behind the last of them.
        return mebibytes * 1024.0 * 1024.0 * (toMs - fromMs) / (last - first);
    }
}
