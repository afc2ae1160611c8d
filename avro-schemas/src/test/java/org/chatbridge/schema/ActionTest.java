package org.chatbridge.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

/** An action is one schema, one row of the enum and one sample frame: whichever is forgotten is named here. */
class ActionTest {
    private static final Path SCHEMAS = Path.of("src/main/avro");

    @Test
    void shouldHaveOneRowForEverySchema() throws IOException {
        assertThat(schemaFiles())
                .as("each .avsc in %s (but OtherPush) is the schema of a row of Action or of OwnRecord", SCHEMAS)
                .containsExactlyInAnyOrderElementsOf(Stream.concat(
                                Arrays.stream(Action.values()).map(Action::schema),
                                Arrays.stream(OwnRecord.values()).map(OwnRecord::schema))
                        .map(Schema::getName)
                        .toList());
    }

    @Test
    void shouldHaveASampleFrameForEveryRow() {
        for (Action action : Action.values()) {
            assertThat(SampleFrames.of(action))
                    .as("frames/%s-1.json is a sample of %s", action.wireName(), action)
                    .isNotEmpty();
        }
    }

    @Test
    void shouldNameARecordAfterItsAction() {
        for (Action action : Action.values()) {
            String camelCase = Arrays.stream(action.wireName().split("_", -1))
                    .map(word -> Character.toUpperCase(word.charAt(0)) + word.substring(1))
                    .collect(Collectors.joining());

            assertThat(action.schema().getFullName()).isEqualTo("org.chatbridge.avro." + camelCase);
            assertThat(action.name()).isEqualToIgnoringCase(action.wireName());
        }
    }

    @Test
    void shouldKeepTheTopicsThatArePromised() {
        assertThat(new TopicNames("livechat.").written())
                .contains(
                        "livechat.incoming-chat-thread",
                        "livechat.chat-users-updated",
                        "livechat.incoming-event",
                        "livechat.event-marked-as-seen",
                        "livechat.incoming-typing-indicator",
                        "livechat.incoming-sneak-peek",
                        "livechat.thread-closed",
                        "livechat.chat-scopes-updated",
                        "livechat.chat-properties-updated",
                        "livechat.chat-thread-properties-updated",
                        "livechat.last-seen-timestamp-updated",
                        "livechat.customer-banned",
                        "livechat.customer-unbanned",
                        "livechat.customer-updated",
                        "livechat.agent-updated",
                        "livechat.incoming-broadcast",
                        "livechat.agent-disconnected",
                        "livechat.other-pushes",
                        "livechat.dead-letters",
                        "livechat.gaps",
                        "livechat.snapshots");
    }

    @Test
    void shouldFindTheAncestorOfALaterName() {
        Map<String, Action> successors = Map.of(
                "incoming_chat", Action.INCOMING_CHAT_THREAD,
                "user_added_to_chat", Action.CHAT_USERS_UPDATED,
                "incoming_multicast", Action.INCOMING_BROADCAST,
                "chat_deactivated", Action.THREAD_CLOSED,
                "chat_access_updated", Action.CHAT_SCOPES_UPDATED,
                "routing_status_set", Action.AGENT_UPDATED,
                "thread_properties_updated", Action.CHAT_THREAD_PROPERTIES_UPDATED,
                "chat_properties_deleted", Action.CHAT_PROPERTIES_UPDATED,
                "events_marked_as_seen", Action.LAST_SEEN_TIMESTAMP_UPDATED);

        assertThat(successors).allSatisfy((name, action) -> assertThat(Action.ofWireName(name))
                .isEqualTo(action));
        assertThat(Action.ofWireName("queue_positions_updated")).isNull();
    }

    private static List<String> schemaFiles() throws IOException {
        try (Stream<Path> files = Files.list(SCHEMAS)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> String.valueOf(file.getFileName()).replace(".avsc", ""))
                    .filter(name -> !name.equals("OtherPush"))
                    .toList();
        }
    }

    static Stream<Schema> valueSchemas() {
        return Stream.of(
                        Arrays.stream(Action.values()).map(Action::schema),
                        Arrays.stream(OwnRecord.values()).map(OwnRecord::schema),
                        Stream.of(org.chatbridge.avro.OtherPush.getClassSchema()))
                .flatMap(schemas -> schemas);
    }
}
