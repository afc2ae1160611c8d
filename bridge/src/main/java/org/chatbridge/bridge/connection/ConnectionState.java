package org.chatbridge.bridge.connection;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * Where the connection to LiveChat stands.
 *
 * <pre>
 * IDLE → CONNECTING → LOGGING_IN → SYNCING → STREAMING
 *             └───────────┴───────────┴──────────┴──► BACKING_OFF ──timer──► CONNECTING
 *   any of them → IDLE: another bridge of the group has its turn
 *   any of them → STOPPED: refused for good, told not to come back, or asked to stop
 * </pre>
 */
public enum ConnectionState {
    /** Not begun, or waiting for its turn. */
    IDLE,
    /** The socket is being opened. */
    CONNECTING,
    /** {@code login} is sent and not answered. */
    LOGGING_IN,
    /** Logged in; the own agent is being taken off routing. */
    SYNCING,
    /** Every push arrives. */
    STREAMING,
    /** Waiting before the next attempt. */
    BACKING_OFF,
    /** Over for good. */
    STOPPED;

    /** Whether this state may follow directly upon another. */
    boolean mayFollow(ConnectionState from) {
        return followers(from).contains(this);
    }

    /** Whether a socket is open, or about to be. */
    boolean isConnected() {
        return isLoggedIn() || this == CONNECTING || this == LOGGING_IN;
    }

    /** Whether pushes arrive. */
    boolean isLoggedIn() {
        return this == SYNCING || this == STREAMING;
    }

    /** The name as users see it, such as {@code logging_in}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static Set<ConnectionState> followers(ConnectionState from) {
        return switch (from) {
            case IDLE -> EnumSet.of(CONNECTING, STOPPED);
            case BACKING_OFF -> EnumSet.of(CONNECTING, IDLE, STOPPED);
            case CONNECTING -> EnumSet.of(LOGGING_IN, BACKING_OFF, IDLE, STOPPED);
            case LOGGING_IN -> EnumSet.of(SYNCING, BACKING_OFF, IDLE, STOPPED);
            case SYNCING -> EnumSet.of(STREAMING, BACKING_OFF, IDLE, STOPPED);
            case STREAMING -> EnumSet.of(BACKING_OFF, IDLE, STOPPED);
            case STOPPED -> EnumSet.noneOf(ConnectionState.class);
        };
    }
}
