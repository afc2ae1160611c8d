package org.chatbridge.streams;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.errors.DeserializationExceptionHandler;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProcessingExceptionHandler;
import org.apache.kafka.streams.processor.api.Record;
import org.chatbridge.schema.SchemaRegistryException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Goes on after a record that cannot be decoded or folded, and counts it: one bad record must not stop a view. Where the
 * record is not to blame, as when the registry does not answer, the task fails to be tried again.
 *
 * <p>The first bad record of a topic is logged with its position, the others are only counted.
 */
final class SkipBadRecords {
    /** Where Kafka hands this object to the handlers that it makes. */
    static final String INSTANCE = "chatbridge.bad.records";

    private static final Logger LOG = LoggerFactory.getLogger(SkipBadRecords.class);

    /** Where a view failed on what time does, and on no record. */
    private static final String NO_TOPIC = "none";

    private final MeterRegistry meters;
    private final Set<String> toldOf = ConcurrentHashMap.newKeySet();

    /**
     * Counters are there from the start: of one that appears with its first event nobody can see that it has grown.
     *
     * @param topics that are read
     */
    SkipBadRecords(MeterRegistry meters, Collection<String> topics) {
        this.meters = meters;
        for (String topic : topics) {
            counter(Names.RECORDS_UNDECODABLE, topic);
            counter(Names.RECORDS_UNFOLDABLE, topic);
        }
        counter(Names.RECORDS_UNFOLDABLE, NO_TOPIC);
    }

    private Counter counter(String meter, String topic) {
        String what = meter.equals(Names.RECORDS_UNDECODABLE) ? "decoded" : "folded";
        return Counter.builder(meter)
                .description("Records that were left out because they could not be " + what)
                .tag("topic", topic)
                .register(meters);
    }

    private boolean skip(String meter, ErrorHandlerContext at, Exception exception) {
        if (!recordIsToBlame(exception)) {
            return false;
        }
        String topic = Objects.requireNonNullElse(at.topic(), NO_TOPIC);
        counter(meter, topic).increment();
        if (toldOf.add(meter + " " + topic)) {
            LOG.warn(
                    "{}-{} offset {}: the record is left out; more of this topic are only counted, in the metric {}: {}",
                    topic,
                    at.partition(),
                    at.offset(),
                    meter,
                    exception.toString());
        }
        return true;
    }

    /** Whether the record would fail again however often it is read. */
    static boolean recordIsToBlame(Exception exception) {
        for (Throwable cause = exception; cause != null; cause = cause.getCause()) {
            if (cause instanceof SchemaRegistryException failure) {
                return failure.isUnknownSchema();
            }
            if (cause instanceof KafkaException && !(cause instanceof SerializationException)) {
                return false;
            }
        }
        return true;
    }

    private static SkipBadRecords instance(Map<String, ?> configs) {
        return (SkipBadRecords) Objects.requireNonNull(configs.get(INSTANCE), INSTANCE);
    }

    private static IllegalStateException notConfigured() {
        return new IllegalStateException("not configured");
    }

    /** For records that cannot be decoded; made by Kafka Streams. */
    public static final class Undecodable implements DeserializationExceptionHandler {
        private @Nullable SkipBadRecords skip;

        @Override
        public void configure(Map<String, ?> configs) {
            skip = instance(configs);
        }

        @Override
        public DeserializationExceptionHandler.Response handleError(
                ErrorHandlerContext context, ConsumerRecord<byte[], byte[]> record, Exception exception) {
            if (skip == null) {
                throw notConfigured();
            }
            return skip.skip(Names.RECORDS_UNDECODABLE, context, exception)
                    ? DeserializationExceptionHandler.Response.resume()
                    : DeserializationExceptionHandler.Response.fail();
        }
    }

    /** For records that a fold fails on, which is an error of ours; made by Kafka Streams. */
    public static final class Unfoldable implements ProcessingExceptionHandler {
        private @Nullable SkipBadRecords skip;

        @Override
        public void configure(Map<String, ?> configs) {
            skip = instance(configs);
        }

        @Override
        public ProcessingExceptionHandler.Response handleError(
                ErrorHandlerContext context, Record<?, ?> record, Exception exception) {
            if (skip == null) {
                throw notConfigured();
            }
            return skip.skip(Names.RECORDS_UNFOLDABLE, context, exception)
                    ? ProcessingExceptionHandler.Response.resume()
                    : ProcessingExceptionHandler.Response.fail();
        }
    }
}
