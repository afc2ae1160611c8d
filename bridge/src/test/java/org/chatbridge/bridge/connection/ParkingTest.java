package org.chatbridge.bridge.connection;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.URI;
import java.time.Duration;
import org.chatbridge.bridge.frames.MemoryFrameQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whoever sets the bridge's agent to accept chats, however often, makes it ask LiveChat now and then. */
class ParkingTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final ManualClock clock = new ManualClock();
    private final Receiver receiver = new Receiver(
            1, "c1", new MemoryFrameQueue(1 << 20), signal -> {}, new Sight(clock, clock::nanos), true, null);
    private final FakeSockets.FakeSocket socket = new FakeSockets.FakeSocket(URI.create("ws://x"), receiver);
    private final Session session = new Session(1, receiver, new Requests(ApiVersion.V3_6, "test"));
    private final Parking parking = new Parking(session, Duration.ofSeconds(15), new Parking.Listener() {
        @Override
        public void settled(String reason, long now) {}

        @Override
        public void refused(Reply reply, long now) {}
    });

    private long now;
    private long sequence;

    @BeforeEach
    void park() throws Exception {
        session.opened(socket);
        parking.begin(now);
        answer();
    }

    @Test
    void shouldAskAtOnceAndOnceForAllThatIsPushedMeanwhile() throws Exception {
        for (int i = 0; i < 1_000; i++) {
            accepting();
        }
        assertThat(asked()).as("with that of the login").isEqualTo(2);

        answer();
        pass(Duration.ofMinutes(5));
        assertThat(asked()).as("some came after it was asked").isEqualTo(3);
    }

    @Test
    void shouldAskLessAndLessOftenWhereTheAgentIsSetBackEachTime() throws Exception {
        int answered = asked();
        for (int i = 0; i < 600; i++) {
            accepting();
            while (answered < asked()) {
                answer();
                answered++;
                accepting();
            }
            pass(Duration.ofSeconds(1));
        }
        assertThat(asked() - 1).as("in ten minutes").isBetween(10, 20);
    }

    @Test
    void shouldAskAtOnceAgainWhereItWasLeftAloneForAMinute() throws Exception {
        for (int hour = 2; hour < 10; hour++) {
            pass(Duration.ofHours(1));
            accepting();
            assertThat(asked()).isEqualTo(hour);
            answer();
        }
    }

    private void accepting() {
        sequence++;
        parking.saw(new Signal.AcceptingChats(1, sequence), now);
    }

    private void pass(Duration time) {
        long end = now + time.toNanos();
        while (now < end) {
            now += SECOND;
            parking.fire(now);
        }
    }

    private int asked() {
        return socket.sent.size();
    }

    private void answer() throws Exception {
        JsonNode asked = JSON.readTree(socket.sent.get(asked() - 1));
        session.hasHeard(sequence);
        session.answered(
                new Reply(
                        asked.path("request_id").asText(),
                        asked.path("action").asText(),
                        true,
                        JSON.createObjectNode()),
                now);
    }
}
