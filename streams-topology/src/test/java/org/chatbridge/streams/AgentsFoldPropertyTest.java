package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.avro.specific.SpecificRecord;
import org.chatbridge.avro.AgentUpdated;
import org.chatbridge.avro.Push;
import org.chatbridge.avro.Snapshot;
import org.chatbridge.avro.view.AgentRow;
import org.chatbridge.streams.state.AgentStatus;
import org.chatbridge.streams.state.InChat;
import org.chatbridge.streams.state.Stamp;
import org.jspecify.annotations.Nullable;

class AgentsFoldPropertyTest {
    private static final String AGENT = "ada";
    private static final AgentsView VIEW = new AgentsView();

    @Property(tries = 3000)
    void shouldGiveTheSameRowInWhateverOrderTheTopicsAreRead(@ForAll Random random) {
        // given
        List<SpecificRecord> told = told(random);
        AgentStatus inTrueOrder = Folding.fold(VIEW, told);

        // when
        AgentStatus shuffled = Folding.fold(VIEW, Folding.misread(told, random));

        // then
        assertThat(shuffled).isEqualTo(inTrueOrder);
        assertThat(shuffled == null ? null : new Row(shuffled.getRoutingStatus(), shuffled.getSince()))
                .isEqualTo(row(told));
    }

    @Property(tries = 1000)
    void shouldCountTheTimeInEachStatusInWhateverOrderTheTopicsAreRead(@ForAll Random random) {
        // given: records some minutes apart, over days
        List<SpecificRecord> told = told(random);
        Instant now = Instant.parse("2026-11-20T00:00:00Z");
        for (SpecificRecord record : told) {
            now = now.plus(Duration.ofMinutes(random.nextInt(4) == 0 ? random.nextInt(2000) : random.nextInt(90)));
            Source.push(record).put("received_at", now);
        }
        Instant at = now.plus(Duration.ofMinutes(random.nextInt(3000)));

        // when
        AgentStatus shuffled = Folding.fold(VIEW, Folding.misread(told, random));

        // then
        Map<String, Long> seconds = shuffled == null
                ? Map.of()
                : VIEW.row(AGENT, shuffled, at).orElseThrow().getSecondsToday();
        assertThat(seconds).isEqualTo(minutesOfDay(told, at));
    }

    /** Counted minute by minute. */
    private static Map<String, Long> minutesOfDay(List<SpecificRecord> told, Instant at) {
        Map<String, Long> seconds = new TreeMap<>();
        for (Instant minute = at.truncatedTo(ChronoUnit.DAYS); minute.isBefore(at); minute = minute.plusSeconds(60)) {
            Instant then = minute;
            Row row = row(
                    told.stream()
                            .filter(record ->
                                    !Source.push(record).getReceivedAt().isAfter(then))
                            .toList(),
                    told);
            if (row != null) {
                seconds.merge(row.status(), 60L, Long::sum);
            }
        }
        return seconds;
    }

