package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.chatbridge.schema.Action;
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
        OpenThread thread = thread().orElseThrow();
        assertThat(thread.threadId()).isEqualTo("T1");
        assertThat(thread.agentIds()).containsExactly(AGENT);
        assertThat(thread.groupIds()).containsExactly(7L);
        assertThat(thread.customerId()).isEqualTo("mary");
        assertThat(thread.lastEvent()).isNotNull().extracting("id").isEqualTo("e2");
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
                                driver.<AgentStatus>reader(AgentsView.NAME).get(""))
                        .state())
                .isNull();
    }

    @Test
    void shouldTellTheUpstreamFromThePushes() {
        // given
        assertThat(driver.upstream.state()).isEqualTo(Upstream.State.CONNECTING);
        assertThat(driver.upstream.lastPushAt()).isEmpty();

        // when / then
        driver.send(
                Action.AGENT_UPDATED,
                AGENT,
                Pushes.agent(AGENT, "accepting_chats", Pushes.push("c1", 1, "agent_updated")));
        assertThat(driver.upstream.state()).isEqualTo(Upstream.State.STREAMING);

        driver.send(Action.AGENT_DISCONNECTED, AGENT, Pushes.disconnected(Pushes.push("c1", 3, "agent_disconnected")));
        assertThat(driver.upstream.state()).isEqualTo(Upstream.State.STOPPED);
        assertThat(driver.upstream.lastPushAt()).hasValue(Pushes.receivedAt(3));

        // an older push of another topic is read late
        driver.send(
                Action.AGENT_UPDATED,
                AGENT,
                Pushes.agent(AGENT, "not_accepting_chats", Pushes.push("c1", 2, "agent_updated")));
        assertThat(driver.upstream.state()).isEqualTo(Upstream.State.STOPPED);

        driver.send(
                Action.AGENT_UPDATED,
                AGENT,
                Pushes.agent(AGENT, "accepting_chats", Pushes.push("c2", 1, "agent_updated")));
        assertThat(driver.upstream.state()).isEqualTo(Upstream.State.STREAMING);
    }

    private Optional<AgentStatus> agent() {
        return Optional.ofNullable(((StoreReader.Found.Here<AgentStatus>)
                        driver.<AgentStatus>reader(AgentsView.NAME).get(AGENT))
                .state());
    }

    private Optional<OpenThread> thread() {
        ChatThreads state = ((StoreReader.Found.Here<ChatThreads>)
                        driver.<ChatThreads>reader(ThreadsView.NAME).get(Pushes.CHAT))
                .state();
        return state == null ? Optional.empty() : OpenThread.of(Pushes.CHAT, state);
    }
}
