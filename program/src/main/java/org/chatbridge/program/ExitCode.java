package org.chatbridge.program;

/** How a program ends: 0 where it was told to end, whatever fails afterwards because it is ending. By any thread. */
public final class ExitCode {
    private int code;
    private boolean settled;

    /** The program ends by itself. */
    public synchronized void set(int failure) {
        if (!settled) {
            code = failure;
        }
    }

    /** From now on it stays. */
    synchronized void settle() {
        settled = true;
    }

    synchronized int get() {
        return code;
    }
}
