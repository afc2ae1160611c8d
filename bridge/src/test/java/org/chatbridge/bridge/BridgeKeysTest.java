package org.chatbridge.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.chatbridge.program.LoadResult;
import org.chatbridge.program.Settings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BridgeKeysTest {
    private static final List<String> LEAST = List.of(
            "livechat.url=wss://livechat.example/rtm/ws",
            "livechat.token=Bearer x",
            "bootstrap.servers=kafka:9092",
            "schema.registry.url=http://registry:8081",
            "journal.dir=/tmp/journal");

    /** Else it would be a dead letter, which is too large as well, for ever. */
    @ParameterizedTest
    @ValueSource(strings = {"producer.max.request.size", "producer.buffer.memory"})
    void shouldLeaveRoomForTheLargestFrame(String key) {
        assertThat(refused(key + "=34603007"))
                .startsWith(
                        key + "=34603007: expected at least 34603008, which is livechat.frame.max.bytes and 1 MiB: ");
        assertThat(load(key + "=34603008")).isInstanceOf(LoadResult.Loaded.class);
        assertThat(load("livechat.frame.max.bytes=65536", key + "=1114112")).isInstanceOf(LoadResult.Loaded.class);
    }

    @Test
    void shouldRefuseTimeoutsOfTheAdminClientThatContradictEachOther() {
        assertThat(refused("admin.request.timeout.ms=30000", "admin.default.api.timeout.ms=10000"))
                .isEqualTo("admin.default.api.timeout.ms=10000: expected at least admin.request.timeout.ms=30000\n");
    }

    @Test
    void shouldRefuseWhatTheClientOfTheRegistryWouldIgnore() {
        assertThat(refused("schema.registry.basic.auth.credential.source=USER_INFO"))
                .isEqualTo("schema.registry.basic.auth.credential.source: unknown key; did you mean"
                        + " schema.registry.basic.auth.credentials.source? [--set]\n");
        assertThat(refused("schema.registry.basic.auth.credentials.source=FOO"))
                .startsWith("schema.registry.basic.auth.credentials.source")
                .contains("USER_INFO");
        assertThat(refused("schema.registry.http.read.timeout.ms=soon"))
                .startsWith("schema.registry.http.read.timeout.ms=soon: expected a whole number");
    }

    @Test
    void shouldHandTheSettingsOfTheRegistryOn() {
        LoadResult result = load(
                "schema.registry.basic.auth.credentials.source=USER_INFO",
                "schema.registry.basic.auth.user.info=me:s3cret",
                "schema.registry.ssl.endpoint.identification.algorithm=",
                "schema.registry.ssl.truststore.type=PEM",
                "schema.registry.proxy.port=3128");

        assertThat(result).isInstanceOf(LoadResult.Loaded.class);
        assertThat(((LoadResult.Loaded) result).settings().passThroughStrings(BridgeKeys.SCHEMA_REGISTRY))
                .containsEntry("basic.auth.credentials.source", "USER_INFO")
                .containsEntry("basic.auth.user.info", "me:s3cret")
                .containsEntry("ssl.endpoint.identification.algorithm", "")
                .containsEntry("proxy.port", "3128");
    }

    /** Kafka's client takes one or the other. */
    @Test
    void shouldRefuseControllersBesideTheServers() {
        assertThat(refused("admin.bootstrap.controllers=kafka:9093"))
                .startsWith("admin.bootstrap.controllers=kafka:9093: may not be set: set bootstrap.servers instead");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ws://user:s3cret@livechat.example/rtm/ws", "wss://token@livechat.example/rtm/ws"})
    void shouldRefuseANameAndAPasswordInTheUrlOfLiveChat(String url) {
        assertThat(refused("livechat.url=" + url))
                .startsWith("livechat.url=")
                .contains("://…@livechat.example/rtm/ws: expected a URL without a name or a password")
                .contains("livechat.token")
                .doesNotContain("s3cret", "token@");
    }

    @Test
    void shouldKnowTheLevelsOfMonitoringCustomers() {
        assertThat(refused("livechat.customer.monitoring.level=all"))
                .startsWith("livechat.customer.monitoring.level=all: ")
                .contains("my", "chatting", "invited", "online", "highest_available");
        assertThat(load("livechat.customer.monitoring.level=my")).isInstanceOf(LoadResult.Loaded.class);
        assertThat(((LoadResult.Loaded) load()).settings().string(BridgeKeys.LIVECHAT_CUSTOMER_MONITORING_LEVEL))
                .isEqualTo("highest_available");
    }

    private static String refused(String... more) {
        LoadResult result = load(more);
        assertThat(result).isInstanceOf(LoadResult.Answer.class);
        return ((LoadResult.Answer) result).text();
    }

    private static LoadResult load(String... more) {
        return Settings.load(
                BridgeKeys.PROGRAM,
                Stream.concat(LEAST.stream(), Stream.of(more))
                        .flatMap(setting -> Stream.of("--set", setting))
                        .toArray(String[]::new),
                Map.of());
    }
}
