package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.chatbridge.avro.ChatScopesUpdated;
import org.chatbridge.avro.IncomingChatThread;
import org.chatbridge.avro.IncomingSneakPeek;
import org.chatbridge.avro.IncomingTypingIndicator;
import org.chatbridge.avro.Scopes;
import org.chatbridge.avro.SneakPeek;
import org.chatbridge.avro.Thread;
import org.chatbridge.avro.TypingIndicator;
import org.chatbridge.avro.view.ChatRow;
import org.chatbridge.streams.state.ChatState;
import org.junit.jupiter.api.Test;

class ChatsViewTest {
    private static final ChatsView VIEW = new ChatsView(Views.ENDED_KEPT_FOR);

    @Test
    void shouldLeaveOutWhatIsOverWhereverItIsAsked() {
        ChatState state = Objects.requireNonNull(Folding.fold(
                VIEW,
                List.of(
                        IncomingTypingIndicator.newBuilder()
                                .setPush(Pushes.push("c1", 1, "incoming_typing_indicator"))
                                .setChatId(Pushes.CHAT)
                                .setTypingIndicator(TypingIndicator.newBuilder()
                                        .setAuthorId("ada")
                                        .setIsTyping(true)
                                        .build())
                                .build(),
                        IncomingSneakPeek.newBuilder()
                                .setPush(Pushes.push("c1", 2, "incoming_sneak_peek"))
                                .setChatId(Pushes.CHAT)
                                .setSneakPeek(SneakPeek.newBuilder()
                                        .setAuthorId("mary")
                                        .setText("hell")
                                        .build())
                                .build())));

        // 5 s for one, 10 s for the other, and 5 s by which clocks may differ
        assertThat(shown(state, 11).getTyping()).hasSize(1);
        assertThat(shown(state, 12).getTyping()).isEmpty();
        assertThat(shown(state, 17).getSneakPeek()).isNotNull();
        assertThat(shown(state, 18).getSneakPeek()).isNull();
    }

    @Test
    void shouldNotTakeAThreadWhoseScopesAreToldForAChat() {
        ChatScopesUpdated granted = ChatScopesUpdated.newBuilder()
                .setPush(Pushes.push("c1", 1, "access_granted"))
                .setChatId("K600PKZON8")
                .setResource("thread")
                .setAccess(new Scopes(List.of(1L), null, Map.of()))
                .build();

        assertThat(Folding.fold(VIEW, List.of(granted))).isNull();
        assertThat(Folding.fold(new ThreadsView(Views.ENDED_KEPT_FOR), List.of(granted)))
                .isNull();
    }

    @Test
    void shouldTakeTheScopesOfTheChatWhereItsThreadKeepsWhatTheChatHasLost() {
        IncomingChatThread both = Pushes.announcement(
                Pushes.push("c1", 1, "incoming_chat"),
                Pushes.thread("T1", Pushes.receivedAt(0), true, List.of()),
                null,
                List.of(2L));
        thread(both).put("scopes", new Scopes(List.of(1L, 2L), null, Map.of()));
        IncomingChatThread threadAlone = Pushes.announcement(
                Pushes.push("c1", 2, "incoming_chat"),
                Pushes.thread("T1", Pushes.receivedAt(0), true, List.of()),
                null,
                null);
        thread(threadAlone).put("scopes", new Scopes(List.of(7L), null, Map.of()));

        assertThat(shown(Objects.requireNonNull(Folding.fold(VIEW, List.of(both))), 1)
                        .getScopes()
                        .getGroups())
                .containsExactly(2L);
        assertThat(shown(Objects.requireNonNull(Folding.fold(VIEW, List.of(both, threadAlone))), 1)
                        .getScopes()
                        .getGroups())
                .containsExactly(7L);
    }

    private static Thread thread(IncomingChatThread announcement) {
        return Objects.requireNonNull(
                Objects.requireNonNull(announcement.getChat()).getThread());
    }

    private static ChatRow shown(ChatState state, int second) {
        Instant at = Pushes.receivedAt(second);
        return VIEW.at(VIEW.row(Pushes.CHAT, state, at).orElseThrow(), at, at);
    }
}
