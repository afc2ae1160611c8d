package org.chatbridge.bridge.delivery;

/** Delivers by whose turn it is to be connected, of a group's bridges. */
public interface ByTurns {
    /** Nobody can tell yet whose turn it is: what there is waits. */
    void undecided();

    /**
     * It is this bridge's turn: what comes from now on is its own to write.
     *
     * @param newest id of the newest connection that another bridge had; empty where there was none
     */
    void lead(String newest);

    /** It is another's turn: what is left is delivered late, and says so. */
    void follow();
}
