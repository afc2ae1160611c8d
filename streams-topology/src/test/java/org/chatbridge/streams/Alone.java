package org.chatbridge.streams;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.chatbridge.program.HostPort;
import org.chatbridge.program.Response;

/** An instance without peers: it has everything, in one partition. */
final class Alone implements Locator {
    private static final HostPort SELF = new HostPort("127.0.0.1", 1);

    @Override
    public HostPort self() {
        return SELF;
    }

    @Override
    public Copies ofKey(String store, String key) {
        return new Copies(0, SELF, List.of());
    }

    @Override
    public List<Copies> all(String store, Collection<String> topics) {
        return List.of(ofKey(store, ""));
    }

    static CompletableFuture<Response> nobody(
            HostPort peer, String target, Map<String, String> headers, Duration within) {
        return CompletableFuture.failedFuture(new AssertionError("there is no " + peer));
    }
}
