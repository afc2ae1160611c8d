package org.chatbridge.bridge.journal;

/** The directory cannot be used as a journal. The message is a line for the operator: key, value, remedy. */
public final class UnusableJournalException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnusableJournalException(String message) {
        super(message);
    }

    UnusableJournalException(String message, Throwable cause) {
        super(message, cause);
    }
}
