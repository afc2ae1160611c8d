package org.chatbridge.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The world and its audience: what happens in the one is told to the other, to everybody in the same order.
 *
 * <p>The lock {@code order} is held while something happens and is queued for the clients; it is fair, or the world at full
 * speed would let nobody log in. The world's monitor, taken inside it, is never held while waiting for a client, so the
 * truth can always be had.
 */
final class Stage {

    private final World world;
    private final Responses responses;
    private final Audience audience;
    private final Faults faults;
    private final FrameLog log;
    private final Clock clock;
    private final ConcurrentLinkedQueue<Runnable> atLogin = new ConcurrentLinkedQueue<>();
    private final ReentrantLock order = new ReentrantLock(true);

    Stage(SimulatorSettings settings, Audience audience, Faults faults, FrameLog log, Clock clock) {
        this.world = new World(settings.seed(), settings.world());
        this.responses = new Responses(world, faults);
        this.audience = audience;
        this.faults = faults;
        this.log = log;
        this.clock = clock;
    }

    Truth truth(boolean paused) {
        synchronized (world) {
            return world.truth(paused);
        }
    }

    /** Lets the next thing happen; how many pushes told of it. */
    int step() {
        order.lock();
        try {
            List<Push> pushes;
            synchronized (world) {
                pushes = world.step(clock.instant(), audience.isListening());
            }
            tell(pushes);
            return pushes.size();
        } finally {
            order.unlock();
        }
    }

    /** Runs something while nothing happens. */
    void inOrder(Runnable action) {
        order.lock();
        try {
            action.run();
        } finally {
            order.unlock();
        }
    }

    /** Runs something at the next login, or now if a client is logged in. */
    void onceSomeoneListens(Runnable action) {
        inOrder(() -> {
            if (audience.isListening()) {
                action.run();
            } else {
                atLogin.add(action);
            }
        });
    }

    void login(AgentConnection connection, ObjectNode request) {
        if (!faults.ignoresLogins()) {
            inOrder(() -> loginNow(connection, request));
        }
    }

    private void loginNow(AgentConnection connection, ObjectNode request) {
        Responses.Answer answer;
        synchronized (world) {
            answer = responses.login(request, clock.instant());
        }
        if (answer.ok()) {
            log.connection(connection.number(), "logged in");
            connection.loggedIn(true);
            overtake(connection);
        }
        audience.deliver(connection, to -> to.sendText(answer.frame()));
        if (answer.ok()) {
            tell(answer.pushes());
            for (Runnable action = atLogin.poll(); action != null; action = atLogin.poll()) {
                action.run();
            }
        }
    }

    /** What comes before the response to a login where a fault says so. */
    private void overtake(AgentConnection connection) {
        for (String frame : faults.beforeLogin()) {
            log.frame("raw", null, List.of(connection.nextMark()));
            audience.deliver(connection, to -> to.sendText(frame));
        }
        for (int pushes = faults.takeEarly(); pushes > 0; ) {
            pushes -= step();
        }
    }

    void answer(AgentConnection connection, ObjectNode request) {
        inOrder(() -> {
            Responses.Answer answer;
            synchronized (world) {
                answer = responses.answer(request, clock.instant());
            }
            audience.deliver(connection, to -> to.sendText(answer.frame()));
            tell(answer.pushes());
            Push followed = answer.followed();
            if (followed != null
                    && connection.follows(request.at("/payload/chat_id").asText())) {
                log.frame(
                        followed.action(),
                        followed.frame(),
                        audience.tell(connection::equals, marked(followed.frame())));
            }
        });
    }

    void disconnectAll(String reason) {
        inOrder(() -> {
            if (audience.isListening()) {
                Push push;
                synchronized (world) {
                    push = world.disconnected(reason);
                }
                tell(List.of(push));
                audience.loggedIn().forEach(connection -> connection.closeInOrder(1000, reason));
            }
        });
    }

    /** Tells everybody something that did not happen in the world: where nobody listens it was never said. */
    void tell(String action, @Nullable String text, Audience.Frame frame) {
        inOrder(() -> {
            if (audience.isListening()) {
                log.frame(action, text, audience.tell(frame));
            }
        });
    }

    /** The same, waiting until the sockets have taken it; how many did. */
    int send(Audience.Frame frame) {
        List<CompletableFuture<@Nullable Void>> sent = new ArrayList<>();
        inOrder(() -> {
            if (audience.isListening()) {
                Map<String, CompletableFuture<@Nullable Void>> marked = audience.send(frame);
                log.frame("raw", null, List.copyOf(marked.keySet()));
                sent.addAll(marked.values());
            }
        });
        return Audience.await(sent);
    }

    private void tell(List<Push> pushes) {
        pushes.forEach(push -> log.frame(
                push.action(),
                push.frame(),
                audience.tell(connection -> connection.hears(push), marked(push.frame()))));
    }

    /** A push with its mark where there is a log in which to find it, else as it is. */
    Audience.Frame marked(String push) {
        if (!log.isOn()) {
            return mark -> to -> to.sendText(push);
        }
        return mark -> {
            String text = FrameLog.marked(push, mark);
            return to -> to.sendText(text);
        };
    }
}
