package org.chatbridge.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;

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
    private final Clock clock;
    private final ConcurrentLinkedQueue<Runnable> atLogin = new ConcurrentLinkedQueue<>();
    private final ReentrantLock order = new ReentrantLock(true);

    Stage(SimulatorSettings settings, Audience audience, Faults faults, Clock clock) {
        this.world = new World(settings.seed(), settings.world());
        this.responses = new Responses(world, settings.token());
        this.audience = audience;
        this.faults = faults;
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
            answer = responses.login(request, clock.instant(), faults.loginError());
        }
        if (answer.ok()) {
            faults.beforeLogin().forEach(frame -> audience.deliver(connection, frame));
        }
        audience.deliver(connection, answer.frame());
        if (answer.ok()) {
            connection.loggedIn(true);
            tell(answer.pushes());
            for (Runnable action = atLogin.poll(); action != null; action = atLogin.poll()) {
                action.run();
            }
        }
    }

    void answer(AgentConnection connection, ObjectNode request) {
        inOrder(() -> {
            Responses.Answer answer;
            synchronized (world) {
                answer = responses.answer(request, clock.instant());
            }
            audience.deliver(connection, answer.frame());
            tell(answer.pushes());
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

    private void tell(List<Push> pushes) {
        pushes.forEach(push -> audience.tell(push.frame()));
    }
}
