package org.chatbridge.program;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes the body of an answer. Where it is larger than what the network takes at once, no thread waits for a client that reads slowly. */
final class BodyWriter implements WriteListener {
    /** What the server holds for an answer anyway, and writes without waiting. */
    static final int FROM_BYTES = 32 * 1024;

    private static final int PIECE_BYTES = 64 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(BodyWriter.class);

    private final ServletOutputStream out;
    private final byte[] body;
    private final CompletableFuture<Void> written = new CompletableFuture<>();
    private int offset;

    private BodyWriter(ServletOutputStream out, byte[] body) {
        this.out = out;
        this.body = body;
    }

    /**
     * Begins to write.
     *
     * @param response asynchronous already, with all of its headers
     * @return completes when the answer can be completed, also where the client has gone
     */
    static CompletableFuture<Void> write(HttpServletResponse response, byte[] body) {
        try {
            BodyWriter writer = new BodyWriter(response.getOutputStream(), body);
            writer.out.setWriteListener(writer);
            return writer.written;
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /**
     * Writes a smaller one. Javalin would copy it, and look at every write for whether to compress it.
     *
     * @param response with all of its headers
     */
    static void writeAtOnce(HttpServletResponse response, byte[] body) {
        try {
            response.getOutputStream().write(body);
        } catch (IOException e) {
            LOG.debug("the client has gone before its answer was written", e);
        }
    }

    @Override
    public void onWritePossible() throws IOException {
        while (out.isReady()) {
            if (offset == body.length) {
                written.complete(null);
                return;
            }
            int piece = Math.min(PIECE_BYTES, body.length - offset);
            offset += piece;
            out.write(body, offset - piece, piece);
        }
    }

    @Override
    public void onError(Throwable failure) {
        written.complete(null);
    }
}
