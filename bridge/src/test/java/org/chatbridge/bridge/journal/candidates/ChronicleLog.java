package org.chatbridge.bridge.journal.candidates;

import java.nio.file.Path;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import org.chatbridge.bridge.frames.Frame;
import org.jspecify.annotations.Nullable;

/** Chronicle Queue with a named tailer. Files go by the clock, not by size, and are never deleted by it. */
final class ChronicleLog implements Candidate {
    private @Nullable SingleChronicleQueue queue;
    private @Nullable ExcerptAppender appender;
    private @Nullable ExcerptTailer tailer;
    private final Bytes<?> target = Bytes.allocateElasticOnHeap(1024);

    @Override
    public long open(Path directory) {
        SingleChronicleQueue opened =
                SingleChronicleQueueBuilder.binary(directory.toFile()).build();
        queue = opened;
        appender = opened.createAppender();
        ExcerptTailer reading = opened.createTailer("publisher");
        tailer = reading;
        if (opened.lastIndex() < 0) {
            return 0;
        }
        return opened.countExcerpts(Math.max(reading.index(), opened.firstIndex()), opened.lastIndex()) + 1;
    }

    @Override
    public void append(Frame frame) {
        if (appender != null) {
            appender.writeBytes(Bytes.wrapForRead(frame.bytes()));
        }
    }

    @Override
    public void takeAndFree() {
        if (tailer == null || !tailer.readBytes(target.clear())) {
            throw new IllegalStateException("lost");
        }
    }

    @Override
    public void close() {
        if (queue != null) {
            queue.close();
        }
    }
}
