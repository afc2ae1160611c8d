package org.chatbridge.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.chatbridge.sandbox.SimulatedLiveChat;
import org.chatbridge.sandbox.SimulatorSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is really full: what that costs is a gap, and all goes on when there is room. Needs to be let mount. */
@Timeout(180)
class DiskFullIT {
    private final String prefix = Servers.newPrefix();

    @TempDir
    Path directory;

    private Path disk;
    private boolean mounted;

    @BeforeEach
    void mountASmallDisk() throws Exception {
        disk = Files.createDirectory(directory.resolve("disk"));
        mounted = run("mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", disk.toString()) == 0;
        Assumptions.assumeTrue(mounted, "a small file system cannot be mounted here");
    }

    @AfterEach
    void unmount() throws Exception {
        if (mounted) {
            assertThat(run("umount", "-l", disk.toString())).isZero();
        }
    }

    @Test
    void shouldDeclareWhatAFullDiskCostsAndRecover() throws Exception {
        try (SimulatedLiveChat liveChat = new SimulatedLiveChat(
                SimulatorSettings.defaults().withRate(1_000).withQueueFrames(500))) {
            liveChat.start();
            try (BridgeJar bridge = new BridgeJar(liveChat, prefix, disk, "full")) {
                bridge.awaitStatus("\"state\":\"streaming\"");
                Path filler = disk.resolve("filler");
                try (OutputStream file = Files.newOutputStream(filler)) {
                    Await.until("LiveChat cuts off a client that does not read", () -> {
                        fill(file);
                        return liveChat.connections() == 0;
                    });
                    fill(file);
                    Await.until("it says so", () -> bridge.get("/health/ready").contains("No space left on device"));
                    long full = System.nanoTime();
                    Await.until("it cannot write for a while", () -> {
                        fill(file);
                        return System.nanoTime() - full > 2_000_000_000L;
                    });
                }
                Files.delete(filler);
                awaitBack(liveChat, bridge);
                liveChat.pause();
                awaitBack(liveChat, bridge); // a slow machine may have been cut off just before
                bridge.awaitStatus("\"pending\":0");
                bridge.program().stop();
                assertThat(bridge.program().awaitEnd()).isZero();
                assertThat(bridge.output()).contains("journal_full").doesNotContain("damaged");
            }
        }
        assertThat(new Received(prefix).gaps().values())
                .anySatisfy(gap -> assertThat(gap.get("cause")).hasToString("journal_full"))
                .filteredOn(gap -> !gap.get("cause").toString().equals("shutdown"))
                .allSatisfy(gap -> assertThat(gap.get("closed_at")).isNotNull());
        try (Stream<Path> files = Files.list(disk.resolve("full-journal"))) {
            assertThat(files).noneMatch(file -> file.toString().endsWith(".damaged"));
        }
        assertThat(new Received(prefix).connectionsWithoutHoles()).hasSizeGreaterThanOrEqualTo(2);
    }

    private static void awaitBack(SimulatedLiveChat liveChat, BridgeJar bridge) throws Exception {
        Await.until(
                "it is back",
                () -> liveChat.connections() == 1
                        && bridge.get("/health/ready").contains("\"ready\"")
                        && bridge.get("/status").contains("\"state\":\"streaming\""));
    }

    /** Takes all the room there is. */
    private static void fill(OutputStream file) {
        try {
            byte[] block = new byte[4096];
            while (true) {
                file.write(block);
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left");
        }
    }

    private static int run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        return process.waitFor(20, TimeUnit.SECONDS) ? process.exitValue() : -1;
    }
}
