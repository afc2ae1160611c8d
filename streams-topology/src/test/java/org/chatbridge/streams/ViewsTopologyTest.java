package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.chatbridge.avro.AgentUpdated;
import org.chatbridge.avro.Event;
import org.chatbridge.avro.Gap;
import org.chatbridge.avro.IncomingChatThread;
import org.chatbridge.avro.Push;
import org.chatbridge.avro.Snapshot;
import org.chatbridge.avro.view.ActivityRow;
import org.chatbridge.avro.view.ThreadRow;
import org.chatbridge.schema.Action;
import org.chatbridge.schema.OwnRecord;
import org.chatbridge.streams.state.ActivityMinute;
import org.chatbridge.streams.state.AgentStatus;
import org.chatbridge.streams.state.ChatThreads;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init") // JUnit sets the fields
class ViewsTopologyTest {
    private static final String AGENT = "smith@example.com";

    @TempDir
    private Path directory;

    private TestDriver driver;

    @BeforeEach
    void start() {
        driver = new TestDriver(directory);
    }

    @AfterEach
    void stop() {
        driver.close();
    }

    @Test
    void shouldKeepTheStatusOfAnAgent() {
        // when
        driver.send(
                Action.AGENT_UPDATED,
                AGENT,
                Pushes.agent(AGENT, "accepting_chats", Pushes.push("c1", 1, "agent_updated")));

        // then
        assertThat(agent()).map(AgentStatus::getRoutingStatus).hasValue("accepting_chats");
        assertThat(agent()).map(AgentStatus::getSince).hasValue(Pushes.receivedAt(1));
    }

    @Test
    void shouldKeepTheOpenThreadOfAChat() {
        // given: the event is read before the thread that it belongs to
        driver.send(
                Action.INCOMING_EVENT,
                Pushes.CHAT,
                Pushes.incoming(Pushes.push("c1", 3, "incoming_event"), null, Pushes.event("e2", 2L)));

        // when
        driver.send(
                Action.INCOMING_CHAT_THREAD,
                Pushes.CHAT,
                Pushes.announcement(
                        Pushes.push("c1", 1, "incoming_chat_thread"),
                        Pushes.thread("T1", null, true, List.of(Pushes.event("e1", 1L))),
                        List.of(Pushes.user("customer", "mary", true)),
                        List.of(7L)));
        driver.send(
                Action.CHAT_USERS_UPDATED,
                Pushes.CHAT,
                Pushes.agents(
                        Pushes.push("c1", 2, "chat_users_updated"),
                        List.of(Pushes.user("agent", AGENT, true)),
                        List.of()));

        // then
        ThreadRow thread = thread().orElseThrow();
        assertThat(thread.getThreadId()).isEqualTo("T1");
        assertThat(thread.getAgentIds()).containsExactly(AGENT);
        assertThat(thread.getGroupIds()).containsExactly(7L);
        assertThat(thread.getCustomerId()).isEqualTo("mary");
        assertThat(thread.getLastEvent()).isNotNull().extracting("id").isEqualTo("e2");
    }

    @Test
    void shouldDropAThreadThatWasClosed() {
        // given
        driver.send(Action.THREAD_CLOSED, Pushes.CHAT, Pushes.close(Pushes.push("c1", 2, "thread_closed"), "T1"));

        // when
        driver.send(
                Action.INCOMING_CHAT_THREAD,
                Pushes.CHAT,
                Pushes.announcement(
                        Pushes.push("c1", 1, "incoming_chat_thread"),
                        Pushes.thread("T1", null, true, List.of()),
                        null,
                        null));

        // then
        assertThat(thread()).isEmpty();
    }

    @Test
    void shouldGoOnAfterARecordThatCannotBeDecoded() {
        // given
        driver.sendBytes(Action.AGENT_UPDATED, AGENT, TestDriver.rubbish());
        driver.sendBytes(Action.AGENT_UPDATED, AGENT, new byte[] {0, 0, 0, 0, 1, 99, 99});

        // when
        driver.send(
                Action.AGENT_UPDATED,
                AGENT,
                Pushes.agent(AGENT, "accepting_chats", Pushes.push("c1", 1, "agent_updated")));

        // then
        assertThat(agent()).isPresent();
        assertThat(driver.count(Names.RECORDS_UNDECODABLE)).isEqualTo(2);
    }

    @Test
    void shouldTakeTheTimeOfThePushWhereARecordHasNone() {
        // when
        driver.sendWithoutTime(
                Action.AGENT_UPDATED,
                AGENT,
                Pushes.agent(AGENT, "accepting_chats", Pushes.push("c1", 1, "agent_updated")));

        // then
        assertThat(driver.<AgentStatus>states("agents").get(AGENT).timestamp())
                .isEqualTo(Pushes.receivedAt(1).toEpochMilli());
    }

