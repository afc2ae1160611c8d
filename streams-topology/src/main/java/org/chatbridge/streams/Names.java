package org.chatbridge.streams;

/** The names that users see outside the HTTP interface: stores (and so changelogs), operators, metrics. */
final class Names {
    static final String RECORDS_UNDECODABLE = "chatbridge.views.records.undecodable";
    static final String RECORDS_UNFOLDABLE = "chatbridge.views.records.unfoldable";
    static final String RECORDS_WITHOUT_KEY = "chatbridge.views.records.without.key";
    static final String RECORDS_MISPLACED = "chatbridge.views.records.misplaced";
    static final String RECORDS_DELETED = "chatbridge.views.records.deleted";
    static final String THREADS_REPLACED = "chatbridge.views.stream.threads.replaced";
    static final String OFFSET_LAG = "chatbridge.views.offset.lag";
    static final String RESTORE_REMAINING = "chatbridge.views.restore.remaining";
    static final String UPSTREAM_STREAMING = "chatbridge.views.upstream.streaming";

    /** The store of what the activity of one partition is counted in. */
    static final String ACTIVITY_COUNTS = "activity-parts";

    /** The store of the threads that are counted in it: by minute and thread. */
    static final String ACTIVITY_THREADS = "activity-threads";

    /** The store of what that counting needs to know of each chat. */
    static final String ACTIVITY_CHATS = "activity-chats";

    private static final String TERMS = "-terms";

    private Names() {}

    /** An operator of a view that works on one of its sources. */
    static String operator(String view, String role, Source source) {
        return view + "-" + role + "-" + source.topic();
    }

    /** The store of which keys of a view have which terms. It has no changelog. */
    static String terms(String view) {
        return view + TERMS;
    }

    /** Whether a store is one that has no changelog. */
    static boolean isMadeAnew(String store) {
        return store.endsWith(TERMS);
    }

    /** The store of what the rows of a view were. */
    static String history(String view) {
        return view + "-history";
    }

    /** Whether a store is one of a view's. */
    static boolean isOf(String view, String store) {
        return store.equals(view) || store.startsWith(view + "-");
    }

    /** The store of the resyncs that a view knows to be complete. */
    static String resyncs(String view) {
        return view + "-resyncs";
    }
}
