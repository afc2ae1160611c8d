package org.chatbridge.sandbox;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** The command line of {@link SimulatedLiveChat}. */
final class SimulatorMain {

    private static final String HELP = """
            A simulated LiveChat (Agent Chat API v0.2), until Ctrl-C.
              --host ADDRESS        to listen on, default 127.0.0.1; 0.0.0.0: all of this machine; the control port stays on 127.0.0.1
              --port PORT           default 9300; 0 picks a free one
              --control-port PORT   default 9301; 0 picks a free one; see dev/sandbox/README.md
              --rate N              pushes a second, default 50; 0: none; max: as fast as the client reads
              --seed N              what the world is made from, default 1
              --token TEXT          what a login must carry, default 'Bearer sandbox'
              --agents N            default 8
              --open-threads N      about how many are open at a time, default 30
              --replay FILE         replay the pushes of a recorded session (one frame a line) instead of the world
              --faults FILE         a fault a line, SECONDS FAULT …, counted from the start; see dev/sandbox/README.md
              --frame-log FILE      write down what is sent to whom, and mark pushes with a member 'sim'""";

    private SimulatorMain() {}

    static void run(String[] line) {
        ServerMain.run(HELP, line, SimulatorMain::start);
    }

    private static ServerMain.Running start(Arguments arguments) throws Exception {
        int rate = arguments.text("--rate", "50").equals("max")
                ? SimulatorSettings.FULL_SPEED
                : (int) arguments.number("--rate", 50, 0, 1_000_000);
        int controlPort = arguments.port("--control-port", 9301);
        String replay = arguments.text("--replay");
        String faults = arguments.text("--faults");
        String frameLog = arguments.text("--frame-log");
        WorldSettings world = WorldSettings.defaults()
                .withAgents((int) arguments.number("--agents", 8, 3, 1000))
                .withOpenThreads((int) arguments.number("--open-threads", 30, 2, 100_000));
        SimulatorSettings settings = SimulatorSettings.defaults()
                .withHost(arguments.text("--host", "127.0.0.1"))
                .withPort(arguments.port("--port", 9300))
                .withRate(replay == null ? rate : 0)
                .withSeed(arguments.number("--seed", 1, Long.MIN_VALUE, Long.MAX_VALUE))
                .withToken(arguments.text("--token", "Bearer sandbox"))
                .withWorld(world);
        arguments.refuseOthers();
        if (replay != null && !Files.isReadable(Path.of(replay))) {
            throw new Arguments.BadArgument("--replay '" + replay + "': expected a readable file");
        }
        FaultScript script = faults == null ? new FaultScript(List.of()) : FaultScript.read(Path.of(faults));
        SimulatedLiveChat simulator =
                new SimulatedLiveChat(frameLog == null ? settings : settings.withFrameLog(Path.of(frameLog)));
        simulator.start();
        simulator.run(script);
        if (replay != null) {
            var unused = simulator.replay(Path.of(replay), rate);
        }
        ControlServer control = new ControlServer(simulator, controlPort);
        control.start();
        return new ServerMain.Running() {
            private final CountDownLatch closed = new CountDownLatch(1);

            @Override
            public String ready() {
                return "Simulated LiveChat on " + simulator.url() + ", control on " + control.url();
            }

            @Override
            public void close() {
                control.close();
                simulator.close();
            }

            @Override
            public void awaitEnd() throws InterruptedException {
                closed.await();
            }
        };
    }
}
