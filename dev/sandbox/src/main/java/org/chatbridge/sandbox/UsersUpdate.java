package org.chatbridge.sandbox;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The {@code updated_users} of one {@code chat_users_updated}: who came and who went, by kind (PROTOCOL 2.2). */
final class UsersUpdate {

    final ArrayNode customersRemoved = Json.object().putArray("customers");
    final ArrayNode agentsAdded = Json.object().putArray("agents");
    final ArrayNode agentsRemoved = Json.object().putArray("agents");
    final ArrayNode supervisorsAdded = Json.object().putArray("supervisors");
    final ArrayNode supervisorsRemoved = Json.object().putArray("supervisors");

    ObjectNode toJson() {
        ObjectNode json = Json.object();
        kind(json, "customers", Json.object().putArray("none"), customersRemoved);
        kind(json, "agents", agentsAdded, agentsRemoved);
        kind(json, "supervisors", supervisorsAdded, supervisorsRemoved);
        return json;
    }

    private static void kind(ObjectNode json, String name, ArrayNode added, ArrayNode removed) {
        ObjectNode kind = json.putObject(name);
        kind.set("added", added);
        kind.set("removed_ids", removed);
    }
}
