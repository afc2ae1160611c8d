package org.chatbridge.schema;

/** The names of the headers of a dead letter; each value is UTF-8 text. */
public final class DeadLetterHeaders {
    /** The connection that brought the frame. */
    public static final String CONNECTION_ID = "connection_id";

    /** Its number within the connection, in decimal. */
    public static final String SEQUENCE = "sequence";

    /** When the bridge took it off the socket: RFC 3339 in UTC, microseconds. */
    public static final String RECEIVED_AT = "received_at";

    /** Why it could not be decoded, a sentence in English. */
    public static final String REASON = "reason";

    /** Where in the frame the error was found: a byte offset in decimal, 0 for the frame as a whole. */
    public static final String POSITION = "position";

    private DeadLetterHeaders() {}
}
