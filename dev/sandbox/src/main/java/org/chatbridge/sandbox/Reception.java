package org.chatbridge.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Where connections come in and hand over what they ask; late, where the server is slow on purpose. */
final class Reception implements Peer.Acceptor, AgentConnection.Server {

    private static final int RECEIVED_KEPT = 10_000;

    private final SimulatorSettings settings;
    private final Audience audience;
    private final Stage stage;
    private final Faults faults;
    private final FrameLog log;
    private final ScheduledExecutorService scheduler;
    private final AtomicInteger numbers = new AtomicInteger();
    private final Deque<String> received = new ArrayDeque<>();

    Reception(
            SimulatorSettings settings,
            Audience audience,
            Stage stage,
            Faults faults,
            FrameLog log,
            ScheduledExecutorService scheduler) {
        this.settings = settings;
        this.audience = audience;
        this.stage = stage;
        this.faults = faults;
        this.log = log;
        this.scheduler = scheduler;
    }

    @Override
    public Peer.Listener accept(Peer peer) {
        int number = numbers.incrementAndGet();
        AgentConnection connection = new AgentConnection(peer, this, settings.queueFrames(), number);
        log.connection(number, "opened");
        audience.add(connection);
        connection.start();
        return connection;
    }

    /** The latest frames of all clients. */
    List<String> received() {
        synchronized (received) {
            return List.copyOf(received);
        }
    }

    @Override
    public void received(String frame) {
        synchronized (received) {
            received.addLast(frame);
            if (received.size() > RECEIVED_KEPT) {
                received.removeFirst();
            }
        }
    }

    @Override
    public void login(AgentConnection connection, ObjectNode request) {
        inTime(() -> stage.login(connection, request));
    }

    @Override
    public void answer(AgentConnection connection, ObjectNode request) {
        inTime(() -> stage.answer(connection, request));
    }

    @Override
    public void deliver(AgentConnection connection, Outbox.Task frame) {
        audience.deliver(connection, frame);
    }

    @Override
    public boolean holdsResponses() {
        return faults.holdsResponses();
    }

    @Override
    public void gone(AgentConnection connection) {
        log.connection(connection.number(), "closed");
        audience.remove(connection);
    }

    private void inTime(Runnable request) {
        Duration late = faults.lateBy();
        if (late.isZero()) {
            request.run();
            return;
        }
        try {
            var unused = scheduler.schedule(request, late.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // the server is being closed
        }
    }
}
