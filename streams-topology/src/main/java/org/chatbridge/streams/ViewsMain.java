package org.chatbridge.streams;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.KafkaException;
import org.chatbridge.program.HttpService;
import org.chatbridge.program.LoadResult;
import org.chatbridge.program.Logging;
import org.chatbridge.program.Settings;
import org.chatbridge.program.Termination;

/** Starts the views. Exit codes: 0 ended as asked, 1 unexpected, 2 a setting is wrong. */
public final class ViewsMain {
    private static final int UNEXPECTED = 1;
    private static final int WRONG_SETTING = 2;

    private ViewsMain() {}

    public static void main(String[] arguments) {
        LoadResult result = Settings.load(ViewsKeys.definition(), arguments, System.getenv());
        if (result instanceof LoadResult.Answer answer) {
            answer.print(System.out, System.err);
            System.exit(answer.exitCode());
        } else if (result instanceof LoadResult.Loaded loaded) {
            run(loaded.settings());
        }
    }

    private static void run(Settings settings) {
        Logging.install();
        String stateDir = settings.string(ViewsKeys.STATE_DIR);
        try {
            Files.createDirectories(Path.of(stateDir));
        } catch (IOException | InvalidPathException e) {
            System.err.println(
                    ViewsKeys.STATE_DIR + "=" + stateDir + ": expected a directory that can be written: " + e);
            System.exit(WRONG_SETTING);
        }
        // Whatever ends the process before it has started is not what anybody asked for.
        AtomicInteger exitCode = new AtomicInteger(UNEXPECTED);
        ViewsProgram program = new ViewsProgram(settings);
        Termination.install(program::close, exitCode::get);
        try {
            program.start(failure -> cannotStart(failure, exitCode));
            exitCode.set(0);
        } catch (RuntimeException e) {
            cannotStart(e, exitCode);
        }
    }

    private static void cannotStart(Throwable failure, AtomicInteger exitCode) {
        if (failure instanceof HttpService.CannotListenException) {
            System.err.println(failure.getMessage());
            exit(WRONG_SETTING, exitCode);
        } else if (failure instanceof KafkaException) {
            // What Kafka Streams refuses at its start: settings that do not fit together, a state.dir in use.
            System.err.println("Kafka Streams cannot start: " + failure.getMessage());
            exit(WRONG_SETTING, exitCode);
        } else {
            failure.printStackTrace();
            exit(UNEXPECTED, exitCode);
        }
    }

    private static void exit(int code, AtomicInteger exitCode) {
        exitCode.set(code);
        System.exit(code);
    }
}
