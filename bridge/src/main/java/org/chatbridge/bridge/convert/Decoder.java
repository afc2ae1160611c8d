package org.chatbridge.bridge.convert;

/** Reads the JSON value of a member into the value of an Avro field. */
@FunctionalInterface
interface Decoder {
    /**
     * Reads the value that the cursor stands on, which is not null, and leaves the cursor on its last token. What does not
     * fit, wholly or in part, is said by {@link JsonInput#misfit()}; the caller then keeps the whole value as text.
     *
     * @param out where what did fit is written, in Avro's binary encoding
     * @return false where nothing did; what was written then is to be forgotten
     */
    boolean read(JsonInput in, AvroBytes out);
}
