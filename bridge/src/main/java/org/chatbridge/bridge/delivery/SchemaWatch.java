package org.chatbridge.bridge.delivery;

import java.time.Duration;
import java.util.Map;
import java.util.TreeSet;
import org.chatbridge.schema.SchemaRegistryException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices within minutes that the registry has lost the schemas of what is written, as where it was emptied or another has taken its
 * place: registers them again, and records go on under the ids that it has now. Nobody else would notice before readers fail. On
 * the thread {@code delivery-schemas}.
 */
final class SchemaWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SchemaWatch.class);
    private static final Duration PERIOD = Duration.ofMinutes(2);

    private final Preparation preparation;
    private final Records records;
    private final Pause pause;
    private final Thread thread = new Thread(this::run, "delivery-schemas");

    SchemaWatch(Preparation preparation, Records records, Pause pause) {
        this.preparation = preparation;
        this.records = records;
        this.pause = pause;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                pause.of(PERIOD);
                check();
            }
        } catch (InterruptedException e) {
            LOG.debug("ended", e);
        }
    }

    private void check() {
        try {
            Map<String, Integer> others = preparation.registerAgain();
            if (!others.isEmpty()) {
                records.use(others);
                LOG.warn(
                        "the schema registry had lost the schemas of {}: it was emptied, or another has taken its place. They are"
                                + " registered again, and new records have their new ids; those from before are read"
                                + " only with a registry that has the old ones",
                        new TreeSet<>(others.keySet()));
            }
        } catch (SchemaRegistryException e) {
            if (e.isTransient()) {
                LOG.debug("asked again later", e);
            } else {
                LOG.warn("{}; records are written with the ids that it gave before", e.getMessage());
            }
        } catch (RuntimeException e) {
            LOG.warn("cannot look whether the schema registry has the schemas still: {}", e.toString());
        }
    }
}
