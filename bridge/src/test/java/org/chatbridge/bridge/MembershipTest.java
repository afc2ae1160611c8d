package org.chatbridge.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.chatbridge.bridge.connection.ApiVersion;
import org.chatbridge.bridge.connection.Backoff;
import org.chatbridge.bridge.connection.ConnectionIds;
import org.chatbridge.bridge.connection.CustomerMonitoring;
import org.chatbridge.bridge.connection.Supervisor;
import org.chatbridge.bridge.connection.SupervisorSettings;
import org.chatbridge.bridge.connection.TyrusSockets;
import org.chatbridge.bridge.delivery.ByTurns;
import org.chatbridge.bridge.frames.OwnWords;
import org.chatbridge.bridge.journal.Fsync;
import org.chatbridge.bridge.journal.Journal;
import org.chatbridge.bridge.journal.JournalSettings;
import org.chatbridge.bridge.ledger.FakeMemory;
import org.chatbridge.bridge.ledger.Ledger;
import org.chatbridge.bridge.standby.SlotMemory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class MembershipTest {
    private final List<String> told = new ArrayList<>();

    @TempDir
    Path directory;

    /** As where Kafka could not be reached for longer than the session, and no other bridge is there. */
    @Test
    void shouldNotTakeForLateWhatNobodyTookOver() {
        Clock clock = Clock.systemUTC();
        SecureRandom random = new SecureRandom();
        ConnectionIds ids = new ConnectionIds(clock, random);
        SlotMemory memory = new SlotMemory(new FakeMemory(), state -> {});
        try (Journal journal = new Journal(new JournalSettings(directory, 1 << 20, Fsync.NEVER));
                OwnWords words = new OwnWords(journal)) {
            journal.open();
            words.start();
            Ledger ledger = new Ledger(memory, words, words::areWritten, journal::end, journal::endOnDisk, clock);
            SupervisorSettings settings = SupervisorSettings.recommended(
                    URI.create("ws://127.0.0.1:1/rtm/ws"),
                    ApiVersion.of("3.6"),
                    "test",
                    1,
                    CustomerMonitoring.HIGHEST_AVAILABLE,
                    true);
            try (Supervisor supervisor = new Supervisor(
                    settings,
                    new TyrusSockets(1 << 20, Duration.ofSeconds(1), null),
                    journal,
                    words,
                    ledger,
                    () -> "Bearer x",
                    () -> false,
                    new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(1), random),
                    ids,
                    clock,
                    System::nanoTime,
                    Runnable::run)) {
                supervisor.start();
                Membership membership =
                        new Membership(memory, journal, ledger, ids, new Told(), supervisor, lastWord -> {});

                membership.ours(Optional.empty());
                membership.anothers();
                assertThat(told).as("it is not known whose turn it is").endsWith("undecided");

                membership.ours(Optional.empty());
                assertThat(told).doesNotContain("follow");

                membership.anothers();
                membership.stillAnothers();
                assertThat(told).endsWith("undecided", "follow");
            }
        }
    }

    private final class Told implements ByTurns {
        @Override
        public void undecided() {
            told.add("undecided");
        }

        @Override
        public void lead(String newest) {
            told.add("lead");
        }

        @Override
        public void follow() {
            told.add("follow");
        }
    }
}
