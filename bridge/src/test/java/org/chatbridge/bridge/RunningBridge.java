package org.chatbridge.bridge;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.chatbridge.program.LoadResult;
import org.chatbridge.program.Settings;
import org.chatbridge.sandbox.SimulatedLiveChat;

/** A bridge in this JVM, set up as its main would, on a free HTTP port. */
final class RunningBridge implements AutoCloseable {
    private final Bridge bridge;

    RunningBridge(SimulatedLiveChat liveChat, String prefix, Path journal, String... more) {
        List<String> settings = new ArrayList<>(List.of(
                "livechat.url=" + liveChat.url(),
                "livechat.token=" + liveChat.token(),
                "bootstrap.servers=" + Servers.BROKER.bootstrapServers(),
                "schema.registry.url=" + Servers.REGISTRY.url(),
                "topics.prefix=" + prefix,
                "topics.partitions=3",
                "journal.dir=" + journal,
                "http.listen=127.0.0.1:0"));
        settings.addAll(List.of(more));
        List<String> arguments = new ArrayList<>();
        settings.forEach(setting -> {
            arguments.add("--set");
            arguments.add(setting);
        });
        LoadResult loaded = Settings.load(BridgeKeys.PROGRAM, arguments.toArray(String[]::new), Map.of());
        if (!(loaded instanceof LoadResult.Loaded right)) {
            throw new IllegalArgumentException(loaded.toString());
        }
        bridge = new Bridge(right.settings(), liveChat::token, "test");
        bridge.start();
    }

    /** The body that the HTTP side answers. */
    String get(String path) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + bridge.httpPort() + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    void awaitReady() throws Exception {
        Await.until("ready", () -> get("/health/ready").contains("\"ready\""));
    }

    Bridge bridge() {
        return bridge;
    }

    @Override
    public void close() {
        bridge.close();
    }
}
