package org.chatbridge.bridge.ledger;

import java.util.Locale;

/** Why the bridge could not see LiveChat for a while. */
public enum Cause {
    /** The socket was closed, or broke. */
    CLOSED,
    /** LiveChat said that it would close the connection, and why. */
    AGENT_DISCONNECTED,
    /** No frame came for too long. */
    SILENCE,
    /** The socket was not read, for want of room in the journal, and then it was lost. */
    JOURNAL_FULL,
    /** LiveChat refused something without which the bridge cannot go on. */
    REFUSED,
    /** The bridge was stopped. */
    SHUTDOWN,
    /** The bridge handed over to another of its group. */
    HANDED_OVER,
    /** The bridge ended without a word. */
    CRASH;

    /** The name as users see it, such as {@code journal_full}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Cause ofLabel(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT));
    }
}
