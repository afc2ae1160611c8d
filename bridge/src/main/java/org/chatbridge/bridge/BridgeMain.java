package org.chatbridge.bridge;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.chatbridge.program.HttpService;
import org.chatbridge.program.LoadResult;
import org.chatbridge.program.Logging;
import org.chatbridge.program.Settings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the bridge. Exit codes: 0 asked to stop, 2 a setting is wrong, 3 LiveChat refused for good, 1 anything
 * unexpected.
 */
public final class BridgeMain {
    private static final int UNEXPECTED = 1;
    private static final int WRONG_SETTING = 2;
    private static final int REFUSED = 3;

    private BridgeMain() {}

    /** Runs until it is asked to stop or cannot go on. */
    public static void main(String[] args) {
        LoadResult loaded = Settings.load(BridgeKeys.PROGRAM, args, System.getenv());
        if (loaded instanceof LoadResult.Answer answer) {
            answer.print(System.out, System.err);
            System.exit(answer.exitCode());
        } else if (loaded instanceof LoadResult.Loaded settings) {
            Logging.install();
            System.exit(run(settings.settings(), args));
        }
    }

    private static int run(Settings settings, String[] args) {
        Logger log = LoggerFactory.getLogger(BridgeMain.class);
        String directory = settings.string(BridgeKeys.JOURNAL_DIR);
        try {
            Path made = Files.createDirectories(Path.of(directory));
            if (!Files.isWritable(made)) {
                throw new IOException("not writable");
            }
        } catch (IOException | InvalidPathException e) {
            System.err.println(BridgeKeys.JOURNAL_DIR + "=" + directory
                    + ": expected a directory that can be written to (" + e + ")");
            return WRONG_SETTING;
        }
        Bridge bridge = new Bridge(settings, () -> token(settings, args, log), version());
        CompletableFuture<Void> stopRequested = new CompletableFuture<>();
        CompletableFuture<Void> stopped = new CompletableFuture<>();
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            stopRequested.complete(null);
                            stopped.join();
                        },
                        "shutdown"));
        try {
            bridge.start();
            log.info("health, status and metrics at http://{}", settings.hostPort(BridgeKeys.HTTP_LISTEN));
            CompletableFuture.anyOf(stopRequested, bridge.disconnectedForGood(), bridge.deliveryRefused())
                    .get();
            int exitCode = exitCode(bridge, log);
            bridge.close();
            log.info("stopped");
            return exitCode;
        } catch (HttpService.CannotListenException e) {
            System.err.println(e.getMessage());
            bridge.close();
            return WRONG_SETTING;
        } catch (ExecutionException | InterruptedException e) {
            log.error("unexpected", e);
            return UNEXPECTED;
        } finally {
            stopped.complete(null);
        }
    }

    private static int exitCode(Bridge bridge, Logger log) {
        if (bridge.disconnectedForGood().isDone()) {
            log.error("stopping: {}", bridge.disconnectedForGood().join().lastWord());
            return REFUSED;
        }
        if (bridge.deliveryRefused().isDone()) {
            bridge.deliveryRefused().join().lines().forEach(line -> log.error("stopping: {}", line));
            return WRONG_SETTING;
        }
        log.info("asked to stop: delivering what was received");
        return 0;
    }

    /** The token as the file, the environment or their providers have it now; the first one if that fails. */
    private static String token(Settings settings, String[] args, Logger log) {
        Map<String, String> environment = System.getenv();
        if (Settings.load(BridgeKeys.PROGRAM, args, environment) instanceof LoadResult.Loaded loaded) {
            return loaded.settings().password(BridgeKeys.LIVECHAT_TOKEN);
        }
        log.warn("the settings cannot be read again; logging in with the token read at the start");
        return settings.password(BridgeKeys.LIVECHAT_TOKEN);
    }

    private static String version() {
        String version = BridgeMain.class.getPackage().getImplementationVersion();
        return version == null ? "unpackaged" : version;
    }
}
