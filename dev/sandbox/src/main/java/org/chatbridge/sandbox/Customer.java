package org.chatbridge.sandbox;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** One customer of the simulated shop, with the visit that the chat widget watches. */
final class Customer {

    private static final int PAGES_KEPT = 5;

    final String id;
    final String name;
    final String email;
    private final ObjectNode visit;
    private final ObjectNode traits;
    private int pageViews;
    private final long lastVisit;
    long lastSeen;
    boolean banned;
    int banDays;
    long bannedAt;
    int threads;

    Customer(String id, String name, String email, ObjectNode visit, ObjectNode traits, long now) {
        this.id = id;
        this.name = name;
        this.email = email;
        this.visit = visit;
        this.traits = traits;
        this.lastSeen = now;
        this.lastVisit = now - 86_400;
    }

    /** Opens another page of the shop; the oldest beyond five is forgotten. */
    void open(String url, String title, long now) {
        ArrayNode pages = (ArrayNode) visit.path("current_visit").path("pages");
        pages.addObject().put("start", now).put("url", url).put("title", title);
        if (pages.size() > PAGES_KEPT) {
            pages.remove(0);
        }
        pageViews++;
        lastSeen = now;
    }

    /** The User object with everything that is known (PROTOCOL 3.1). */
    ObjectNode toUser(boolean present) {
        ObjectNode user = Json.object()
                .put("id", id)
                .put("type", "customer")
                .put("name", name)
                .put("email", email)
                .put("present", present)
                .put("last_seen_timestamp", lastSeen);
        ObjectNode monitoring = visit.deepCopy();
        monitoring
                .putObject("stats")
                .put("visits", 1 + threads)
                .put("threads", threads)
                .put("page_views", pageViews)
                .put("last_visit", lastVisit);
        user.set("monitoring", monitoring);
        user.set("properties", traits.deepCopy());
        return user.put("banned", banned);
    }
}
