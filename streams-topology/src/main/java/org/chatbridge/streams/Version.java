package org.chatbridge.streams;

import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * What a row was for some time.
 *
 * @param row null where there was none
 */
record Version(@Nullable SpecificRecord row) {}
