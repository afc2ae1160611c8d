package org.chatbridge.bridge.connection;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Of which customers LiveChat tells beside those of the own agent's chats: {@code customer_monitoring_level} of PROTOCOL 1.6. */
public enum CustomerMonitoring {
    /** Those of the chats that the agent is assigned to; the bridge's is to none. */
    MY,

    /** And those who chat, within the agent's groups. */
    CHATTING,

    /** And those who are invited to chat. */
    INVITED,

    /** And all who visit the website. */
    ONLINE,

    /** As many of these as the license allows. */
    HIGHEST_AVAILABLE;

    /** As a setting, and a login of version 3.4 and later, names it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** All labels. */
    public static List<String> labels() {
        return Arrays.stream(values()).map(CustomerMonitoring::label).toList();
    }

    /** The one with that label. */
    public static CustomerMonitoring of(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT));
    }
}
