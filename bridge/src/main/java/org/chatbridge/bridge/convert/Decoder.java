package org.chatbridge.bridge.convert;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads the JSON value of a member into the value of an Avro field. */
interface Decoder {
    /**
     * Reads the value that the cursor stands on, which is not null, and leaves the cursor on its last token. What does not
     * fit, wholly or in part, is said by {@link JsonInput#misfit()}; the caller then keeps the whole value as text.
     *
     * @return what did fit, in Avro's generic form; null where nothing did
     */
    @Nullable
    Object read(JsonInput in) throws IOException;
}
