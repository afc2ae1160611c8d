package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import org.chatbridge.streams.state.AgentStatus;
import org.chatbridge.streams.state.Stamp;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AgentsFoldTest {
    private static final String AGENT = "smith@example.com";

    @Test
    void shouldBeginAStatusWhenItsPushArrives() {
        assertThat(fold(1, "accepting_chats", null))
                .isEqualTo(new AgentStatus(AGENT, "accepting_chats", Pushes.receivedAt(1), new Stamp("c1", 1L)));
    }

    @Test
    void shouldKeepSinceWhileTheStatusStays() {
        // given
        AgentStatus status = fold(1, "accepting_chats", null);

        // when
        AgentStatus same = fold(2, "accepting_chats", status);
        AgentStatus changed = fold(3, "not_accepting_chats", same);

        // then
        assertThat(same)
                .isEqualTo(new AgentStatus(AGENT, "accepting_chats", Pushes.receivedAt(1), new Stamp("c1", 2L)));
        assertThat(changed)
                .isEqualTo(new AgentStatus(AGENT, "not_accepting_chats", Pushes.receivedAt(3), new Stamp("c1", 3L)));
    }

    @Test
    void shouldIgnoreAPushThatComesAgain() {
        // given
        AgentStatus status = fold(2, "not_accepting_chats", fold(1, "accepting_chats", null));

        // when / then
        assertThat(fold(1, "accepting_chats", status)).isSameAs(status);
        assertThat(fold(2, "not_accepting_chats", status)).isSameAs(status);
    }

    @Test
    void shouldIgnoreAPushThatSaysNothingOfTheStatus() {
        assertThat(fold(1, null, null)).isNull();
    }

    private static @Nullable AgentStatus fold(long sequence, @Nullable String status, @Nullable AgentStatus before) {
        return AgentsFold.updated(
                AGENT, Pushes.agent(AGENT, status, Pushes.push("c1", sequence, "agent_updated")), before);
    }
}
