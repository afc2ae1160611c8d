package org.chatbridge.sandbox;

import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/** All that a simulated LiveChat can be told to do wrong, by name: the one table of it. */
enum Fault {
    CUT("cut", "", words -> Effect.once(SimulatedLiveChat::dropAll)),
    CLOSE("close", "CODE [REASON]", Fault::close),
    SILENCE(
            "silence",
            "SECONDS",
            words -> Effect.toggle(
                    words.seconds(), (liveChat, on) -> liveChat.wire().silence(on))),
    DRIP("drip", "SECONDS BYTES", words -> {
        Duration lasts = words.seconds();
        int bytes = words.number(1, 65_536);
        return Effect.toggle(lasts, (liveChat, on) -> liveChat.wire().drip(on ? bytes : 0));
    }),
    REFUSE_UPGRADES("refuse-upgrades", "SECONDS STATUS", words -> {
        Duration lasts = words.seconds();
        int status = words.number(400, 599);
        return Effect.toggle(lasts, (liveChat, on) -> liveChat.wire().refuseUpgrades(on ? status : 0));
    }),
    STALL_UPGRADES(
            "stall-upgrades",
            "SECONDS",
            words -> Effect.toggle(
                    words.seconds(), (liveChat, on) -> liveChat.wire().stallUpgrades(on))),
    IGNORE_LOGINS(
            "ignore-logins",
            "SECONDS",
            words -> Effect.toggle(
                    words.seconds(), (liveChat, on) -> liveChat.faults().ignoreLogins(on))),
    REFUSE_LOGINS("refuse-logins", "SECONDS ERROR_TYPE", words -> {
        Duration lasts = words.seconds();
        String type = words.next();
        return Effect.toggle(lasts, (liveChat, on) -> liveChat.faults().refuseLogins(on ? type : null));
    }),
    ANSWER_LATE("answer-late", "SECONDS MILLISECONDS", words -> {
        Duration lasts = words.seconds();
        Duration delay = Duration.ofMillis(words.number(1, 600_000));
        return Effect.toggle(lasts, (liveChat, on) -> liveChat.faults().delayResponses(on ? delay : Duration.ZERO));
    }),
    PUSH_EARLY("push-early", "PUSHES", words -> {
        int pushes = words.number(1, 10_000);
        return Effect.once(liveChat -> liveChat.faults().pushEarly(pushes));
    }),
    DISCONNECT("disconnect", "REASON", words -> {
        String reason = words.next();
        return Effect.once(liveChat -> liveChat.disconnectAll(reason));
    }),
    EXPIRE_TOKEN("expire-token", "NEXT_TOKEN", words -> {
        String next = words.rest();
        return Effect.once(liveChat -> {
            liveChat.faults().renewToken(next);
            liveChat.disconnectAll("access_token_expired");
        });
    }),
    OVERSIZE("oversize", "BYTES", words -> {
        int bytes = words.number(1, 256 * 1024 * 1024);
        return Effect.once(liveChat -> liveChat.tellOversize(bytes));
    }),
    GARBAGE("garbage", "FRAMES", words -> {
        int frames = words.number(1, 1_000_000);
        return Effect.once(liveChat -> liveChat.tellGarbage(frames));
    });

    /** Close codes of RFC 6455 that no close frame may carry. */
    private static final Set<Integer> NEVER_SENT = Set.of(1004, 1005, 1006, 1015);

    private final String label;
    private final String arguments;
    private final Function<Words, Effect> effect;

    Fault(String label, String arguments, Function<Words, Effect> effect) {
        this.label = label;
        this.arguments = arguments;
        this.effect = effect;
    }

    /**
     * What a fault does, and how it is undone.
     *
     * @param lasts zero: nothing needs to be undone
     */
    record Effect(Duration lasts, Consumer<SimulatedLiveChat> begin, Consumer<SimulatedLiveChat> end) {

        /** On or off. */
        interface Switch {
            void set(SimulatedLiveChat liveChat, boolean on);
        }

        static Effect once(Consumer<SimulatedLiveChat> begin) {
            return new Effect(Duration.ZERO, begin, liveChat -> {});
        }

        static Effect toggle(Duration lasts, Switch fault) {
            return new Effect(lasts, liveChat -> fault.set(liveChat, true), liveChat -> fault.set(liveChat, false));
        }
    }

    /**
     * The effect of a fault as it is written: its name and what it needs, with blanks between.
     *
     * @throws Arguments.BadArgument where there is no such fault, or it needs something else; says what is expected
     */
    static Effect parse(String text) {
        Words words = new Words(text);
        String name = words.next();
        for (Fault fault : values()) {
            if (fault.label.equals(name)) {
                try {
                    Effect effect = fault.effect.apply(words);
                    words.end();
                    return effect;
                } catch (Arguments.BadArgument e) {
                    throw new Arguments.BadArgument(
                            "'" + text + "': " + e.getMessage() + ": expected " + fault.usage());
                }
            }
        }
        throw new Arguments.BadArgument("'" + text + "': no such fault: expected one of "
                + Arrays.stream(values()).map(Fault::usage).collect(Collectors.joining("; ")));
    }

    private String usage() {
        return (label + " " + arguments).strip();
    }

    private static Effect close(Words words) {
        int code = words.number(1000, 4999);
        if (NEVER_SENT.contains(code)) {
            throw new Arguments.BadArgument("no close frame may carry " + code);
        }
        String reason = words.hasNext() ? words.rest() : "";
        return Effect.once(liveChat -> liveChat.closeAll(code, reason));
    }
}
