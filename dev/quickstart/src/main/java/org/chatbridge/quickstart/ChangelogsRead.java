package org.chatbridge.quickstart;

import java.io.IOException;
import java.net.URI;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How many records of its changelogs an instance has read since it began: to restore what it folds, or to follow others. */
final class ChangelogsRead {
    private static final Pattern METRIC = Pattern.compile("(?m)^kafka_consumer_fetch_manager_records_consumed_total"
            + "\\{[^}]*client_id=\"[^\"]*restore-consumer\"[^}]*\\} ([0-9.E+]+)$");

    private ChangelogsRead() {}

    static long by(URI views) throws IOException {
        double records = 0;
        try (HttpConnection connection = HttpConnection.open(views)) {
            connection.ask(HttpConnection.get("/metrics"));
            Matcher metric = METRIC.matcher(connection.body());
            while (metric.find()) {
                records += Double.parseDouble(metric.group(1));
            }
        }
        return (long) records;
    }
}
