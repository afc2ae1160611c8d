package org.chatbridge.program;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An address to listen on or to reach a peer at.
 *
 * @param host a name or an IP address, IPv6 without brackets
 * @param port 0 to 65535; 0 asks for any free port
 */
public record HostPort(String host, int port) {
    private static final Pattern FORM = Pattern.compile("(?:\\[([0-9A-Fa-f:.]+)]|([^\\[\\]:/\\s]+)):(\\d{1,5})");
    static final int LAST_PORT = 65_535;

    public HostPort {
        if (host.isBlank() || port < 0 || port > LAST_PORT) {
            throw new IllegalArgumentException("not a host and a port: " + host + ", " + port);
        }
    }

    /**
     * Reads {@code host:port} or {@code [IPv6]:port}.
     *
     * @throws IllegalArgumentException where the text is neither; the message says what is expected
     */
    public static HostPort parse(String text) {
        Matcher matcher = FORM.matcher(text.strip());
        if (!matcher.matches() || Integer.parseInt(matcher.group(3)) > LAST_PORT) {
            throw new IllegalArgumentException("expected host:port with a port of 0 to 65535, such as 127.0.0.1:8080");
        }
        String host = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
        return new HostPort(host, Integer.parseInt(matcher.group(3)));
    }

    /** The form that {@link #parse} reads. */
    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
