package org.chatbridge.quickstart;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Ports;
import com.github.dockerjava.api.model.Volume;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.chatbridge.sandbox.FreePort;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.startupcheck.StartupCheckStrategy;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;
import org.testcontainers.utility.MountableFile;

/**
 * Containers on a network of their own, gone with their volumes when it is closed. They reach this machine as {@link #HERE}; what
 * they publish is published on its loopback interface. Alone in knowing Testcontainers.
 */
final class Containers implements AutoCloseable {
    /** The name of this machine in the containers. */
    static final String HERE = "livechat";

    private static final Duration STARTS_WITHIN = Duration.ofMinutes(2);

    private final Path logs;
    private final DockerClient engine;
    private final Network network;
    private final List<Running> running = new ArrayList<>();
    private final Set<String> volumes = new TreeSet<>();

    /** No test can be run; the message, one line, says what is missing and what to do. */
    static final class CannotRunException extends Exception {
        private static final long serialVersionUID = 1;

        CannotRunException(String message) {
            super(message, null, false, false); // where it was thrown tells nobody anything
        }
    }

    /**
     * @param logs directory for what the containers say
     * @throws CannotRunException where no engine answers
     */
    Containers(Path logs) throws CannotRunException {
        this.logs = logs;
        if (!DockerClientFactory.instance().isDockerAvailable()) {
            throw new CannotRunException("no Docker engine answers at "
                    + Objects.requireNonNullElse(System.getenv("DOCKER_HOST"), "unix:///var/run/docker.sock")
                    + ": start one, or set DOCKER_HOST");
        }
        this.engine = DockerClientFactory.instance().client();
        this.network = Network.newNetwork();
    }

    /** Those of some images that the engine does not have. */
    List<String> missing(List<String> images) {
        return images.stream().filter(image -> !has(image)).toList();
    }

    private boolean has(String image) {
        try {
            engine.inspectImageCmd(image).exec();
            return true;
        } catch (NotFoundException e) {
            return false;
        }
    }

    /**
     * Where on this machine {@link #HERE} leads: to the gateway of the engine's own network, or, where the engine is in a virtual machine
     * which passes it on, to the loopback interface.
     */
    InetAddress here() throws IOException {
        String gateway = engine.inspectNetworkCmd().withNetworkId("bridge").exec().getIpam().getConfig().stream()
                .map(com.github.dockerjava.api.model.Network.Ipam.Config::getGateway)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse("127.0.0.1");
        InetAddress address = InetAddress.getByName(gateway);
        return NetworkInterface.getByInetAddress(address) == null ? InetAddress.getLoopbackAddress() : address;
    }

    /** Starts a container, published on a free port. */
    Running start(ContainerDescription description) throws IOException {
        return start(description, FreePort.find());
    }

    /** Starts a container, published on a port. */
    Running start(ContainerDescription description, int published) {
        return started(new Running(description, published, false));
    }

    /** Runs a container that ends by itself, and returns after that. */
    Running runToTheEnd(ContainerDescription description) throws IOException {
        return started(new Running(description, FreePort.find(), true));
    }

    private Running started(Running container) {
        running.add(container);
        container.container.start();
        return container;
    }

    /** The engine's name of a volume: not one that an earlier run may have left behind. */
    private String volume(String name) {
        String full = "chatbridge-" + network.getId().substring(0, 12) + "-" + name;
        volumes.add(full);
        return full;
    }

    @Override
    public void close() {
        running.forEach(Running::close);
        volumes.forEach(volume -> engine.removeVolumeCmd(volume).exec());
        network.close();
    }

    /** A container from its start to its removal. */
    final class Running implements AutoCloseable {
        private final int published;
        private final GenericContainer<?> container;

        private Running(ContainerDescription description, int published, boolean ends) {
            this.published = published;
            this.container = new GenericContainer<>(description.image())
                    .withNetwork(network)
                    .withNetworkAliases(description.name())
                    .withExtraHost(HERE, "host-gateway")
                    .withEnv(description.environment())
                    .withExposedPorts(description.port())
                    .withStartupCheckStrategy(new Started(ends).withTimeout(STARTS_WITHIN))
                    .waitingFor(new NothingMore())
                    .withLogConsumer(frame -> append(logs.resolve(description.name() + ".log"), frame.getUtf8String()))
                    .withCreateContainerCmdModifier(create -> configure(
                            Objects.requireNonNull(create.getHostConfig(), "a new container's"), description));
            description
                    .files()
                    .forEach(
                            (place, file) -> container.withCopyFileToContainer(MountableFile.forHostPath(file), place));
            if (description.isReadOnly()) {
                container.withTmpFs(Map.of("/tmp", "exec"));
            }
        }

        private void configure(HostConfig host, ContainerDescription description) {
            host.withBinds(description.volumes().entrySet().stream()
                    .map(volume -> new Bind(volume(volume.getValue()), new Volume(volume.getKey())))
                    .toList());
            host.withPortBindings(new Ports(
                    ExposedPort.tcp(description.port()), Ports.Binding.bindIpAndPort("127.0.0.1", published)));
            host.withReadonlyRootfs(description.isReadOnly());
            if (description.memory() > 0) {
                host.withMemory(description.memory());
            }
        }

        /** The port of this machine that leads to it. */
        int port() {
            return published;
        }

        URI uri() {
            return URI.create("http://127.0.0.1:" + published);
        }

        /**
         * Asks it to end (SIGTERM), removes it, and keeps its volumes.
         *
         * @param grace after which it is killed
         * @return its exit code: 137 where it was killed
         */
        long stop(Duration grace) {
            engine.stopContainerCmd(container.getContainerId())
                    .withTimeout((int) grace.toSeconds())
                    .exec();
            long code = exitCode();
            close();
            return code;
        }

        /** Ends it as {@code kill -9} does, and removes it with all that has no volume with a name. */
        @Override
        public void close() {
            container.stop();
        }

        /** Of one that has ended. */
        long exitCode() {
            return Objects.requireNonNull(state().getExitCodeLong(), "has ended");
        }

        private InspectContainerResponse.ContainerState state() {
            return engine.inspectContainerCmd(container.getContainerId()).exec().getState();
        }

        /** What it has said so far. */
        String said() {
            return container.getLogs();
        }

        /** Runs a command in it; what that printed, or, where it failed, on standard error. */
        String run(String... command) throws IOException, InterruptedException {
            ExecResult result = container.execInContainer(command);
            return result.getExitCode() == 0 ? result.getStdout() : result.getStderr();
        }
    }

    private static void append(Path log, String text) {
        try {
            Files.createDirectories(log.toAbsolutePath().getParent());
            Files.writeString(log, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A container counts as started when its process runs, or, of one that ends by itself, has ended. */
    private static final class Started extends StartupCheckStrategy {
        private final boolean ends;

        Started(boolean ends) {
            this.ends = ends;
        }

        @Override
        public StartupStatus checkStartupState(DockerClient engine, String id) {
            boolean runs = Boolean.TRUE.equals(getCurrentState(engine, id).getRunning());
            return runs == ends ? StartupStatus.NOT_YET_KNOWN : StartupStatus.SUCCESSFUL;
        }
    }

    /** Whether a program is ready is asked of the program. */
    private static final class NothingMore extends AbstractWaitStrategy {
        @Override
        protected void waitUntilReady() {}
    }
}
