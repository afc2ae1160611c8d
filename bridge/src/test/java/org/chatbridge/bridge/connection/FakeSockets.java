package org.chatbridge.bridge.connection;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sockets without a network: each is remembered with what was sent on it. */
final class FakeSockets implements Socket.Opener {
    final List<FakeSocket> opened = new ArrayList<>();
    final List<@Nullable String> regions = new ArrayList<>();

    @Nullable
    String refusal;

    Duration retryAfter = Duration.ZERO;

    /** A frame that arrives before the opener knows that its socket is open. */
    @Nullable
    String greeting;

    static final class FakeSocket implements Socket {
        final URI url;
        final Listener listener;
        final List<String> sent = new ArrayList<>();
        int pings;
        long lastMark;
        boolean answersPings;
        boolean closed;

        FakeSocket(URI url, Listener listener) {
            this.url = url;
            this.listener = listener;
        }

        /** A text frame arrives, alone. */
        void says(String text) {
            listener.onText(text.getBytes(StandardCharsets.UTF_8));
            listener.onAllRead();
        }

        @Override
        public void send(String text) {
            sent.add(text);
        }

        @Override
        public void ping(long mark) {
            pings++;
            lastMark = mark;
            if (answersPings) {
                listener.onPong(mark);
            }
        }

        @Override
        public void close(String reason) {
            closed = true;
        }
    }

    @Override
    public Socket open(URI url, @Nullable String region, Socket.Listener listener) throws Socket.CannotOpenException {
        if (refusal != null) {
            throw new Socket.CannotOpenException(refusal, new IllegalStateException(), retryAfter);
        }
        regions.add(region);
        FakeSocket socket = new FakeSocket(url, listener);
        opened.add(socket);
        if (greeting != null) {
            socket.says(greeting);
        }
        return socket;
    }

    FakeSocket last() {
        return opened.get(opened.size() - 1);
    }

    long open() {
        return opened.stream().filter(socket -> !socket.closed).count();
    }
}
