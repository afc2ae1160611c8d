package org.chatbridge.bridge.connection;

import java.util.LinkedHashMap;
import java.util.Map;

/** What an operator can do about a reason for which the bridge stops. */
final class Remedy {
    private static final Map<String, String> REMEDIES = remedies();

    private Remedy() {}

    /** A sentence, whatever the reason. */
    static String of(String reason) {
        return REMEDIES.entrySet().stream()
                .filter(remedy -> reason.contains(remedy.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("See LiveChat's account of the agent, then start the bridge again");
    }

    private static Map<String, String> remedies() {
        Map<String, String> remedies = new LinkedHashMap<>();
        remedies.put(
                "customer_monitoring_level",
                "Set livechat.customer.monitoring.level to a lower one, then start the bridge again");
        remedies.put("token", "Set livechat.token to a valid token of the agent, then start the bridge again");
        remedies.put("auth", "Set livechat.token to a valid token of the agent, then start the bridge again");
        remedies.put("license", "See to the LiveChat license of the agent, then start the bridge again");
        remedies.put("version", "Set livechat.api.version and livechat.url to a version that LiveChat still serves");
        remedies.put(
                "connection",
                "Another connection of the same agent took its place: give the bridge an agent of its own");
        remedies.put(
                "logged_out",
                "Somebody logged the agent out: give the bridge an agent of its own, then start it again");
        return remedies;
    }
}
