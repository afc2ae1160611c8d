package org.chatbridge.quickstart;

import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.chatbridge.schema.Action;

/** Writes pushes as fast as the broker takes them, and tells how many a second are folded until answers hold all of them. */
final class FullSpeed {
    /** With many partitions they take long, and yet get there. */
    private static final long GIVE_UP_NANOS = TimeUnit.MINUTES.toNanos(2);

    private static final Map<String, Action> VIEWS =
            Map.of("threads", Action.INCOMING_EVENT, "agents", Action.AGENT_UPDATED);

    private final Stand stand;
    private final URI views;
    private final Team team;
    private final int partitions;

    /** @param views any instance: it answers for all */
    FullSpeed(Stand stand, URI views, Team team, int partitions) {
        this.stand = stand;
        this.views = views;
        this.team = team;
        this.partitions = partitions;
    }

    /**
     * Writes so many.
     *
     * @return how many were folded a second, from when the first was written
     */
    double run(MeasuredPushes pushes, int count) throws Exception {
        long begun = System.nanoTime();
        for (int i = 0; i < count; i++) {
            team.work(pushes, i);
        }
        pushes.flush();
        awaitFolded();
        return count * 1e9 / (System.nanoTime() - begun);
    }

    /** Waits until answers hold all that is on the topics. */
    void awaitFolded() throws Exception {
        try (Admin admin =
                        Admin.create(Map.of("bootstrap.servers", stand.broker().bootstrapServers()));
                HttpConnection connection = HttpConnection.open(views)) {
            for (Map.Entry<String, Action> view : VIEWS.entrySet()) {
                String position = end(admin, Machine.TOPICS.of(view.getValue()));
                if (!position.isEmpty()) {
                    await(connection, "/v1/" + view.getKey() + "?limit=1&min_position=" + position);
                }
            }
        }
    }

    private static void await(HttpConnection connection, String target) throws IOException {
        long progressNanos = System.nanoTime();
        String before = "";
        byte[] question = HttpConnection.get(target);
        while (connection.ask(question) != 200) {
            String now = connection.body(); // it says how far they are
            if (!now.equals(before)) {
                progressNanos = System.nanoTime();
                before = now;
            } else if (System.nanoTime() - progressNanos > GIVE_UP_NANOS) {
                throw new IOException("the views do not go on: " + now);
            }
        }
    }

    /** The last offset of each partition that has any. */
    private String end(Admin admin, String topic) throws Exception {
        Map<TopicPartition, OffsetSpec> question = new HashMap<>();
        for (int i = 0; i < partitions; i++) {
            question.put(new TopicPartition(topic, i), OffsetSpec.latest());
        }
        return admin.listOffsets(question).all().get(1, TimeUnit.MINUTES).entrySet().stream()
                .filter(partition -> partition.getValue().offset() > 0)
                .map(partition -> topic + ":" + partition.getKey().partition() + ":"
                        + (partition.getValue().offset() - 1))
                .collect(Collectors.joining(","));
    }
}
