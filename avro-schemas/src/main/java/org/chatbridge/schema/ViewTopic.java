package org.chatbridge.schema;

import org.apache.avro.Schema;
import org.chatbridge.avro.view.ActivityRow;
import org.chatbridge.avro.view.AgentRow;
import org.chatbridge.avro.view.BroadcastRow;
import org.chatbridge.avro.view.ChatRow;
import org.chatbridge.avro.view.CustomerRow;
import org.chatbridge.avro.view.GapRow;
import org.chatbridge.avro.view.ThreadRow;

/** The views as topics: compacted, the key of a row as UTF-8, its row as Avro, no value where the row is gone. */
public enum ViewTopic {
    AGENTS(AgentRow.getClassSchema(), "agents"),
    THREADS(ThreadRow.getClassSchema(), "threads"),
    CHATS(ChatRow.getClassSchema(), "chats"),
    CUSTOMERS(CustomerRow.getClassSchema(), "customers"),
    BROADCASTS(BroadcastRow.getClassSchema(), "broadcasts"),
    GAPS(GapRow.getClassSchema(), "gaps"),
    ACTIVITY(ActivityRow.getClassSchema(), "activity");

    static {
        TrustedRecords.trust();
    }

    private final Schema schema;
    private final String view;

    ViewTopic(Schema schema, String view) {
        this.schema = schema;
        this.view = view;
    }

    /** The schema of a row; its first field is the key. */
    public Schema schema() {
        return schema;
    }

    /** The name of the view, such as {@code agents}. */
    public String view() {
        return view;
    }

    /** The topic without its prefix, such as {@code view.agents}. */
    public String topic() {
        return "view." + view;
    }
}