    @Property(tries = 1000)
    void shouldTellTheChatsOfAnAgentInWhateverOrderTheyAreRead(@ForAll Random random) {
        // given: what each chat tells is in its order, and at a moment that never goes back, and no other chat has
        List<List<SpecificRecord>> chats = new ArrayList<>();
        List<SpecificRecord> told = told(random);
        TreeSet<String> chatIds = new TreeSet<>();
        InChat last = null;
        for (int chat = 1; chat <= 4; chat++) {
            List<SpecificRecord> ofChat = new ArrayList<>();
            int moment = 11 * chat;
            for (int word = 0; word < random.nextInt(6); word++) {
                moment += random.nextInt(3);
                String kind = random.nextInt(4) == 0 ? "supervisor" : random.nextInt(4) == 0 ? "customer" : "agent";
                InChat one = Pushes.inChat(
                        "chat-" + chat,
                        AGENT,
                        kind,
                        !kind.equals("supervisor") && random.nextBoolean(), // as the view of threads tells it
                        new Stamp("c" + (1 + moment % 3), (long) moment),
                        random.nextBoolean() ? "name at " + moment + "/" + chat : null);
                ofChat.add(one);
            }
            ofChat.sort(Comparator.comparing(record -> ((InChat) record).getAt(), Stamps.ORDER));
            chats.add(ofChat);
        }
        for (List<SpecificRecord> ofChat : chats) {
            String in = null;
            for (SpecificRecord record : ofChat) {
                InChat word = (InChat) record;
                if (!word.getKind().equals("customer")
                        && word.getSeenAt() != null
                        && (last == null || Stamps.isAfter(word.getAt(), last.getAt()))) {
                    last = word;
                }
                if (!word.getKind().equals("customer")) {
                    in = word.getIn() ? word.getChatId() : null;
                }
            }
            if (in != null) {
                chatIds.add(in);
            }
        }

        // when
        List<SpecificRecord> people = Folding.interleaved(chats, random);
        List<SpecificRecord> all = new ArrayList<>(told);
        all.addAll(people);
        AgentStatus status = Folding.fold(VIEW, Folding.misread(all, random));

        // then
        Optional<AgentRow> row =
                Optional.ofNullable(status).flatMap(known -> VIEW.row(AGENT, known, Pushes.receivedAt(0)));
        assertThat(row.map(AgentRow::getChatIds).orElse(List.of())).containsExactlyElementsOf(chatIds);
        assertThat(row.map(AgentRow::getName).orElse(null)).isEqualTo(last == null ? null : last.getName());
        assertThat(row.map(AgentRow::getEmail).orElse(null)).isEqualTo(last == null ? null : last.getEmail());
        assertThat(row.map(AgentRow::getRoutingStatus).orElse(null))
                .isEqualTo(Optional.ofNullable(row(told)).map(Row::status).orElse(null));
    }

    private record Row(String status, Instant since) {}

    /** Four connections, each with pushes, snapshots and perhaps a complete resync, in their true order. */
    private static List<SpecificRecord> told(Random random) {
        List<SpecificRecord> told = new ArrayList<>();
        for (int connection = 1; connection <= 4; connection++) {
            String id = "c" + connection;
            if (random.nextInt(3) > 0) {
                Snapshot word = Pushes.resynced(id);
                if (random.nextBoolean()) {
                    word.getPush()
                            .put("received_at", Pushes.receivedAt(random.nextInt(6))); // before some of its pushes
                }
                told.add(word);
            }
            for (int sequence = 0; sequence < random.nextInt(5); sequence++) {
                if (sequence > 0 && random.nextBoolean()) {
                    told.add(Pushes.agent(AGENT, status(random), Pushes.push(id, sequence, "agent_updated")));
                }
                if (random.nextInt(3) == 0) {
                    told.add(Pushes.snapshot(Pushes.resync(id, sequence), AGENT, status(random)));
                }
            }
        }
        return told;
    }

    private static @Nullable String status(Random random) {
        return switch (random.nextInt(5)) {
            case 0 -> null;
            case 1, 2 -> "accepting_chats";
            default -> "not_accepting_chats";
        };
    }

    /** Worked out without any state to save: a resync makes the status unknown unless its connection told it by then. */
    private static @Nullable Row row(List<SpecificRecord> told) {
        return row(told, told);
    }

    /** @param all also what is listed later: what a connection told before its resync was complete was never unknown */
    private static @Nullable Row row(List<SpecificRecord> told, List<SpecificRecord> all) {
        Row row = null;
        for (SpecificRecord record : told) {
            Push push = Source.push(record);
            if (record instanceof Snapshot word && Resyncs.isWord(word)) {
                boolean learned = all.stream()
                        .anyMatch(other -> status(other) != null
                                && Source.push(other).getConnectionId().equals(push.getConnectionId())
                                && !Source.push(other).getReceivedAt().isAfter(push.getReceivedAt()));
                row = row == null || learned || row.status().equals(AgentsFold.UNKNOWN)
                        ? row
                        : new Row(AgentsFold.UNKNOWN, push.getReceivedAt());
            } else if (status(record) != null && (row == null || !row.status().equals(status(record)))) {
                row = new Row(String.valueOf(status(record)), push.getReceivedAt());
            }
        }
        return row;
    }

    private static @Nullable String status(SpecificRecord record) {
        if (record instanceof AgentUpdated push) {
            return push.getRoutingStatus();
        }
        return record instanceof Snapshot snapshot && snapshot.getAgent() != null
                ? snapshot.getAgent().getRoutingStatus()
                : null;
    }
}
