package org.chatbridge.bridge.connection;

import java.net.URI;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where the next connection goes: the configured URL, until LiveChat names another region. PROTOCOL 1.1 and 1.8. */
final class Destination {
    /** What can be part of a host's name and of a header's value. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,32}");

    private URI url;
    private @Nullable String region;
    private @Nullable String sentTo;

    Destination(URI url) {
        this.url = url;
    }

    URI url() {
        return url;
    }

    /** A URL as it is told: without its query, which may have a key of a proxy in it. */
    static String told(URI url) {
        return url.toString().replaceFirst("\\?.*", "?…");
    }

    /** The region to ask for by name, where the host cannot say it; null for none. */
    @Nullable
    String region() {
        return region;
    }

    /** A login succeeded: LiveChat may name any region again. */
    void arrived() {
        sentTo = null;
    }

    /**
     * Goes to another region from now on.
     *
     * @param name as LiveChat gave it; null where it gave none, which goes for what cannot be a name, too
     * @return why that cannot be, with the remedy; empty where it can
     */
    String move(@Nullable String name) {
        if (name == null || !NAME.matcher(name).matches()) {
            return "LiveChat does not say which region is the right one; set livechat.url=" + told(url)
                    + " to that of the account's region";
        }
        if (name.equals(sentTo)) {
            return "livechat.url=" + told(url) + " leads to the wrong region again; set it to that of region " + name;
        }
        sentTo = name;
        Optional<URI> moved = Regions.move(url, name);
        if (moved.isPresent()) {
            url = moved.get();
        } else {
            region = name; // behind another host: it may know by the header where to lead
        }
        return "";
    }
}
