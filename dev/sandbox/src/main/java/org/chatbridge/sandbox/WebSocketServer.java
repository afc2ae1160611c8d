package org.chatbridge.sandbox;

import jakarta.websocket.CloseReason;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpointConfig;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.glassfish.grizzly.http.server.HttpServer;
import org.glassfish.grizzly.http.server.NetworkListener;
import org.glassfish.grizzly.strategies.WorkerThreadIOStrategy;
import org.glassfish.grizzly.threadpool.ThreadPoolConfig;
import org.glassfish.tyrus.container.grizzly.server.WebSocketAddOn;
import org.glassfish.tyrus.core.TyrusWebSocketEngine;
import org.glassfish.tyrus.server.TyrusServerContainer;
import org.glassfish.tyrus.spi.WebSocketEngine;

/** A WebSocket server (Tyrus on Grizzly) on the loopback interface. */
final class WebSocketServer implements AutoCloseable {

    private static final int LARGEST_FRAME = 16 * 1024 * 1024;
    /** A connection that is held up keeps one. */
    private static final int WORKERS = 16;
    // kept in a field: a logger that nobody refers to forgets its level
    private static final Logger GRIZZLY = Logger.getLogger("org.glassfish.grizzly");

    private final List<String> paths;
    private final Peer.Acceptor acceptor;
    private final TcpConnections connections = new TcpConnections();
    private final Wire wire = new Wire(connections);
    private final HttpServer server = new HttpServer();
    private final Container container = new Container();
    private final NetworkListener listener;

    WebSocketServer(String host, int port, List<String> paths, Peer.Acceptor acceptor) {
        this.paths = paths;
        this.acceptor = acceptor;
        this.listener = new NetworkListener("livechat", host, port);
    }

    /**
     * Opens the port.
     *
     * @throws IOException when it is taken
     */
    void start() throws IOException {
        GRIZZLY.setLevel(Level.WARNING);
        listener.getTransport()
                .setWorkerThreadPoolConfig(ThreadPoolConfig.defaultConfig()
                        .setPoolName("livechat-server")
                        .setDaemon(true)
                        .setCorePoolSize(WORKERS)
                        .setMaxPoolSize(WORKERS));
        // on the selector's own thread a handler that waits for a write would wait for itself
        listener.getTransport().setIOStrategy(WorkerThreadIOStrategy.getInstance());
        listener.getTransport().getConnectionMonitoringConfig().addProbes(connections);
        listener.getKeepAlive().setIdleTimeoutInSeconds(-1);
        listener.registerAddOn((network, filters) -> filters.add(1, wire)); // 0 is the transport's own
        listener.registerAddOn(new WebSocketAddOn(container, "/"));
        server.addListener(listener);
        try {
            for (String path : paths) {
                container.addEndpoint(ServerEndpointConfig.Builder.create(SocketEndpoint.class, path)
                        .configurator(new ServerEndpointConfig.Configurator() {
                            @Override
                            public <T> T getEndpointInstance(Class<T> type) {
                                return type.cast(new SocketEndpoint(acceptor, connections));
                            }
                        })
                        .build());
            }
            container.start("/", listener.getPort());
        } catch (DeploymentException e) {
            throw new IllegalStateException(e);
        }
        server.start();
    }

    int port() {
        return listener.getPort();
    }

    /** The bytes below all connections. */
    Wire wire() {
        return wire;
    }

    /** Cuts every TCP connection off, those that never became WebSockets too. */
    void dropAll() {
        connections.dropAll();
    }

    @Override
    public void close() {
        container.stop();
        server.shutdownNow();
    }

    /** The part of Tyrus that the Grizzly add-on asks for; Tyrus's own opens its port on all interfaces. */
    private static final class Container extends TyrusServerContainer {

        private final TyrusWebSocketEngine engine = TyrusWebSocketEngine.builder(this)
                .incomingBufferSize(LARGEST_FRAME)
                .build();

        Container() {
            super((Set<Class<?>>) null);
        }

        @Override
        public void register(Class<?> endpoint) throws DeploymentException {
            engine.register(endpoint, "/");
        }

        @Override
        public void register(ServerEndpointConfig endpoint) throws DeploymentException {
            engine.register(endpoint, "/");
        }

        @Override
        public WebSocketEngine getWebSocketEngine() {
            return engine;
        }

        @Override
        public Map<String, Object> getProperties() {
            return Map.of();
        }
    }

    /** Ties one Tyrus session to its TCP connection and its listener. Public because Tyrus calls it by reflection. */
    public static final class SocketEndpoint extends Endpoint {

        private final Peer.Acceptor acceptor;
        private final TcpConnections connections;
        private Peer.Listener listener = new Peer.Listener() {
            @Override
            public void onText(String frame) {
                // nobody has been told of the connection yet
            }

            @Override
            public void onClosed() {
                // nobody has been told of the connection yet
            }
        };

        SocketEndpoint(Peer.Acceptor acceptor, TcpConnections connections) {
            this.acceptor = acceptor;
            this.connections = connections;
        }

        @Override
        public void onOpen(Session session, EndpointConfig config) {
            listener = acceptor.accept(new SessionPeer(session, connections.ofThisThread()));
            // not a lambda: Tyrus reads the frame's type from the class
            session.addMessageHandler(String.class, new MessageHandler.Whole<>() {
                @Override
                public void onMessage(String frame) {
                    listener.onText(frame);
                }
            });
        }

        @Override
        public void onError(Session session, Throwable error) {
            System.getLogger(WebSocketServer.class.getName())
                    .log(System.Logger.Level.WARNING, "a connection has failed", error);
        }

        @Override
        public void onClose(Session session, CloseReason reason) {
            listener.onClosed();
        }
    }
}
