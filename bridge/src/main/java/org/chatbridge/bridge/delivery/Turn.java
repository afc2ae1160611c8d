package org.chatbridge.bridge.delivery;

/** Tells whether it is this bridge's turn to be connected. */
@FunctionalInterface
public interface Turn {
    /** Asks those who decide; false where it is not, or where nobody answers. */
    boolean confirm() throws InterruptedException;

    /** Those who decide may wait until it is as late again: they are asked anew. */
    default void clockWasSetBack() {
        // who decides by other clocks has nothing to ask
    }
}
