package org.chatbridge.quickstart;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A reader of {@code /v1/changes} that leaves in the middle, and comes back to any instance with the id that it has. Of each
 * row it keeps the event that told it last.
 *
 * <p>There are many on the processors of those they read from, so it looks at bytes and keeps them as they came.
 */
final class ChangesClient implements Runnable {
    private static final byte[] ID = Bytes.of("id: ");
    private static final byte[] EVENT = Bytes.of("event: ");
    private static final byte[] DATA = Bytes.of("data: ");
    private static final byte[] ROW = Bytes.of("\",\"row\":");
    private static final byte[] GONE = Bytes.of("null");
    private static final int LOOK_MS = 200;
    private static final int MOST_REPEATED = 3;

    private final ConcurrentMap<Bytes, Bytes> shared;
    private final List<URI> instances;
    private final String views;
    private final Random random;
    private final int partitions;
    private final int cuts;
    private final long meanNanos;

    private final Map<Bytes, Bytes> table = new HashMap<>();

    private @Nullable Progress last;
    private volatile boolean stopping;
    private int cut;
    private long rows;
    private long changes;
    private final List<String> repeated = new ArrayList<>();
    private int resets;
    private int lives;
    private int refused;

    /**
     * @param shared what many readers are told, once for all
     * @param partitions how many all these views have together
     * @param meanNanos for how long it reads, from the first event with an id, until it leaves, on average
     */
    ChangesClient(
            ConcurrentMap<Bytes, Bytes> shared,
            List<URI> instances,
            String views,
            int partitions,
            Random random,
            int cuts,
            long meanNanos) {
        this.shared = shared;
        this.instances = instances;
        this.views = views;
        this.random = random;
        this.partitions = partitions;
        this.cuts = cuts;
        this.meanNanos = meanNanos;
    }

    @Override
    public void run() {
        while (!stopping) {
            try {
                read(instances.get(random.nextInt(instances.size())));
            } catch (IOException e) {
                synchronized (this) {
                    refused++;
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    void stop() {
        stopping = true;
    }

    /** The lines of data that told the rows last, by view and key. */
    synchronized Map<Bytes, Bytes> table() {
        return new HashMap<>(table);
    }

    synchronized int cut() {
        return cut;
    }

    synchronized long events() {
        return rows + changes;
    }

    synchronized long changes() {
        return changes;
    }

    /** The first events that told what the id before them already covers. */
    synchronized List<String> repeated() {
        return List.copyOf(repeated);
    }

    synchronized int resets() {
        return resets;
    }

    synchronized int lives() {
        return lives;
    }

    /** How often it did not end the stream itself: where it reads too slowly, it is cut. */
    synchronized long refused() {
        return refused;
    }

    private void read(URI instance) throws IOException, InterruptedException {
        try (Socket socket = new Socket(instance.getHost(), instance.getPort())) {
            socket.setSoTimeout(LOOK_MS);
            // In HTTP/1.0 the body is what comes until the end of the connection.
            String resume = last == null ? "" : "Last-Event-ID: " + last.id() + "\r\n";
            String question = "GET /v1/changes?view=" + views + " HTTP/1.0\r\nHost: " + instance.getAuthority() + "\r\n"
                    + resume + "\r\n";
            socket.getOutputStream().write(question.getBytes(StandardCharsets.US_ASCII));
            Lines lines = new Lines(socket.getInputStream());
            String status = lines.next().text();
            for (Bytes header = lines.next(); !header.text().equals("\r"); ) {
                header = lines.next();
            }
            if (!status.contains(" 200 ")) {
                TimeUnit.MILLISECONDS.sleep(20);
                throw new IOException(status);
            }
            events(lines);
        }
    }

    private void events(Lines lines) throws IOException {
        long end = Long.MAX_VALUE;
        Bytes id = null;
        Bytes type = null;
        Bytes data = null;
        while (!stopping) {
            Bytes line = lines.next();
            if (line.hasAt(0, ID)) {
                id = line;
            } else if (line.hasAt(0, EVENT)) {
                type = line;
            } else if (line.hasAt(0, DATA)) {
                data = line;
            } else if (line.length() == 0 && type != null && data != null) {
                // Only an event that is whole counts.
                Progress now = id == null ? last : Progress.of(id.text().substring(ID.length), partitions);
                told(type.text().substring(EVENT.length), data, now);
                last = now;
                if (end == Long.MAX_VALUE && id != null) {
                    end = System.nanoTime() + (long) (2 * meanNanos * random.nextDouble());
                }
                id = null;
                if (leaves(end)) {
                    return;
                }
            }
        }
    }

    private synchronized boolean leaves(long end) {
        if (cut < cuts && System.nanoTime() > end) {
            cut++;
            return true;
        }
        return false;
    }

    private synchronized void told(String type, Bytes data, @Nullable Progress now) {
        switch (type) {
            case "row", "change" -> {
                int row = data.indexOf(ROW);
                Bytes at = one(data.to(row));
                if (data.hasAt(row + ROW.length, GONE)) {
                    table.remove(at);
                } else {
                    table.put(at, one(data));
                }
                if ((now == null || (last != null && !now.isAfter(last))) && repeated.size() < MOST_REPEATED) {
                    repeated.add(last + " " + now + " " + type + " " + data.text());
                }
                if (type.equals("row")) {
                    rows++;
                } else {
                    changes++;
                }
            }
            case "reset" -> {
                resets++;
                table.clear();
            }
            case "live" -> lives++;
            default -> {}
        }
    }

    /** The one that all readers keep. */
    private Bytes one(Bytes bytes) {
        Bytes other = shared.putIfAbsent(bytes, bytes);
        return other == null ? bytes : other;
    }

    /** Lines as they come. */
    private final class Lines {
        private final InputStream in;
        private byte[] buffer = new byte[64 << 10];
        private int start;
        private int end;

        Lines(InputStream in) {
            this.in = in;
        }

        /** The next line without its end. */
        Bytes next() throws IOException {
            int at = start;
            while (true) {
                for (; at < end; at++) {
                    if (buffer[at] == '\n') {
                        Bytes line = Bytes.copy(buffer, start, at);
                        start = at + 1;
                        return line;
                    }
                }
                at -= start;
                read();
            }
        }

        private void read() throws IOException {
            byte[] into = end - start == buffer.length ? new byte[2 * buffer.length] : buffer;
            System.arraycopy(buffer, start, into, 0, end - start);
            end -= start;
            start = 0;
            buffer = into;
            while (!stopping) {
                try {
                    int read = in.read(buffer, end, buffer.length - end);
                    if (read < 0) {
                        throw new EOFException("the stream ended");
                    }
                    end += read;
                    return;
                } catch (SocketTimeoutException e) {
                    // Looks whether it is to stop.
                }
            }
            throw new EOFException("stopped");
        }
    }
}
