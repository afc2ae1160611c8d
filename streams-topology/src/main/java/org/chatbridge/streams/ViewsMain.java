package org.chatbridge.streams;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.errors.StreamsException;
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

/** Starts the views. Exit codes: 0 ended as asked, 1 unexpected, 2 a setting is wrong. */
public final class ViewsMain {
    private static final Logger LOG = LoggerFactory.getLogger(ViewsMain.class);
    /** Read once, by the first that uses the pool. With less than two threads the pool is not used. */
    private static final String COMMON_POOL = "java.util.concurrent.ForkJoinPool.common.parallelism";

    private static final int UNEXPECTED = 1;
    private static final int WRONG_SETTING = 2;

    private ViewsMain() {}

    public static void main(String[] arguments) {
        ShippedJvm.enter(ViewsMain.class);
        spareThreads();
        AtomicReference<@Nullable ViewsProgram> running = new AtomicReference<>();
        Termination.install(() -> {
            ViewsProgram program = running.get();
            if (program != null) {
                program.close();
            }
        });
        try {
            LoadResult result = Settings.load(ViewsKeys.definition(), arguments, System.getenv());
            if (result instanceof LoadResult.Answer answer) {
                answer.print(System.out, System.err);
                System.exit(answer.exitCode());
            } else if (result instanceof LoadResult.Loaded loaded) {
                loaded.overruled().forEach(LOG::warn);
                run(loaded.settings(), running);
            }
        } catch (RuntimeException | Error e) {
            e.printStackTrace();
            System.exit(UNEXPECTED);
        }
    }

    /** Where there are two processors or fewer, Java's HTTP client would begin a thread for every answer of a peer. */
    private static void spareThreads() {
        if (System.getProperty(COMMON_POOL) == null && Runtime.getRuntime().availableProcessors() <= 2) {
            System.setProperty(COMMON_POOL, "2");
        }
    }

    private static void run(Settings settings, AtomicReference<@Nullable ViewsProgram> running) {
        Logging.install();
        // Kafka Streams formats log lines that nobody reads, a score with every record (docs/decisions/017). Only with
        // this locale Java need not look up its zero for each number in them.
        Locale.setDefault(Locale.Category.FORMAT, Locale.US);
        // Kafka Streams lets a thread die with what ReplaceThread has told already.
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> {
            if (!(failure instanceof StreamsException)) {
                LOG.error("the thread {} died", thread.getName(), failure);
            }
        });
        String stateDir = settings.string(ViewsKeys.STATE_DIR);
        try {
            tryToUse(Path.of(stateDir).resolve(settings.string(ViewsKeys.APPLICATION_ID)));
        } catch (IOException | InvalidPathException e) {
            System.err.println(unusable(stateDir, e.toString()));
            System.exit(WRONG_SETTING);
        }
        ViewsProgram program = new ViewsProgram(settings);
        running.set(program);
        try {
            program.start(failure -> cannotStart(failure, stateDir));
        } catch (RuntimeException | Error e) {
            cannotStart(e, stateDir);
        }
    }

    /** Kafka Streams would notice only when all else is there. It makes a file, and holds its lock for as long as it lives. */
    private static void tryToUse(Path directory) throws IOException {
        Files.createDirectories(directory);
        Files.delete(Files.createTempFile(directory, "writable", ""));
        Path ofInstance = directory.resolve(".lock");
        if (Files.exists(ofInstance)) {
            try (FileChannel file = FileChannel.open(ofInstance, StandardOpenOption.WRITE);
                    FileLock lock = file.tryLock()) {
                if (lock == null) {
                    throw new FileSystemException(ofInstance.toString(), null, "locked");
                }
            }
        }
    }

    /** Kafka Streams has no exception of its own for a directory that it cannot use. */
    static String whatIsWrong(KafkaException failure, String stateDir) {
        String why = String.valueOf(failure.getMessage());
        return why.contains("state directory") ? unusable(stateDir, why) : "Kafka Streams cannot start: " + why;
    }

    private static String unusable(String stateDir, String why) {
        return ViewsKeys.STATE_DIR + "=" + stateDir
                + ": expected a directory that can be written and that no other instance uses: " + why;
    }

    private static void cannotStart(Throwable failure, String stateDir) {
        if (failure instanceof HttpService.CannotListenException
                || failure instanceof OtherMembers.UnreachableException
                || failure instanceof SchemaRegistryException) {
            System.err.println(failure.getMessage());
            System.exit(WRONG_SETTING);
        } else if (failure instanceof KafkaException refused) {
            // What Kafka Streams refuses at its start: settings that do not fit together, a state.dir in use.
            System.err.println(whatIsWrong(refused, stateDir));
            System.exit(WRONG_SETTING);
        } else {
            failure.printStackTrace();
            System.exit(UNEXPECTED);
        }
    }
}
