package org.chatbridge.streams;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.errors.DeserializationExceptionHandler;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.chatbridge.schema.SchemaRegistryException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Goes on after a record that cannot be decoded, and counts it: one bad record must not stop a view. Where the registry
 * does not answer the record is not to blame, and the task fails to be tried again.
 *
 * <p>The first bad record of a topic is logged with its position, the others are only counted.
 */
final class SkipUndecodable {
    /** Where Kafka hands this object to the handler that it makes. */
    static final String INSTANCE = "chatbridge.undecodable";

    private static final Logger LOG = LoggerFactory.getLogger(SkipUndecodable.class);

    private final MeterRegistry meters;
    private final Set<String> toldOf = ConcurrentHashMap.newKeySet();

    SkipUndecodable(MeterRegistry meters) {
        this.meters = meters;
    }

    private boolean skip(ConsumerRecord<byte[], byte[]> record, Exception exception) {
        for (Throwable cause = exception; cause != null; cause = cause.getCause()) {
            if (cause instanceof SchemaRegistryException failure && failure.isTransient()) {
                return false;
            }
        }
        meters.counter(Names.RECORDS_UNDECODABLE, "topic", record.topic()).increment();
        if (toldOf.add(record.topic())) {
            LOG.warn(
                    "{}-{} offset {}: the record cannot be decoded and is left out; more of this topic are only"
                            + " counted, in the metric {}: {}",
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    Names.RECORDS_UNDECODABLE,
                    exception.getMessage());
        }
        return true;
    }

    /** What Kafka Streams makes, one for each client. */
    public static final class Handler implements DeserializationExceptionHandler {
        private @Nullable SkipUndecodable instance;

        @Override
        public void configure(Map<String, ?> configs) {
            instance = (SkipUndecodable) configs.get(INSTANCE);
        }

        @Override
        public Response handleError(
                ErrorHandlerContext context, ConsumerRecord<byte[], byte[]> record, Exception exception) {
            return instance != null && instance.skip(record, exception) ? Response.resume() : Response.fail();
        }
    }
}
