package org.chatbridge.streams;

import org.chatbridge.schema.Action;

/** The names that users see outside the HTTP interface: stores (and so changelogs), operators, metrics. */
final class Names {
    static final String RECORDS_UNDECODABLE = "chatbridge.views.records.undecodable";
    static final String RECORDS_UNFOLDABLE = "chatbridge.views.records.unfoldable";
    static final String RECORDS_WITHOUT_KEY = "chatbridge.views.records.without.key";
    static final String THREADS_REPLACED = "chatbridge.views.stream.threads.replaced";
    static final String OFFSET_LAG = "chatbridge.views.offset.lag";

    private Names() {}

    /** An operator of a view that works on one of its sources. */
    static String operator(String view, String role, Action source) {
        return view + "-" + role + "-" + source.topic();
    }
}
