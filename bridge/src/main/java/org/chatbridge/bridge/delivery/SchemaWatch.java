package org.chatbridge.bridge.delivery;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.avro.Schema;
import org.chatbridge.program.Obstacle;
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
    private static final Duration REMINDER = Duration.ofHours(1);

    private final Preparation preparation;
    private final Records records;
    private final Pause pause;
    private final Obstacle refusal = new Obstacle(LOG, REMINDER, System::nanoTime, "");
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
        while (!Thread.currentThread().isInterrupted()) {
            try {
                pause.of(PERIOD);
                check();
            } catch (InterruptedException e) {
                LOG.debug("ended", e);
                return;
            } catch (RuntimeException | Error e) { // nobody would see that the watch has ended
                refusal.is("the watch of the schemas failed, and goes on: " + e);
                LOG.debug("failed", e);
            }
        }
    }

    private void check() {
        Set<String> lost = new TreeSet<>();
        String failure = "";
        boolean isSilent = false;
        for (Map.Entry<String, Schema> written :
                Records.schemas(preparation.topics()).entrySet()) {
            String topic = written.getKey();
            try {
                preparation.registerAgain(topic, written.getValue()).ifPresent(id -> {
                    records.use(topic, id);
                    lost.add(topic);
                });
            } catch (RuntimeException e) { // any: the others are looked at too
                LOG.debug("asked again later", e);
                if (e instanceof SchemaRegistryException silence && silence.isTransient()) {
                    isSilent = true;
                    break; // each of the others would wait for as long
                }
                failure = e instanceof SchemaRegistryException ? String.valueOf(e.getMessage()) : e.toString();
            }
        }
        if (!lost.isEmpty()) {
            LOG.warn(
                    "the schema registry had lost the schemas of {}: it was emptied, or another has taken its place. They are"
                            + " registered again, and new records have their new ids; those from before are read only"
                            + " with a registry that has the old ones, and readers that have run since then may have to be"
                            + " started anew",
                    lost);
        }
        if (!failure.isEmpty()) {
            refusal.is("it is not known whether the registry still has the schemas: " + failure);
        } else if (!isSilent) {
            refusal.isGone();
        }
    }
}
