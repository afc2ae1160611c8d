package org.chatbridge.sandbox;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Ports of the loopback interface for servers that are told theirs. They are below those that systems give to whoever connects (from 32768 on
 * Linux, 49152 elsewhere) and Kubernetes to its nodes (from 30000): a port from among those can be somebody's own by the time the server listens.
 */
public final class FreePort {
    private static final int FIRST = 10_000;
    private static final int END = 30_000;
    private static final int TRIES = 1_000;
    private static final Random RANDOM = new Random();
    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private FreePort() {}

    /**
     * One that nobody listens on, and that was not given before by this JVM.
     *
     * @throws IllegalStateException where there is none
     */
    public static int find() {
        for (int i = 0; i < TRIES; i++) {
            int port = FIRST + RANDOM.nextInt(END - FIRST);
            if (isFree(port) && GIVEN.add(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no free port from " + FIRST + " to " + (END - 1));
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false; // somebody has it
        }
    }
}
