package org.chatbridge.streams;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;
import org.chatbridge.avro.ChatUsersUpdated;
import org.chatbridge.avro.Event;
import org.chatbridge.avro.IncomingChatThread;
import org.chatbridge.avro.IncomingEvent;
import org.chatbridge.avro.view.ActivityRow;
import org.chatbridge.avro.view.FirstResponse;
import org.chatbridge.avro.view.ThreadRow;
import org.jspecify.annotations.Nullable;

/** What happened in each minute, worked out with the whole history at hand. */
final class ActivityOracle {
    private final ActivityPropertyTest.History history;
    private final Map<String, Map<String, Long>> pushes = new TreeMap<>();
    private final Map<String, List<Double>> responses = new HashMap<>();
    private final Map<String, Long> opened = new HashMap<>();
    private final Map<String, Long> closed = new HashMap<>();

    ActivityOracle(ActivityPropertyTest.History history) {
        this.history = history;
    }

    Map<String, ActivityRow> rows() {
        Map<String, Set<String>> agents = new HashMap<>();
        Map<String, Set<String>> customers = new HashMap<>();
        Map<String, ThreadRow> lastOfThread = new HashMap<>();
        for (SpecificRecord record : history.told) {
            String chat = Objects.requireNonNullElse(history.key(record), "");
            if (record instanceof ThreadRow row) {
                lastOfThread.put(row.getThreadId(), row);
                row.getAgentIds().forEach(id -> known(agents, chat).add(id));
                if (row.getCustomerId() != null) {
                    known(customers, chat).add(row.getCustomerId());
                }
            } else if (record instanceof IncomingChatThread push
                    && push.getChat().getUsers() != null) {
                push.getChat().getUsers().forEach(user -> learn(agents, customers, chat, user.getType(), user.getId()));
            } else if (record instanceof ChatUsersUpdated push) {
                learn(
                        agents,
                        customers,
                        chat,
                        push.getUserType(),
                        push.getUser().getId());
            }
        }
        Map<String, Long> byAgents = new HashMap<>();
        Map<String, Long> byCustomers = new HashMap<>();
        Map<String, IncomingChatThread> announced = new HashMap<>();
        Set<String> followed = new HashSet<>();
        for (SpecificRecord record : history.told) {
            if (record instanceof ThreadRow) {
                continue;
            }
            String chat = Objects.requireNonNullElse(history.key(record), "");
            String received = minute(Source.push(record).getReceivedAt());
            pushes.computeIfAbsent(received, any -> new TreeMap<>())
                    .merge(Source.push(record).getAction(), 1L, Long::sum);
            List<Event> events = List.of();
            if (record instanceof IncomingEvent push) {
                events = List.of(push.getEvent());
            } else if (record instanceof IncomingChatThread push) {
                String thread = push.getChat().getThread().getId();
                boolean isFollowed = push.getChat().getExtra().containsValue("true");
                boolean isFirstFollowed = isFollowed && followed.add(thread);
                IncomingChatThread first = announced.putIfAbsent(thread, push);
                events = first == null
                        ? events(push)
                        : isFirstFollowed
                                ? events(push).stream()
                                        .filter(event -> isLater(event, events(first)))
                                        .toList()
                                : events;
            }
            for (Event event : events) {
                if (event.getAuthorId() == null || event.getType().equals("system_message")) {
                    continue;
                }
                String minute = record instanceof IncomingEvent || event.getTimestamp() == null
                        ? received
                        : minute(event.getTimestamp());
                if (known(customers, chat).contains(event.getAuthorId())) {
                    byCustomers.merge(minute, 1L, Long::sum);
                } else if (known(agents, chat).contains(event.getAuthorId())) {
                    byAgents.merge(minute, 1L, Long::sum);
                }
            }
        }
        for (ThreadRow row : lastOfThread.values()) {
            opened.merge(minute(row.getOpenedAt()), 1L, Long::sum);
            if (row.getClosedAt() != null) {
                closed.merge(minute(row.getClosedAt()), 1L, Long::sum);
            }
            if (row.getFirstResponseAt() != null) {
                responses
                        .computeIfAbsent(minute(row.getFirstResponseAt()), any -> new ArrayList<>())
                        .add(Duration.between(row.getOpenedAt(), row.getFirstResponseAt())
                                        .toMillis()
                                / 1000.0);
            }
        }
        Set<String> minutes = new HashSet<>(pushes.keySet());
        minutes.addAll(byAgents.keySet());
        minutes.addAll(byCustomers.keySet());
        minutes.addAll(opened.keySet());
        minutes.addAll(closed.keySet());
        minutes.addAll(responses.keySet());
        Map<String, ActivityRow> rows = new TreeMap<>();
        for (String minute : minutes) {
            rows.put(
                    minute,
                    new ActivityRow(
                            Instant.parse(minute),
                            pushes.getOrDefault(minute, Map.of()),
                            opened.getOrDefault(minute, 0L),
                            closed.getOrDefault(minute, 0L),
                            byAgents.getOrDefault(minute, 0L),
                            byCustomers.getOrDefault(minute, 0L),
                            response(responses.get(minute))));
        }
        return rows;
    }

    private static List<Event> events(IncomingChatThread push) {
        return push.getChat().getThread().getEvents();
    }

    private static boolean isLater(Event event, List<Event> told) {
        return event.getTimestamp() != null
                && told.stream()
                        .allMatch(one ->
                                one.getTimestamp() == null || one.getTimestamp().isBefore(event.getTimestamp()));
    }

    /** The least value that at least so many of them do not exceed. */
    private static @Nullable FirstResponse response(@Nullable List<Double> seconds) {
        return seconds == null
                ? null
                : new FirstResponse((long) seconds.size(), atLeast(seconds, 0.5), atLeast(seconds, 0.95));
    }

    private static double atLeast(List<Double> seconds, double share) {
        return seconds.stream()
                .filter(one -> seconds.stream().filter(other -> other <= one).count() >= share * seconds.size())
                .min(Double::compare)
                .orElseThrow();
    }

    private static void learn(
            Map<String, Set<String>> agents,
            Map<String, Set<String>> customers,
            String chat,
            @Nullable String kind,
            String id) {
        if (kind != null) {
            known(kind.equals("customer") ? customers : agents, chat).add(id);
        }
    }

    private static Set<String> known(Map<String, Set<String>> users, String chat) {
        return users.computeIfAbsent(chat, any -> new HashSet<>());
    }

    private static String minute(Instant at) {
        return at.truncatedTo(ChronoUnit.MINUTES).toString();
    }
}
