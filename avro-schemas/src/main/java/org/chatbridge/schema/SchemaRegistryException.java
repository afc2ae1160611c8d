package org.chatbridge.schema;

/** The schema registry did not do what it was asked; the message names the registry and what it said. */
public final class SchemaRegistryException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final boolean transientFailure;
    private final boolean unknownSchema;

    SchemaRegistryException(String message, boolean transientFailure, boolean unknownSchema, Throwable cause) {
        super(message, cause);
        this.transientFailure = transientFailure;
        this.unknownSchema = unknownSchema;
    }

    /** Whether asking again may succeed: it did not answer, or not in a way that blames the question. */
    public boolean isTransient() {
        return transientFailure;
    }

    /** Whether the registry is well and has no such schema: the id that was asked for is wrong. */
    public boolean isUnknownSchema() {
        return unknownSchema;
    }
}
