package org.chatbridge.streams;

import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.TopicPartition;

/**
 * How far topics are folded: of each partition the offset of the last record that is, which is that of a producer's record
 * metadata. As text {@code topic:partition:offset} with commas between them, where {@code partition:offset} alone is of the
 * topic before.
 *
 * @param offsets by topic, then number; partitions of which nothing is folded are not in it
 */
record Position(Map<TopicPartition, Long> offsets) {
    private static final String TOPIC = "[A-Za-z0-9._-]{1,249}";
    private static final String OF_PARTITION = "[0-9]{1,9}:[0-9]{1,18}";

    /** Of the whole text, for those who cannot parse. */
    static final String PATTERN = "^(" + TOPIC + ":" + OF_PARTITION + "(,(" + TOPIC + ":)?" + OF_PARTITION + ")*)?$";

    private static final Pattern ENTRY = Pattern.compile("(?:(" + TOPIC + "):)?([0-9]{1,9}):([0-9]{1,18})");
    private static final Comparator<TopicPartition> ORDER =
            Comparator.comparing(TopicPartition::topic).thenComparing(TopicPartition::partition);

    /** Nothing. */
    static final Position NONE = new Position(Map.of());

    Position {
        Map<TopicPartition, Long> sorted = new TreeMap<>(ORDER);
        sorted.putAll(offsets);
        offsets = Collections.unmodifiableMap(sorted);
    }

    /** @throws IllegalArgumentException where the text is none; the message says what is expected */
    static Position parse(String text) {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        String topic = null;
        if (text.isEmpty()) {
            return NONE; // as an answer has it before anything is folded
        }
        for (String entry : text.split(",", -1)) {
            Matcher matcher = ENTRY.matcher(entry);
            String named = matcher.matches() ? matcher.group(1) : null;
            topic = named == null ? topic : named;
            if (!matcher.matches() || topic == null) {
                throw new IllegalArgumentException("expected topic:partition:offset, one or more with commas between"
                        + " them, such as livechat.incoming-event:3:1234");
            }
            offsets.merge(
                    new TopicPartition(topic, Integer.parseInt(matcher.group(2))),
                    Long.parseLong(matcher.group(3)),
                    Math::max);
        }
        return new Position(offsets);
    }

    /** What is folded where each of these is: of a partition that several know, the furthest. */
    static Position of(Collection<Position> all) {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        all.forEach(one -> one.offsets().forEach((partition, offset) -> offsets.merge(partition, offset, Math::max)));
        return new Position(offsets);
    }

    /** The part that is about some partitions. */
    Position within(Collection<Integer> partitions) {
        Map<TopicPartition, Long> part = new HashMap<>(offsets);
        part.keySet().removeIf(partition -> !partitions.contains(partition.partition()));
        return new Position(part);
    }

    /** Whether all that the other tells to be folded is. */
    boolean covers(Position other) {
        return other.offsets().entrySet().stream().allMatch(needed -> {
            Long folded = offsets.get(needed.getKey());
            return folded != null && folded >= needed.getValue();
        });
    }

    /** The form that {@link #parse} reads. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        String topic = "";
        for (Map.Entry<TopicPartition, Long> entry : offsets.entrySet()) {
            TopicPartition partition = entry.getKey();
            text.append(text.isEmpty() ? "" : ",");
            if (!partition.topic().equals(topic)) {
                topic = partition.topic();
                text.append(topic).append(':');
            }
            text.append(partition.partition()).append(':').append(entry.getValue());
        }
        return text.toString();
    }
}
