package org.chatbridge.streams;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.chatbridge.program.HostPort;
import org.chatbridge.program.Response;

/** Asks another instance. */
interface PeerClient {
    /**
     * Asks with GET, and holds no thread while it waits.
     *
     * @param target path and query, escaped
     * @param within after which there is no answer
     * @return its answer, whatever the status; fails where there is none
     */
    CompletableFuture<Response> ask(HostPort peer, String target, Map<String, String> headers, Duration within);
}
