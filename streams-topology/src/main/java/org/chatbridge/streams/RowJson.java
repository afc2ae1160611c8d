package org.chatbridge.streams;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.chatbridge.avro.Gap;
import org.chatbridge.avro.GapResync;
import org.chatbridge.streams.state.AgentStatus;
import org.chatbridge.streams.state.EventSummary;
import org.jspecify.annotations.Nullable;

/** The members of rows: snake case, instants in RFC 3339 and UTC, null where there is no value. */
final class RowJson {
    private RowJson() {}

    /** Writes the members of a row into an object that is begun. */
    @FunctionalInterface
    interface Writer<R> {
        void write(R row, JsonGenerator json) throws IOException;
    }

    static void agent(AgentStatus agent, JsonGenerator json) throws IOException {
        json.writeStringField("agent_id", agent.getAgentId());
        json.writeStringField("routing_status", agent.getRoutingStatus());
        instant("since", agent.getSince(), json);
    }

    static void thread(OpenThread thread, JsonGenerator json) throws IOException {
        json.writeStringField("chat_id", thread.chatId());
        json.writeStringField("thread_id", thread.threadId());
        instant("opened_at", thread.openedAt(), json);
        json.writeArrayFieldStart("agent_ids");
        for (String id : thread.agentIds()) {
            json.writeString(id);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("group_ids");
        for (long id : thread.groupIds()) {
            json.writeNumber(id);
        }
        json.writeEndArray();
        json.writeStringField("customer_id", thread.customerId());
        event(thread.lastEvent(), json);
    }

    static void gap(Gap gap, JsonGenerator json) throws IOException {
        json.writeStringField("connection_id", gap.getConnectionId());
        instant("opened_at", gap.getOpenedAt(), json);
        instant("closed_at", gap.getClosedAt(), json);
        json.writeStringField("cause", gap.getCause());
        json.writeStringField("detail", gap.getDetail());
        json.writeBooleanField("retrying", gap.getRetrying());
        json.writeNumberField("last_sequence", gap.getLastSequence());
        instant("last_push_at", gap.getLastPushAt(), json);
        json.writeStringField("next_connection_id", gap.getNextConnectionId());
        instant("first_push_at", gap.getFirstPushAt(), json);
        resync(gap.getResync(), json);
    }

    private static void resync(@Nullable GapResync resync, JsonGenerator json) throws IOException {
        if (resync == null) {
            json.writeNullField("resync");
            return;
        }
        json.writeObjectFieldStart("resync");
        instant("completed_at", resync.getCompletedAt(), json);
        json.writeNumberField("chats", resync.getChats());
        json.writeNumberField("open_threads", resync.getOpenThreads());
        json.writeNumberField("agents", resync.getAgents());
        json.writeArrayFieldStart("unknown");
        for (String unknown : resync.getUnknown() == null ? List.<String>of() : resync.getUnknown()) {
            json.writeString(unknown);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void event(@Nullable EventSummary event, JsonGenerator json) throws IOException {
        if (event == null) {
            json.writeNullField("last_event");
            return;
        }
        json.writeObjectFieldStart("last_event");
        json.writeStringField("id", event.getId());
        json.writeStringField("type", event.getType());
        json.writeStringField("author_id", event.getAuthorId());
        json.writeStringField("text", event.getText());
        instant("timestamp", event.getTimestamp(), json);
        json.writeStringField("recipients", event.getRecipients());
        json.writeEndObject();
    }

    private static void instant(String name, @Nullable Instant instant, JsonGenerator json) throws IOException {
        json.writeStringField(name, instant == null ? null : instant.toString());
    }
}
