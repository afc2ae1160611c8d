package org.chatbridge.bridge.connection;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that stands until it is moved; its nanos begin far from zero, as the real ones may. */
final class ManualClock extends Clock {
    private long nanos = -1_000_000_000_000L;
    private Instant now = Instant.parse("2026-11-22T09:00:00Z");

    void advance(Duration by) {
        nanos += by.toNanos();
        now = now.plus(by);
    }

    long nanos() {
        return nanos;
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
