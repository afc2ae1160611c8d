package org.chatbridge.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.glassfish.grizzly.Buffer;
import org.glassfish.grizzly.Connection;
import org.glassfish.grizzly.filterchain.BaseFilter;
import org.glassfish.grizzly.filterchain.FilterChainContext;
import org.glassfish.grizzly.filterchain.NextAction;
import org.glassfish.grizzly.memory.Buffers;
import org.glassfish.grizzly.nio.transport.TCPNIOTransport;

/**
 * The bytes between the sockets and the WebSocket code, and what can go wrong with them. Without a fault they pass as they
 * are. A connection that is held up makes the threads that read or write it wait here: its bytes come late, and in order.
 */
final class Wire extends BaseFilter {

    private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long DRIP_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long WRITE_WITHIN_S = 60;

    private final TcpConnections connections;
    private volatile int refusal;
    private volatile boolean stalling;
    private volatile int dripBytes;

    Wire(TcpConnections connections) {
        this.connections = connections;
    }

    /** Neither reads nor writes the connections that are open now, or lets them go on. New ones are not concerned. */
    void silence(boolean on) {
        connections.all().forEach(tcp -> tcp.silent = on);
    }

    /** Answers the upgrade to a WebSocket with this HTTP status; 0: as it should. */
    void refuseUpgrades(int status) {
        refusal = status;
    }

    /** Takes connections and never answers what they ask for first; also those of that time later. */
    void stallUpgrades(boolean on) {
        stalling = on;
    }

    /** Writes so many bytes at a time, with a pause of a millisecond after each; 0: as fast as it goes. */
    void drip(int bytes) {
        dripBytes = bytes;
    }

    @Override
    public NextAction handleRead(FilterChainContext context) {
        TcpConnections.Tcp tcp = connections.ofThisThread();
        waitWhileSilent(context.getConnection());
        if (!tcp.admitted) {
            if (stalling) {
                return context.getStopAction();
            }
            if (refusal != 0) {
                context.write(Buffers.wrap(
                        context.getMemoryManager(),
                        "HTTP/1.1 " + refusal + " On purpose\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                        StandardCharsets.US_ASCII));
                context.getConnection().closeSilently();
                return context.getStopAction();
            }
            tcp.admitted = true;
        }
        return context.getInvokeAction();
    }

    @Override
    public NextAction handleWrite(FilterChainContext context) throws IOException {
        Connection<?> connection = context.getConnection();
        waitWhileSilent(connection);
        Buffer rest = context.getMessage();
        for (int bytes = dripBytes; bytes > 0 && rest.remaining() > bytes; bytes = dripBytes) {
            Buffer drop = rest;
            rest = drop.split(drop.position() + bytes);
            writeNow(connection, drop);
            LockSupport.parkNanos(DRIP_NANOS);
            waitWhileSilent(connection);
        }
        context.setMessage(rest);
        return context.getInvokeAction();
    }

    private void waitWhileSilent(Connection<?> connection) {
        while (connections.isSilent(connection) && connection.isOpen()) {
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static void writeNow(Connection connection, Buffer bytes) throws IOException {
        try {
            ((TCPNIOTransport) connection.getTransport())
                    .getWriter(false)
                    .write(connection, bytes)
                    .get(WRITE_WITHIN_S, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the connection does not take bytes", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
