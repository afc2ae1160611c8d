package org.chatbridge.program;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** How long answers take, by route and status, without streams, health and metrics. By any thread. */
final class AnswerTimes {
    static final String NAME = "chatbridge.http.requests";

    private static final Duration[] BUCKETS = {
        Duration.ofMillis(1),
        Duration.ofMillis(2),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(20),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(200),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(2),
        Duration.ofSeconds(5)
    };

    private final MeterRegistry registry;
    private final Map<Answer, Timer> timers = new ConcurrentHashMap<>();

    private record Answer(String route, int status) {}

    AnswerTimes(MeterRegistry registry) {
        this.registry = registry;
    }

    /** @param route its path, as {@code /v1/agents/{agent_id}}: as many timers as there are routes, whatever is asked for */
    void took(String route, int status, double milliseconds) {
        timers.computeIfAbsent(new Answer(route, status), this::timer)
                .record((long) (milliseconds * 1e6), TimeUnit.NANOSECONDS);
    }

    private Timer timer(Answer answer) {
        return Timer.builder(NAME)
                .description("From a request to the end of its answer, without streams, health and metrics.")
                .tag("route", answer.route())
                .tag("status", Integer.toString(answer.status()))
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }
}
