package org.chatbridge.program;

import java.util.List;

/** Whether the program can do its work now. */
@FunctionalInterface
public interface Readiness {
    /** What stands in the way, each a sentence; empty where nothing does. Must not block. */
    List<String> reasonsNotReady();

    /** What is amiss though it can do its work, each a sentence; empty where nothing is. Must not block. */
    default List<String> amiss() {
        return List.of();
    }
}
