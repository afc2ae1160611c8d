package org.chatbridge.sandbox;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Begins faults, and ends those that last when their time is over. */
final class PresentFaults {

    private final SimulatedLiveChat liveChat;
    private final ScheduledExecutorService scheduler;
    private final Queue<Fault.Effect> lasting = new ConcurrentLinkedQueue<>();

    PresentFaults(SimulatedLiveChat liveChat, ScheduledExecutorService scheduler) {
        this.liveChat = liveChat;
        this.scheduler = scheduler;
    }

    /** Begins each fault of a script in its time, counted from now. */
    void run(FaultScript script) {
        script.steps().forEach(step -> later(step.at(), () -> begin(step.effect())));
    }

    void begin(Fault.Effect effect) {
        effect.begin().accept(liveChat);
        if (!effect.lasts().isZero()) {
            lasting.add(effect);
            later(effect.lasts(), () -> end(effect));
        }
    }

    void endAll() {
        lasting.forEach(this::end);
    }

    private void end(Fault.Effect effect) {
        if (lasting.remove(effect)) {
            effect.end().accept(liveChat);
        }
    }

    private void later(Duration delay, Runnable action) {
        if (!scheduler.isShutdown()) {
            var unused = scheduler.schedule(action, delay.toMillis(), TimeUnit.MILLISECONDS);
        }
    }
}
