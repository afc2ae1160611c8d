package org.chatbridge.bridge.delivery;

import java.time.Duration;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.chatbridge.program.Obstacle;

/**
 * Lets no record go to a topic that has another number of partitions than it was made with: a chat would go on in another
 * partition.
 *
 * @param obstacle where to say it
 */
record Partitions(Preparation preparation, Obstacle obstacle, Pause pause) {
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final String REMEDY =
            ". Or delete it while the bridge runs, which makes it anew, where nothing that it"
                    + " holds is needed. Frames are kept meanwhile";

    /** A topic has another number of partitions; the message says which, and what to do. */
    static final class OtherPartitionsException extends KafkaException {
        private static final long serialVersionUID = 1;

        OtherPartitionsException(String message) {
            super(message);
        }
    }

    /**
     * Asks the producer, for by what it knows it chooses the partition; it asks Kafka only where it knows nothing.
     *
     * @throws OtherPartitionsException where the number is another one
     */
    void check(Producer<byte[], byte[]> producer, String topic) {
        int actual = producer.partitionsFor(topic).size();
        if (actual != preparation.partitions()) {
            throw new OtherPartitionsException(preparation.otherPartitions(topic, actual));
        }
    }

    /**
     * Waits until each topic has its partitions. There must be no producer meanwhile: it would have the broker make a topic
     * that is deleted, with as many partitions as the broker likes.
     */
    void await(OtherPartitionsException found) throws InterruptedException {
        String hindrance = found.getMessage() + REMEDY;
        while (!hindrance.isEmpty()) {
            obstacle.is(hindrance);
            pause.of(PAUSE);
            try {
                hindrance = preparation.makeTopics();
            } catch (Topics.UnsuitableTopicException e) {
                hindrance = e.hasOtherPartitions() ? e.inOneLine() + REMEDY : "";
            }
        }
        obstacle.isGone();
    }
}
