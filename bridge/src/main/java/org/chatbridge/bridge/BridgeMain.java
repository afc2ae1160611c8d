package org.chatbridge.bridge;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.chatbridge.bridge.connection.Supervisor;
import org.chatbridge.bridge.journal.UnusableJournalException;
import org.chatbridge.program.HttpKeys;
import org.chatbridge.program.HttpService;
import org.chatbridge.program.LoadResult;
import org.chatbridge.program.Logging;
import org.chatbridge.program.Settings;
import org.chatbridge.program.ShippedJvm;
import org.chatbridge.program.Termination;
import org.chatbridge.schema.SchemaRegistryException;
import org.jspecify.annotations.Nullable;
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
        ShippedJvm.enter(BridgeMain.class);
        AtomicReference<@Nullable Bridge> running = new AtomicReference<>();
        Preload.begin();
        Termination.install(() -> stop(running.get()));
        int code = UNEXPECTED;
        try {
            code = run(args, running);
        } catch (RuntimeException
                | Error e) { // an error too: the process would live on without the thread that may end it
            LoggerFactory.getLogger(BridgeMain.class).error("unexpected", e);
        } finally {
            System.exit(code);
        }
    }

    private static int run(String[] args, AtomicReference<@Nullable Bridge> running) {
        LoadResult loaded = Settings.load(BridgeKeys.PROGRAM, args, System.getenv());
        if (loaded instanceof LoadResult.Loaded settings) {
            Logging.install();
            settings.overruled().forEach(LoggerFactory.getLogger(BridgeMain.class)::warn);
            return run(settings.settings(), args, running);
        }
        LoadResult.Answer answer = (LoadResult.Answer) loaded;
        answer.print(System.out, System.err);
        return answer.exitCode();
    }

    private static void stop(@Nullable Bridge bridge) {
        if (bridge != null) {
            Logger log = LoggerFactory.getLogger(BridgeMain.class);
            log.info("stopping: delivering what was received");
            bridge.close();
            log.info("stopped");
        }
    }

    /** Returns when the bridge ends by itself; SIGTERM ends the process without that. */
    private static int run(Settings settings, String[] args, AtomicReference<@Nullable Bridge> running) {
        Logger log = LoggerFactory.getLogger(BridgeMain.class);
        AtomicReference<Settings> lastRead = new AtomicReference<>(settings);
        try {
            Bridge bridge = new Bridge(settings, () -> token(lastRead, args, log), version());
            running.set(bridge);
            bridge.start();
            log.info(
                    "health, status and metrics at {}://{}:{}",
                    HttpKeys.scheme(settings),
                    settings.hostPort(BridgeKeys.HTTP_LISTEN).host(),
                    bridge.httpPort());
            CompletableFuture.anyOf(bridge.disconnectedForGood(), bridge.deliveryRefused(), bridge.deliveryFailed())
                    .get();
            return ended(bridge, log);
        } catch (HttpService.CannotListenException | UnusableJournalException | SchemaRegistryException e) {
            System.err.println(e.getMessage());
            Bridge unstarted = running.getAndSet(null); // so that nobody says that it stops
            if (unstarted != null) {
                unstarted.close();
            }
            return WRONG_SETTING;
        } catch (ExecutionException | InterruptedException e) {
            log.error("unexpected", e);
            return UNEXPECTED;
        }
    }

    private static int ended(Bridge bridge, Logger log) {
        if (bridge.deliveryFailed().isDone()) {
            log.error("cannot go on: {}", bridge.deliveryFailed().join());
            return UNEXPECTED;
        }
        if (bridge.deliveryRefused().isDone()) {
            bridge.deliveryRefused().join().lines().forEach(line -> log.error("cannot go on: {}", line));
            return WRONG_SETTING;
        }
        Supervisor.End end = bridge.disconnectedForGood().join();
        if (!end.asked()) {
            log.error("cannot go on: {}", end.lastWord());
        }
        return end.asked() ? 0 : end.failed() ? UNEXPECTED : REFUSED;
    }

    /** The token as the file, the environment or their providers have it now; the last one if that fails. */
    private static String token(AtomicReference<Settings> lastRead, String[] args, Logger log) {
        Map<String, String> environment = System.getenv();
        if (Settings.load(BridgeKeys.PROGRAM, args, environment) instanceof LoadResult.Loaded loaded) {
            lastRead.set(loaded.settings());
        } else {
            log.warn("the settings cannot be read again; logging in with the token that was read last");
        }
        return Objects.requireNonNull(lastRead.get()).password(BridgeKeys.LIVECHAT_TOKEN);
    }

    private static String version() {
        String version = BridgeMain.class.getPackage().getImplementationVersion();
        return version == null ? "unpackaged" : version;
    }
}
