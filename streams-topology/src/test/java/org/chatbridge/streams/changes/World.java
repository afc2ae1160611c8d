package org.chatbridge.streams.changes;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Rows that change: every row counts its versions, also the one in which it is gone. */
final class World {
    private final FakeTopics topics;
    private final Random random;
    private final int keys;
    private final Map<String, String> rows = new TreeMap<>();
    private final Map<String, Integer> versions = new HashMap<>();

    World(FakeTopics topics, Random random, int keys) {
        this.topics = topics;
        this.random = random;
        this.keys = keys;
    }

    /** The rows as they should be in the end. */
    Map<String, String> rows() {
        return rows;
    }

    void change(int times) {
        for (int i = 0; i < times; i++) {
            int topic = random.nextInt(Instance.VIEWS.size());
            String key = "k" + random.nextInt(keys);
            String row = Instance.VIEWS.get(topic).view() + "/" + key;
            String now = rows.get(row);
            int chance = random.nextInt(10);
            if (now != null && chance == 0) {
                // Told again, and nothing has changed.
                tell(topic, key, Integer.parseInt(now));
            } else if (now != null && chance == 1) {
                rows.remove(row);
                versions.merge(row, 1, Integer::sum);
                topics.add(topic, key.getBytes(StandardCharsets.UTF_8), null);
            } else {
                int version = versions.merge(row, 1, Integer::sum);
                rows.put(row, Integer.toString(version));
                tell(topic, key, version);
            }
        }
    }

    /** The rows of some views. */
    Map<String, String> rows(String views) {
        Map<String, String> wanted = new TreeMap<>();
        List<String> names = new ArrayList<>(List.of(views.split(",")));
        rows.forEach((row, name) -> {
            if (names.contains(row.substring(0, row.indexOf('/')))) {
                wanted.put(row, name);
            }
        });
        return wanted;
    }

    private void tell(int topic, String key, int version) {
        topics.add(topic, key.getBytes(StandardCharsets.UTF_8), Instance.row(topic, key, version));
    }
}
