package org.chatbridge.program;

/**
 * One thing that can be asked with GET (and HEAD).
 *
 * @param path such as {@code /v1/agents/{agent_id}}
 * @param handler called by several threads at once
 */
public record Route(String path, Handler handler) {
    public Route {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("a path begins with a slash: " + path);
        }
    }

    /** Answers a request, or throws {@link HttpProblem}; any other exception becomes a 500. */
    @FunctionalInterface
    public interface Handler {
        Response handle(Request request) throws Exception;
    }
}
