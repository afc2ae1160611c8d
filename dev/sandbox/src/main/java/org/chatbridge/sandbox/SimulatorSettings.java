package org.chatbridge.sandbox;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a simulated LiveChat behaves.
 *
 * @param host the address to listen on
 * @param port 0 picks a free one
 * @param token what {@code login.payload.token} must be
 * @param seed what the world is made from
 * @param rate pushes a second; 0: the world stands still; {@link #FULL_SPEED}: as fast as the clients read
 * @param world the size of the world
 * @param loginDeadline how long a connection may stay without a successful login
 * @param idleTimeout how long a client may send nothing, not even a control frame
 * @param queueFrames how many frames may wait for one client; at full speed the world waits for it, else it is cut off
 * @param frameLog where it is written what was sent to whom (see {@code FrameLog}), pushes being marked; null: nowhere
 */
public record SimulatorSettings(
        String host,
        int port,
        String token,
        long seed,
        int rate,
        WorldSettings world,
        Duration loginDeadline,
        Duration idleTimeout,
        int queueFrames,
        @Nullable Path frameLog) {

    /** A rate: as fast as the clients read. */
    public static final int FULL_SPEED = Integer.MAX_VALUE;

    /** Refuses what makes no sense. */
    public SimulatorSettings {
        if (rate < 0 || queueFrames < 1 || loginDeadline.isNegative() || idleTimeout.isNegative()) {
            throw new IllegalArgumentException("rate, queue and time-outs are not negative, the queue not 0: " + rate
                    + ", " + queueFrames + ", " + loginDeadline + ", " + idleTimeout);
        }
    }

    /** 127.0.0.1, a free port, token {@code Bearer sandbox}, seed 1, 50 pushes a second, 30 s to log in, 60 s idle, 10 000 frames. */
    public static SimulatorSettings defaults() {
        return new SimulatorSettings(
                "127.0.0.1",
                0,
                "Bearer sandbox",
                1,
                50,
                WorldSettings.defaults(),
                Duration.ofSeconds(30),
                Duration.ofSeconds(60),
                10_000,
                null);
    }

    /** The same on another address, such as {@code 0.0.0.0}: all of this machine. */
    public SimulatorSettings withHost(String value) {
        return new SimulatorSettings(
                value, port, token, seed, rate, world, loginDeadline, idleTimeout, queueFrames, frameLog);
    }

    /** The same on another port. */
    public SimulatorSettings withPort(int value) {
        return new SimulatorSettings(
                host, value, token, seed, rate, world, loginDeadline, idleTimeout, queueFrames, frameLog);
    }

    /** The same with another token. */
    public SimulatorSettings withToken(String value) {
        return new SimulatorSettings(
                host, port, value, seed, rate, world, loginDeadline, idleTimeout, queueFrames, frameLog);
    }

    /** The same with another seed. */
    public SimulatorSettings withSeed(long value) {
        return new SimulatorSettings(
                host, port, token, value, rate, world, loginDeadline, idleTimeout, queueFrames, frameLog);
    }

    /** The same at another rate. */
    public SimulatorSettings withRate(int value) {
        return new SimulatorSettings(
                host, port, token, seed, value, world, loginDeadline, idleTimeout, queueFrames, frameLog);
    }

    /** The same with another world. */
    public SimulatorSettings withWorld(WorldSettings value) {
        return new SimulatorSettings(
                host, port, token, seed, rate, value, loginDeadline, idleTimeout, queueFrames, frameLog);
    }

    /** The same with another time to log in. */
    public SimulatorSettings withLoginDeadline(Duration value) {
        return new SimulatorSettings(host, port, token, seed, rate, world, value, idleTimeout, queueFrames, frameLog);
    }

    /** The same with another idle time-out. */
    public SimulatorSettings withIdleTimeout(Duration value) {
        return new SimulatorSettings(host, port, token, seed, rate, world, loginDeadline, value, queueFrames, frameLog);
    }

    /** The same with another bound on waiting frames. */
    public SimulatorSettings withQueueFrames(int value) {
        return new SimulatorSettings(host, port, token, seed, rate, world, loginDeadline, idleTimeout, value, frameLog);
    }

    /** The same with a log of what is sent, every push marked so that it can be found there. */
    public SimulatorSettings withFrameLog(Path value) {
        return new SimulatorSettings(
                host, port, token, seed, rate, world, loginDeadline, idleTimeout, queueFrames, value);
    }
}
