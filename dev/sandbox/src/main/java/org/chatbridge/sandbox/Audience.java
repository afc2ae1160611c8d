package org.chatbridge.sandbox;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** All connections of the server: those who have logged in get the pushes, those who are too slow are cut off. */
final class Audience {

    private static final long SEND_WITHIN_S = 60;
    private static final long CLOSE_WITHIN_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final List<AgentConnection> connections = new CopyOnWriteArrayList<>();
    private final AtomicLong slow = new AtomicLong();
    private final SimulatorSettings settings;

    Audience(SimulatorSettings settings) {
        this.settings = settings;
    }

    void add(AgentConnection connection) {
        connections.add(connection);
    }

    void remove(AgentConnection connection) {
        connections.remove(connection);
    }

    List<AgentConnection> all() {
        return connections;
    }

    List<AgentConnection> loggedIn() {
        return connections.stream().filter(AgentConnection::loggedIn).toList();
    }

    boolean isListening() {
        return connections.stream().anyMatch(AgentConnection::loggedIn);
    }

    /** How many clients were cut off because they did not read. */
    long slowClients() {
        return slow.get();
    }

    /** A frame for everybody, made for each connection with the mark that names it there. */
    interface Frame {
        Outbox.Task marked(String mark);
    }

    /** Queues a frame for everybody logged in; the marks. */
    List<String> tell(Frame frame) {
        return tell(connection -> true, frame);
    }

    /** The same for those logged in of whom {@code hears} holds. */
    List<String> tell(Predicate<AgentConnection> hears, Frame frame) {
        List<String> marks = new ArrayList<>();
        for (AgentConnection connection : connections) {
            if (connection.loggedIn() && hears.test(connection)) {
                String mark = connection.nextMark();
                marks.add(mark);
                deliver(connection, frame.marked(mark));
            }
        }
        return marks;
    }

    /** Queues a frame. A full queue means waiting at full speed, and else the end of the connection. */
    void deliver(AgentConnection connection, Outbox.Task frame) {
        if (settings.rate() == SimulatorSettings.FULL_SPEED) {
            connection.outbox().put(frame);
        } else if (!connection.outbox().offer(frame) && connection.outbox().isOpen()) {
            slow.incrementAndGet();
            connection.drop();
        }
    }

    /** Queues a frame as {@link #tell} does, each copy with a future that completes when the socket has taken it. */
    Map<String, CompletableFuture<@Nullable Void>> send(Frame frame) {
        Map<String, CompletableFuture<@Nullable Void>> sent = new LinkedHashMap<>();
        for (AgentConnection connection : loggedIn()) {
            String mark = connection.nextMark();
            sent.put(mark, connection.outbox().send(frame.marked(mark)));
        }
        return sent;
    }

    /** Waits until the sockets have taken it; how many did. */
    static int await(Iterable<CompletableFuture<@Nullable Void>> sent) {
        int taken = 0;
        for (CompletableFuture<@Nullable Void> one : sent) {
            try {
                one.get(SEND_WITHIN_S, TimeUnit.SECONDS);
                taken++;
            } catch (ExecutionException | TimeoutException e) {
                System.getLogger(Audience.class.getName())
                        .log(System.Logger.Level.DEBUG, "a client did not take a frame", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return taken;
            }
        }
        return taken;
    }

    /** Ends connections that did not log in, that have gone quiet, or that do not answer a close frame. */
    void sweep() {
        for (AgentConnection connection : connections) {
            if (connection.closing()) {
                if (connection.closingNanos() > CLOSE_WITHIN_NANOS) {
                    connection.drop();
                }
            } else if (!connection.loggedIn()) {
                if (connection.openNanos() > settings.loginDeadline().toNanos()) {
                    connection.closeInOrder(1008, "no login in time");
                }
            } else if (connection.silentNanos() > settings.idleTimeout().toNanos()) {
                connection.closeInOrder(1001, "ping timeout");
            }
        }
    }
}
