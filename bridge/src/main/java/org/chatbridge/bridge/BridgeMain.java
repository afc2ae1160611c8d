package org.chatbridge.bridge;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.chatbridge.bridge.connection.Supervisor;
import org.chatbridge.bridge.journal.UnusableJournalException;
import org.chatbridge.program.HttpService;
import org.chatbridge.program.LoadResult;
import org.chatbridge.program.Logging;
import org.chatbridge.program.Settings;
import org.chatbridge.program.Termination;
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

    /** Returns when the bridge ends by itself; SIGTERM ends the process without that. */
    private static int run(Settings settings, String[] args) {
        Logger log = LoggerFactory.getLogger(BridgeMain.class);
        Bridge bridge = new Bridge(settings, () -> token(settings, args, log), version());
        AtomicInteger exitCode = new AtomicInteger(UNEXPECTED);
        Termination.install(
                () -> {
                    log.info("stopping: delivering for a short while");
                    bridge.close();
                    log.info("stopped");
                },
                exitCode::get);
        try {
            bridge.start();
            exitCode.set(0);
            log.info(
                    "health, status and metrics at http://{}:{}",
                    settings.hostPort(BridgeKeys.HTTP_LISTEN).host(),
                    bridge.httpPort());
            CompletableFuture.anyOf(bridge.disconnectedForGood(), bridge.deliveryRefused())
                    .get();
            exitCode.set(ended(bridge, log));
        } catch (HttpService.CannotListenException | UnusableJournalException e) {
            System.err.println(e.getMessage());
            exitCode.set(WRONG_SETTING);
        } catch (ExecutionException | InterruptedException e) {
            log.error("unexpected", e);
            exitCode.set(UNEXPECTED);
        }
        return exitCode.get();
    }

    private static int ended(Bridge bridge, Logger log) {
        if (bridge.deliveryRefused().isDone()) {
            bridge.deliveryRefused().join().lines().forEach(line -> log.error("cannot go on: {}", line));
            return WRONG_SETTING;
        }
        Supervisor.End end = bridge.disconnectedForGood().join();
        if (!end.asked()) {
            log.error("cannot go on: {}", end.lastWord());
        }
        return end.asked() ? 0 : REFUSED;
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
