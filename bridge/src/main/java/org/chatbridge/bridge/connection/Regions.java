package org.chatbridge.bridge.connection;

import java.net.URI;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The hosts of LiveChat's data centres: {@code dal} has the plain name, another has its own in it. PROTOCOL 1.1. */
final class Regions {
    private static final Pattern HOST = Pattern.compile("//api(?:-[a-z]+)?\\.livechatinc\\.com");
    private static final Pattern REGION = Pattern.compile("[a-z]{2,8}");
    private static final String DEFAULT = "dal";

    private Regions() {}

    /** The same URL in another region; empty where the host is not LiveChat's or the region no name. */
    static Optional<URI> move(URI url, String region) {
        Matcher host = HOST.matcher(url.toString());
        if (!host.find() || !REGION.matcher(region).matches()) {
            return Optional.empty();
        }
        return Optional.of(URI.create(
                host.replaceFirst("//api" + (region.equals(DEFAULT) ? "" : "-" + region) + ".livechatinc.com")));
    }
}
