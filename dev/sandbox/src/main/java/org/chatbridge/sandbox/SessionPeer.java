package org.chatbridge.sandbox;

import jakarta.websocket.CloseReason;
import jakarta.websocket.Session;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A Tyrus session as a {@link Peer}. */
final class SessionPeer implements Peer {

    private final Session session;
    private final TcpConnections.Tcp tcp;

    SessionPeer(Session session, TcpConnections.Tcp tcp) {
        this.session = session;
        this.tcp = tcp;
    }

    @Override
    public String path() {
        return session.getRequestURI().getPath();
    }

    @Override
    public void sendText(String frame) throws IOException {
        try {
            session.getBasicRemote().sendText(frame);
        } catch (IllegalStateException e) {
            throw new IOException("the connection is closed", e);
        }
    }

    @Override
    public void sendBinary(ByteBuffer frame) throws IOException {
        try {
            session.getBasicRemote().sendBinary(frame);
        } catch (IllegalStateException e) {
            throw new IOException("the connection is closed", e);
        }
    }

    @Override
    public void close(int code, String reason) {
        try {
            session.close(new CloseReason(CloseReason.CloseCodes.getCloseCode(code), reason));
        } catch (IOException | IllegalStateException e) {
            drop();
        }
    }

    @Override
    public void drop() {
        tcp.drop();
    }

    @Override
    public long lastReadNanos() {
        return tcp.lastReadNanos();
    }
}
