package org.chatbridge.schema;

/** The schema registry did not do what it was asked; the message names the registry and what it said. */
public final class SchemaRegistryException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final boolean transientFailure;

    SchemaRegistryException(String message, boolean transientFailure, Throwable cause) {
        super(message, cause);
        this.transientFailure = transientFailure;
    }

    /** Whether asking again may succeed: it did not answer, or not in a way that blames the question. */
    public boolean isTransient() {
        return transientFailure;
    }
}