    /** The driver has one partition, 0, of whatever number there may be. */
    @Test
    void shouldCountRecordsThatAreInAnotherPartitionThanThatOfTheirKey() {
        String topic = driver.topics.of(Action.AGENT_UPDATED);
        assertThat(driver.meters
                        .get(Names.RECORDS_MISPLACED)
                        .tag("topic", topic)
                        .counter()
                        .count())
                .isZero();
        driver.misplaced.learned(Map.of(topic, 6, driver.topics.of(OwnRecord.SNAPSHOT), 6));

        // when: by murmur2 a1 is of partition 5, a5 of 0
        for (String agent : List.of("a1", "a5")) {
            driver.send(
                    Action.AGENT_UPDATED,
                    agent,
                    Pushes.agent(agent, "accepting_chats", Pushes.push("c1", 1, "agent_updated")));
        }

        // then
        assertThat(driver.meters
                        .get(Names.RECORDS_MISPLACED)
                        .tag("topic", topic)
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(((StoreReader.Found.Here<AgentStatus>)
                                driver.<AgentStatus>reader("agents").get(0, "a1"))
                        .state())
                .isNotNull();
    }

    /** It names its partition. */
    @Test
    void shouldTakeTheWordThatAResyncIsCompleteForInItsPlace() {
        driver.misplaced.learned(Map.of(driver.topics.of(OwnRecord.SNAPSHOT), 1_000));

        driver.send(OwnRecord.SNAPSHOT, "c1", Pushes.resynced("c1"));

        assertThat(driver.count(Names.RECORDS_MISPLACED)).isZero();
    }

    @Test
    void shouldCountRecordsOfNobody() {
        // when
        driver.send(
                Action.AGENT_UPDATED, "", Pushes.agent("", "accepting_chats", Pushes.push("c1", 1, "agent_updated")));

        // and: as no bridge writes it
        driver.send(
                Action.AGENT_UPDATED, null, Pushes.agent("", "accepting_chats", Pushes.push("c1", 2, "agent_updated")));

        // then
        assertThat(driver.count(Names.RECORDS_WITHOUT_KEY)).isEqualTo(2);
        assertThat(((StoreReader.Found.Here<AgentStatus>)
                                driver.<AgentStatus>reader("agents").get(0, ""))
                        .state())
                .isNull();
    }

    @Test
    void shouldNotCloseAThreadOnceMoreThatALoginNamesAfterItWasForgotten() {
        // given
        Event answer = Pushes.event("e1", 1L);
        answer.put("author_id", "ada");
        driver.send(
                Action.INCOMING_CHAT_THREAD,
                Pushes.CHAT,
                Pushes.announcement(
                        Pushes.push("c1", 1, "incoming_chat_thread"),
                        Pushes.thread("T1", null, true, List.of()),
                        List.of(Pushes.user("agent", "ada", true)),
                        null));
        driver.send(
                Action.INCOMING_EVENT,
                Pushes.CHAT,
                Pushes.incoming(Pushes.push("c1", 2, "incoming_event"), "T1", answer));
        driver.send(Action.THREAD_CLOSED, Pushes.CHAT, Pushes.close(Pushes.push("c1", 3, "thread_closed"), "T1"));
        driver.advance(Duration.ofSeconds(1));
        driver.advance(Duration.ofHours(25));
        driver.advance(Duration.ofSeconds(1));
        assertThat(driver.states("threads").get(Pushes.CHAT)).isNull();

        // when
        Push login = Pushes.resync("c2", 0);
        login.put("received_at", Pushes.START.plus(Duration.ofHours(25)));
        driver.send(
                OwnRecord.SNAPSHOT,
                Pushes.CHAT,
                Pushes.snapshot(
                        login,
                        Pushes.thread("T1", Pushes.receivedAt(1), false, List.of()),
                        List.of(Pushes.user("agent", "ada", true)),
                        null));
        driver.advance(ActivityParts.TELLS_EVERY);

        // then
        ActivityMinute counted = ((StoreReader.Found.Here<ActivityMinute>)
                        driver.<ActivityMinute>reader("activity").get(0, Pushes.START.toString()))
                .state();
        ActivityRow minute = new ActivityView()
                .row("", Objects.requireNonNull(counted), Pushes.START)
                .orElseThrow();
        assertThat(minute.getThreadsClosed()).isEqualTo(1);
        assertThat(minute.getFirstResponse()).isNotNull().extracting("count").isEqualTo(1L);
    }

    @Test
    void shouldShowAThreadThatOpenedUnseen() {
        // when
        driver.send(OwnRecord.SNAPSHOT, Pushes.CHAT, opened("c2", "T1"));

        // then
        assertThat(thread()).map(ThreadRow::getThreadId).hasValue("T1");
        assertThat(thread().orElseThrow().getLastEvent())
                .isNotNull()
                .extracting("id")
                .isEqualTo("e1");
    }

    @Test
    void shouldCloseWhatAResyncDoesNotKnow() {
        // given
        driver.send(Action.INCOMING_CHAT_THREAD, Pushes.CHAT, announced("c1", 5, "T1"));
        driver.send(Action.AGENT_UPDATED, AGENT, accepting("c1", 6));
        assertThat(thread()).isPresent();

        // when
        driver.send(OwnRecord.SNAPSHOT, "c2", Pushes.resynced("c2"));

        // then
        assertThat(thread()).isEmpty();
        assertThat(agent()).map(AgentStatus::getRoutingStatus).hasValue("unknown");
        assertThat(agent()).map(AgentStatus::getSince).hasValue(Pushes.receivedAt(60));
    }

    @Test
    void shouldRememberAResyncForWhatIsReadLate() {
        // given
        driver.send(OwnRecord.SNAPSHOT, "c2", Pushes.resynced("c2"));

        // when
        driver.send(Action.INCOMING_CHAT_THREAD, Pushes.CHAT, announced("c1", 5, "T1"));
        driver.send(Action.AGENT_UPDATED, AGENT, accepting("c1", 6));

        // then
        assertThat(thread()).isEmpty();
        assertThat(agent()).map(AgentStatus::getRoutingStatus).hasValue("unknown");
    }

    @Test
    void shouldKeepWhatWasToldInTheConnectionOfTheResync() {
        // given
        driver.send(Action.INCOMING_CHAT_THREAD, Pushes.CHAT, announced("c1", 5, "T1"));
        driver.send(OwnRecord.SNAPSHOT, Pushes.CHAT, opened("c2", "T1"));
        driver.send(Action.AGENT_UPDATED, AGENT, accepting("c2", 1));

        // when
        driver.send(OwnRecord.SNAPSHOT, "c2", Pushes.resynced("c2"));

        // then
        assertThat(thread()).isPresent();
        assertThat(agent()).map(AgentStatus::getRoutingStatus).hasValue("accepting_chats");
    }

    @Test
    void shouldKeepTheRecordOfAGapThatTellsMost() {
        // given
        Gap gap = Pushes.gap("c1", "silence");

        // when: an old record comes again
        driver.send(OwnRecord.GAP, "c1", gap);
        driver.send(OwnRecord.GAP, "c1", Pushes.closed(gap));
        driver.send(OwnRecord.GAP, "c1", gap);

        // then
        assertThat(((StoreReader.Found.Here<Gap>) driver.<Gap>reader("gaps").get(0, "c1")).state())
                .isEqualTo(Pushes.closed(gap));
    }

    @Test
    void shouldTellTheUpstreamOfAllThatIsFolded() {
        // given
        driver.send(OwnRecord.GAP, "c1", Pushes.gap("c1", "silence"));
        assertThat(driver.upstream.lastPushAt()).as("a gap is no push").isEmpty();
        assertThat(driver.upstream.state()).isEqualTo(Upstream.State.CONNECTING);

        // when
        driver.send(OwnRecord.SNAPSHOT, Pushes.CHAT, opened("c2", "T1"));

        // then
        assertThat(driver.upstream.state()).isEqualTo(Upstream.State.STREAMING);
        assertThat(driver.upstream.lastPushAt()).hasValue(Pushes.receivedAt(0));
    }

    private static IncomingChatThread announced(String connection, long sequence, String thread) {
        return Pushes.announcement(
                Pushes.push(connection, sequence, "incoming_chat_thread"),
                Pushes.thread(thread, null, true, List.of()),
                null,
                null);
    }

    private static Snapshot opened(String connection, String thread) {
        return Pushes.snapshot(
                Pushes.resync(connection, 0),
                Pushes.thread(thread, null, true, List.of(Pushes.event("e1", 1L))),
                List.of(Pushes.user("customer", "mary", true)),
                null);
    }

    private static AgentUpdated accepting(String connection, long sequence) {
        return Pushes.agent(AGENT, "accepting_chats", Pushes.push(connection, sequence, "agent_updated"));
    }

    private Optional<AgentStatus> agent() {
        return Optional.ofNullable(((StoreReader.Found.Here<AgentStatus>)
                        driver.<AgentStatus>reader("agents").get(0, AGENT))
                .state());
    }

    private Optional<ThreadRow> thread() {
        ChatThreads state = ((StoreReader.Found.Here<ChatThreads>)
                        driver.<ChatThreads>reader("threads").get(0, Pushes.CHAT))
                .state();
        return state == null
                ? Optional.empty()
                : ThreadsFoldPropertyTest.row(state)
                        .filter(row -> row.getStatus().equals("open"));
    }
}
