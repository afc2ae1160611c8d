package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.avro.specific.SpecificRecord;
import org.chatbridge.avro.AgentUpdated;
import org.chatbridge.avro.Push;
import org.chatbridge.avro.Snapshot;
import org.chatbridge.streams.state.AgentStatus;
import org.jspecify.annotations.Nullable;

class AgentsFoldPropertyTest {
    private static final String AGENT = "ada";

    @Property(tries = 3000)
    void shouldGiveTheSameRowInWhateverOrderTheTopicsAreRead(@ForAll Random random) {
        // given
        List<SpecificRecord> told = told(random);
        AgentStatus inTrueOrder = Folding.fold(new AgentsView(), told);

        // when
        AgentStatus shuffled = Folding.fold(new AgentsView(), Folding.misread(told, random));

        // then
        assertThat(shuffled).isEqualTo(inTrueOrder);
        assertThat(shuffled == null ? null : new Row(shuffled.getRoutingStatus(), shuffled.getSince()))
                .isEqualTo(row(told));
    }

    private record Row(String status, Instant since) {}

    /** Four connections, each with pushes, snapshots and perhaps a complete resync, in their true order. */
    private static List<SpecificRecord> told(Random random) {
        List<SpecificRecord> told = new ArrayList<>();
        for (int connection = 1; connection <= 4; connection++) {
            String id = "c" + connection;
            if (random.nextInt(3) > 0) {
                told.add(Pushes.resynced(id));
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

    /** Worked out without any state to save: a resync makes the status unknown unless its connection tells it. */
    private static @Nullable Row row(List<SpecificRecord> told) {
        Row row = null;
        for (SpecificRecord record : told) {
            Push push = Source.push(record);
            if (record instanceof Snapshot word && Resyncs.isWord(word)) {
                boolean learned = told.stream()
                        .anyMatch(other -> status(other) != null
                                && Source.push(other).getConnectionId().equals(push.getConnectionId()));
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
