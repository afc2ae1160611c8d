package org.chatbridge.program;

import org.slf4j.bridge.SLF4JBridgeHandler;

/** Brings what libraries say through {@code java.util.logging} into the program's own log. */
public final class Logging {
    private Logging() {}

    /** Once in a process, before the first library is used; calling it again changes nothing. */
    public static synchronized void install() {
        if (!SLF4JBridgeHandler.isInstalled()) {
            SLF4JBridgeHandler.removeHandlersForRootLogger();
            SLF4JBridgeHandler.install();
        }
    }
}
