package org.chatbridge.bridge.convert;

/** A frame that is not a push: becomes a dead letter with this message as its reason. */
final class MalformedFrameException extends Exception {
    private static final long serialVersionUID = 1;

    private final long position;

    /**
     * @param reason why it is not a push, a sentence
     * @param position where in the frame that was found, a byte offset
     */
    MalformedFrameException(String reason, long position) {
        super(reason);
        this.position = position;
    }

    long position() {
        return position;
    }
}
