package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.specific.SpecificRecord;
import org.chatbridge.avro.Push;
import org.chatbridge.avro.User;
import org.chatbridge.avro.view.CustomerRow;
import org.chatbridge.streams.state.CustomerState;
import org.chatbridge.streams.state.Stamp;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CustomersFoldTest {
    private static final String MARY = "mary";
    private static final CustomersView VIEW = new CustomersView();
    private static final Instant SOON = Pushes.receivedAt(60);

    @Test
    void shouldForgetWhatAWholeUpdateLeavesOut() {
        // when
        CustomerRow row = row(updated(1, "0.2", "Mary", "mary@example.com"), updated(2, "0.2", "Mary B.", null));

        // then
        assertThat(row.getName()).isEqualTo("Mary B.");
        assertThat(row.getEmail()).isNull();
        assertThat(row.getUpdatedAt()).isEqualTo(Pushes.receivedAt(2));
    }

    @Test
    void shouldKeepWhatAPartialUpdateLeavesOut() {
        // when
        CustomerRow row = row(updated(1, "3.6", "Mary", "mary@example.com"), updated(2, "3.6", "Mary B.", null));

        // then
        assertThat(row.getName()).isEqualTo("Mary B.");
        assertThat(row.getEmail()).isEqualTo("mary@example.com");
    }

    @ParameterizedTest
    @CsvSource({
        "0.2, false",
        "3.1, false",
        "3.2, false",
        "3.3, true",
        "3.6, true",
        "3.10, true",
        "4, true",
        "next, true"
    })
    void shouldKnowFromWhichVersionOnUpdatesArePartial(String version, boolean partial) {
        assertThat(CustomersFold.isPartial(version)).isEqualTo(partial);
    }

    @Test
    void shouldNotCallACustomerBannedForEverWhoseBanHasEnded() {
        Instant end = Pushes.receivedAt(1).plus(Duration.ofDays(1));
        CustomerState state = state(CustomerPushes.banned(push(1, "0.2"), 1L), banned(2, "0.2", true));

        assertThat(VIEW.row(MARY, state, end.minusSeconds(1)).orElseThrow().getBanned())
                .isTrue();
        for (CustomerState later : List.of(state, VIEW.aged(state, end, true))) {
            assertThat(VIEW.row(MARY, later, end).orElseThrow().getBanned()).isFalse();
            assertThat(VIEW.row(MARY, later, end).orElseThrow().getBannedUntil())
                    .isNull();
        }
        assertThat(row(banned(1, "0.2", true)).getBanned())
                .as("an update alone")
                .isTrue();
        assertThat(row(banned(1, "0.2", true), CustomerPushes.unbanned(push(2, "0.2")))
                        .getBanned())
                .isFalse();
        assertThat(row(updated(1, "3.6", "Mary", null)).getBanned()).isNull();
    }

    @Test
    void shouldTellMonitoringAsJsonWithTheMembersOfTheTopic() {
        // when
        CustomerRow row = row(CustomerPushes.updated(
                push(1, "0.2"),
                User.newBuilder()
                        .setId(MARY)
                        .setLastSeenTimestamp(Instant.EPOCH)
                        .setMonitoring(CustomerPushes.monitoring("198.51.100.23"))
                        .setProperties(Map.of("vip", "true"))
                        .setExtra(Map.of("state", "\"browsing\""))
                        .build()));

        // then
        assertThat(row.getMonitoring()).isEqualTo(CustomerPushes.monitoringJson("198.51.100.23"));
        assertThat(row.getProperties()).isEqualTo(Map.of("vip", "true"));
        assertThat(row.getExtra()).isEqualTo(Map.of("state", "\"browsing\""));
        assertThat(row.getLastSeen()).as("1970 stands for never").isNull();
    }

    @Test
    void shouldTellWhatAFlatUpdateHasBesideItsFields() {
        // given: an own name that does not fit its field
        User mary = User.newBuilder()
                .setId(MARY)
                .setExtra(Map.of("name", "{}", "state", "0"))
                .build();
        Map<String, String> beside = Map.of("state", "\"chatting\"", "visit", "{\"id\":7}");

        // when
        CustomerRow row = row(
                CustomerPushes.flat(push(1, "3.6"), mary, beside),
                CustomerPushes.flat(
                        push(2, "3.6"), User.newBuilder().setId(MARY).build(), Map.of("visit", "{\"id\":8}")));

        // then
        assertThat(row.getExtra()).isEqualTo(Map.of("name", "{}", "state", "0", "visit", "{\"id\":8}"));
    }

    @Test
    void shouldNotTellWhatARepeatedMemberSaidBefore() {
        // when
        Map<String, String> extra = Map.of("state", "\"chatting\"", "state#1", "\"browsing\"");
        User mary = User.newBuilder().setId(MARY).setExtra(extra).build();

        // then
        for (String version : List.of("3.2", "3.6")) {
            assertThat(row(CustomerPushes.updated(push(1, version), mary)).getExtra())
                    .isEqualTo(Map.of("state", "\"chatting\""));
        }
    }

    @Test
    void shouldNotTakeForTheCustomersWhatStandsBesideANestedOne() {
        // when
        CustomerRow row = row(CustomerPushes.flat(
                push(1, "3.2"), User.newBuilder().setId(MARY).build(), Map.of("requester_id", "\"x\"")));

        // then
        assertThat(row.getExtra()).isEmpty();
    }

    @Test
    void shouldIgnoreAnUpdateOfNobody() {
        assertThat(Folding.fold(VIEW, List.of(CustomerPushes.updated(push(1, "0.2"), null))))
                .isNull();
    }

    @Test
    void shouldTellHowLongACustomerIsBanned() {
        assertThat(row(CustomerPushes.banned(push(1, "0.2"), 3L)).getBannedUntil())
                .isEqualTo(Pushes.receivedAt(1).plus(Duration.ofDays(3)));
        assertThat(row(CustomerPushes.banned(push(1, "0.2"), 3L), CustomerPushes.unbanned(push(2, "0.2")))
                        .getBannedUntil())
                .isNull();
        assertThat(row(CustomerPushes.unbanned(push(2, "0.2")), CustomerPushes.banned(push(1, "0.2"), 3L))
                        .getBannedUntil())
                .as("read in another order")
                .isNull();
        assertThat(row(CustomerPushes.banned(push(1, "0.2"), Long.MAX_VALUE)).getBannedUntil())
                .isEqualTo(Pushes.receivedAt(1).plus(Duration.ofDays(1_000_000)));
    }

    @Test
    void shouldEndABanThatAnUpdateSaysIsOver() {
        // given
        SpecificRecord banned = CustomerPushes.banned(push(2, "0.2"), 3L);
        Instant until = Pushes.receivedAt(2).plus(Duration.ofDays(3));

        // when / then
        for (String version : List.of("0.2", "3.6")) {
            assertThat(row(banned, banned(3, version, false)).getBannedUntil()).isNull();
            assertThat(row(banned(3, version, false), banned).getBannedUntil())
                    .as("read in another order")
                    .isNull();
            assertThat(row(banned(1, version, false), banned).getBannedUntil()).isEqualTo(until);
            assertThat(row(banned, banned(1, version, false)).getBannedUntil())
                    .as("read in another order")
                    .isEqualTo(until);
            assertThat(row(banned, banned(3, version, true)).getBannedUntil()).isEqualTo(until);
        }
        assertThat(row(banned, updated(4, "0.2", "Mary", null), banned(3, "0.2", false))
                        .getBannedUntil())
                .as("read after a later one that does not say")
                .isNull();
    }

    @Test
    void shouldIgnoreABanWithoutALength() {
        assertThat(Folding.fold(VIEW, List.of(CustomerPushes.banned(push(1, "0.2"), null))))
                .isNull();
    }

    @Test
    void shouldEndABanWithItsTime() {
        // given
        CustomerState banned = state(CustomerPushes.banned(push(1, "0.2"), 3L));
        Instant end = Pushes.receivedAt(1).plus(Duration.ofDays(3));
        assertThat(VIEW.due(banned)).hasValue(end);

        // when
        CustomerState ended = VIEW.aged(banned, end, true);

        // then
        assertThat(VIEW.aged(banned, end.minusMillis(1), true)).isEqualTo(banned);
        assertThat(ended).isNotEqualTo(banned);
        assertThat(VIEW.due(ended)).isEmpty();
        assertThat(VIEW.row(MARY, banned, end).orElseThrow().getBannedUntil()).isNull();

        // and: it does not begin again when its push is read again
        assertThat(Folding.fold(VIEW, ended, List.of(CustomerPushes.banned(push(1, "0.2"), 3L))))
                .isEqualTo(ended);
    }

    @Test
    void shouldShowACustomerAsTheChatDoesUntilAnUpdateTells() {
        // given
        SpecificRecord seen = Pushes.inChat("PB", MARY, "customer", true, new Stamp("c1", 9L), "Guest");

        // when
        CustomerRow fromChat = row(seen);
        CustomerRow fromUpdate = row(updated(1, "0.2", "Mary", null), seen);

        // then
        assertThat(fromChat.getName()).isEqualTo("Guest");
        assertThat(fromChat.getUpdatedAt()).isNull();
        assertThat(fromChat.getChatIds()).containsExactly("PB");
        assertThat(fromUpdate.getName()).isEqualTo("Mary");
        assertThat(fromUpdate.getEmail()).as("the update tells none").isEqualTo("Guest@example.com");
    }

    @Test
    void shouldNotTellOfAgents() {
        assertThat(Folding.fold(VIEW, List.of(Pushes.inChat("PB", "ada", "agent", true, new Stamp("c1", 9L), "Ada"))))
                .isNull();
    }

    private static Push push(long sequence, String version) {
        return CustomerPushes.version(Pushes.push("c1", sequence, "any"), version);
    }

    private static SpecificRecord updated(long sequence, String version, String name, @Nullable String email) {
        return CustomerPushes.updated(
                push(sequence, version),
                User.newBuilder().setId(MARY).setName(name).setEmail(email).build());
    }

    private static SpecificRecord banned(long sequence, String version, boolean banned) {
        return CustomerPushes.updated(
                push(sequence, version),
                User.newBuilder().setId(MARY).setBanned(banned).build());
    }

    private static CustomerState state(SpecificRecord... records) {
        return Objects.requireNonNull(Folding.fold(VIEW, List.of(records)));
    }

    private static CustomerRow row(SpecificRecord... records) {
        return VIEW.row(MARY, state(records), SOON).orElseThrow();
    }
}
