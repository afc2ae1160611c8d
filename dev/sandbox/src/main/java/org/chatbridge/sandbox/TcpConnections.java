package org.chatbridge.sandbox;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.glassfish.grizzly.Buffer;
import org.glassfish.grizzly.Connection;
import org.glassfish.grizzly.ConnectionProbe;
import org.glassfish.grizzly.nio.transport.TCPNIOConnection;

/**
 * The TCP connections below the WebSockets: which one is being read, when it was read last, and how to cut it off.
 *
 * <p>Tyrus tells an endpoint neither its TCP connection nor of control frames. Grizzly reads on the thread that then runs
 * the endpoint, so the connection read last by a thread is the one whose endpoint is called there.
 */
final class TcpConnections extends ConnectionProbe.Adapter {

    /** One TCP connection. */
    static final class Tcp {
        private final Connection<?> connection;
        private volatile long lastReadNanos = System.nanoTime();
        /** Whether it has been let in as far as the WebSocket code. */
        volatile boolean admitted;
        /** Whether it is neither read nor written for now. */
        volatile boolean silent;

        private Tcp(Connection<?> connection) {
            this.connection = connection;
        }

        long lastReadNanos() {
            return lastReadNanos;
        }

        /** Ends the connection with a TCP reset, frames on their way included. */
        void drop() {
            if (connection instanceof TCPNIOConnection tcp && tcp.getChannel() instanceof SocketChannel channel) {
                try {
                    channel.setOption(StandardSocketOptions.SO_LINGER, 0);
                } catch (IOException e) {
                    // closed already
                }
            }
            connection.terminateSilently();
        }
    }

    private static final ThreadLocal<Tcp> READING = new ThreadLocal<>();

    private final Map<Connection<?>, Tcp> open = new ConcurrentHashMap<>();

    @Override
    @SuppressWarnings("rawtypes")
    public void onReadEvent(Connection connection, Buffer data, int size) {
        Tcp tcp = open.computeIfAbsent(connection, Tcp::new);
        tcp.lastReadNanos = System.nanoTime();
        READING.set(tcp);
    }

    @Override
    @SuppressWarnings("rawtypes")
    public void onCloseEvent(Connection connection) {
        open.remove(connection);
    }

    Tcp ofThisThread() {
        return READING.get();
    }

    Collection<Tcp> all() {
        return open.values();
    }

    boolean isSilent(Connection<?> connection) {
        Tcp tcp = open.get(connection);
        return tcp != null && tcp.silent;
    }

    void dropAll() {
        open.values().forEach(Tcp::drop);
    }
}
