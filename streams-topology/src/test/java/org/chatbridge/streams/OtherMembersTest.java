package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.chatbridge.program.HostPort;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OtherMembersTest {
    private final AtomicLong nanos = new AtomicLong();
    private final List<String> members = new ArrayList<>();
    private final OtherMembers check = check(() -> List.copyOf(members));

    private OtherMembers check(OtherMembers.Asking asking) {
        return new OtherMembers(List::of, asking, "livechat-views", Duration.ofSeconds(15), nanos::get);
    }

    @Test
    void shouldStartAlone() throws Exception {
        assertThat(check.missing()).isEmpty();
    }

    @Test
    void shouldStartOnceItsFormerSelfIsGone() throws Exception {
        members.add("livechat-views-1 at /127.0.0.1");
        assertThat(check.missing()).singleElement().asString().contains("application.server is not set");
        nanos.addAndGet(Duration.ofSeconds(14).toNanos());
        assertThat(check.missing()).isNotEmpty();

        members.clear();
        assertThat(check.missing()).isEmpty();
    }

    @Test
    void shouldRefuseToShareTheWork() throws Exception {
        members.add("livechat-views-1 at /10.0.0.7");
        assertThat(check.missing()).isNotEmpty();
        nanos.addAndGet(Duration.ofSeconds(15).toNanos());

        assertThatThrownBy(check::missing)
                .isInstanceOf(OtherMembers.UnreachableException.class)
                .hasMessageStartingWith("application.server: required")
                .hasMessageContaining("livechat-views-1 at /10.0.0.7");
    }

    @Test
    void shouldGiveItsFormerSelfItsTimeAnewWhereKafkaWasAway() throws Exception {
        List<String> notThere = new ArrayList<>();
        AtomicBoolean answers = new AtomicBoolean(true);
        OtherMembers afterCrash = new OtherMembers(
                () -> List.copyOf(notThere),
                () -> {
                    if (!answers.get()) {
                        throw new TimeoutException("late");
                    }
                    return List.of("livechat-views-1 at /127.0.0.1");
                },
                "livechat-views",
                Duration.ofSeconds(15),
                nanos::get);
        afterCrash.missing();
        nanos.addAndGet(Duration.ofSeconds(10).toNanos());
        notThere.add("Kafka does not answer");
        afterCrash.missing();
        notThere.clear();
        nanos.addAndGet(Duration.ofSeconds(10).toNanos());
        assertThat(afterCrash.missing()).isNotEmpty();

        nanos.addAndGet(Duration.ofSeconds(10).toNanos());
        answers.set(false);
        afterCrash.missing();
        answers.set(true);
        nanos.addAndGet(Duration.ofSeconds(10).toNanos());
        assertThat(afterCrash.missing()).isNotEmpty();

        nanos.addAndGet(Duration.ofSeconds(15).toNanos());
        assertThatThrownBy(afterCrash::missing).isInstanceOf(OtherMembers.UnreachableException.class);
    }

    @Test
    void shouldWaitWhileKafkaDoesNotTell() throws Exception {
        OtherMembers late = check(() -> {
            throw new TimeoutException("late");
        });
        assertThat(late.missing()).singleElement().asString().contains("Kafka does not tell");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0:8080", "[::]:8080", "[0:0:0:0:0:0:0:0]:1", "*:8080"})
    void shouldRefuseAnAddressThatIsNone(String listen) {
        assertThatThrownBy(() -> OtherMembers.refuseAnyAddress(HostPort.parse(listen)))
                .isInstanceOf(OtherMembers.UnreachableException.class)
                .hasMessageContaining("http.listen=" + listen);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:8080", "[::1]:8080", "views-1:8080", "10.0.0.1:80"})
    void shouldTakeAnAddress(String listen) {
        assertThatCode(() -> OtherMembers.refuseAnyAddress(HostPort.parse(listen)))
                .doesNotThrowAnyException();
    }
}
