package org.chatbridge.benchmarks;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** {@link SenderMain} in a process of its own, and how it is told what to do. For one thread. */
final class Sender implements AutoCloseable {
    private static final int DISTINCT_FRAMES = 20_000;

    private final Process process;
    private final BufferedWriter commands;
    private final BlockingQueue<String> said = new LinkedBlockingQueue<>();
    private final int port;
    private final int characters;

    /** When it began and when its last byte was in the socket, in µs since 1970. */
    record Sent(long beganMicros, long endedMicros) {}

    /** @param size of the team that the pushes tell of, see {@link Frames} */
    Sender(Mix mix, int size) throws IOException, InterruptedException {
        process = Jvm.start(
                SenderMain.class,
                ProcessBuilder.Redirect.PIPE,
                Integer.toString(DISTINCT_FRAMES),
                Integer.toString(size),
                mix.name());
        commands = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
        Thread reading = new Thread(this::read, "sender-says");
        reading.setDaemon(true);
        reading.start();
        characters = Integer.parseInt(await("characters ", process));
        port = Integer.parseInt(await("port ", process));
    }

    long pid() {
        return process.pid();
    }

    String url() {
        return "ws://127.0.0.1:" + port + "/agent/v0.2/rtm/ws";
    }

    /** Of a frame, on average. */
    int characters() {
        return characters;
    }

    /**
     * Waits until somebody logs in.
     *
     * @param who is to
     * @throws IOException where that one ends before
     */
    void awaitLogin(Process who) throws IOException, InterruptedException {
        await("login ", who);
    }

    /** @param rate a second; 0: full speed */
    Sent send(int count, int rate) throws IOException, InterruptedException {
        said.clear();
        commands.write("send " + count + " " + rate);
        commands.newLine();
        commands.flush();
        String[] times = await("sent ", process).split(" ", -1);
        return new Sent(Long.parseLong(times[0]), Long.parseLong(times[1]));
    }

    private String await(String word, Process who) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
        while (System.nanoTime() < end) {
            String line = said.poll(1, TimeUnit.SECONDS);
            if (line != null && line.startsWith(word)) {
                return line.substring(word.length());
            }
            if (line == null && !who.isAlive()) {
                throw new IOException(
                        "a process ended with " + who.exitValue() + "; dev/benchmarks/target/end-to-end has its log");
            }
        }
        throw new IOException("the sender did not say \"" + word + "\"");
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            lines.lines().forEach(said::add);
        } catch (IOException e) {
            said.add("gone: " + e);
        }
    }

    @Override
    public void close() {
        process.destroy();
    }
}
