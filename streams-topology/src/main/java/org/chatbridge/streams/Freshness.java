package org.chatbridge.streams;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * How old an answer is.
 *
 * @param servedBy which copy of the rows answered
 * @param offsetLag records of the view's topics that this instance has not folded yet; empty where not known
 * @param upstream whether pushes can be expected to come in
 * @param lastPushAt when the newest push that this instance knows of arrived; empty where there is none
 */
record Freshness(
        StoreReader.ServedBy servedBy, OptionalLong offsetLag, Upstream.State upstream, Optional<Instant> lastPushAt) {

    /** Tells the freshness of answers. */
    record Source(Upstream upstream, Function<Collection<String>, OptionalLong> lag) {
        /** @param topics the sources of the view */
        Freshness of(StoreReader.ServedBy servedBy, Collection<String> topics) {
            return of(servedBy, lag.apply(topics));
        }

        Freshness of(StoreReader.ServedBy servedBy, OptionalLong offsetLag) {
            return new Freshness(servedBy, offsetLag, upstream.state(), upstream.lastPushAt());
        }
    }

    /** That of an answer with parts of other instances: as old as all parts together. What is upstream is known here. */
    Freshness and(Freshness part) {
        return new Freshness(
                part.servedBy() == StoreReader.ServedBy.STANDBY ? part.servedBy() : servedBy,
                sum(offsetLag, part.offsetLag()),
                upstream,
                Stream.of(lastPushAt, part.lastPushAt())
                        .flatMap(Optional::stream)
                        .max(Comparator.naturalOrder()));
    }

    /** Unknown where one is. */
    static OptionalLong sum(OptionalLong one, OptionalLong other) {
        return one.isPresent() && other.isPresent()
                ? OptionalLong.of(one.getAsLong() + other.getAsLong())
                : OptionalLong.empty();
    }

    /** Another text where somebody who reads it may decide otherwise: visible ASCII. */
    String roughly() {
        String lag = offsetLag.isPresent() ? Integer.toString(bits(offsetLag.getAsLong())) : "";
        String minute = lastPushAt
                .map(at -> Long.toString(Math.floorDiv(at.getEpochSecond(), 60L)))
                .orElse("");
        return servedBy + "." + upstream + "." + lag + "." + minute;
    }

    /** The order of magnitude: so many digits it has in binary. */
    private static int bits(long number) {
        return Long.SIZE - Long.numberOfLeadingZeros(number);
    }

    /** Writes the member {@code freshness}. */
    void writeTo(JsonGenerator json) throws IOException {
        json.writeFieldName("freshness");
        valueTo(json);
    }

    /** Writes it as a value. */
    void valueTo(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("served_by", servedBy.name().toLowerCase(Locale.ROOT));
        if (offsetLag.isPresent()) {
            json.writeNumberField("offset_lag", offsetLag.getAsLong());
        } else {
            json.writeNullField("offset_lag");
        }
        json.writeStringField("upstream", upstream.name().toLowerCase(Locale.ROOT));
        json.writeStringField("last_push_at", lastPushAt.map(InstantText::of).orElse(null));
        json.writeEndObject();
    }
}
