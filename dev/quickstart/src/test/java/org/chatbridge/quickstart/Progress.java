package org.chatbridge.quickstart;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/**
 * How far a reader of {@code /v1/changes} is by the id of an event, which is what the views say of it (decision 014): an offset for
 * each partition, and among the first rows, the last that was told.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Progress(String id, long[] offsets, byte[] upTo) {
    /** Version, checksum and two hashes. */
    private static final int HEADER = 1 + 3 * Integer.BYTES;

    /** Above all rows. */
    private static final byte[] ALL = {-1};

    /** @param partitions how many there are of the views that are read */
    static Progress of(String id, int partitions) {
        ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(id));
        bytes.position(HEADER);
        varint(bytes); // the minute
        long[] offsets = new long[partitions];
        for (int place = 0; place < partitions; place++) {
            offsets[place] = varint(bytes);
        }
        byte[] upTo = new byte[bytes.remaining()];
        bytes.get(upTo);
        return new Progress(id, offsets, upTo[0] == 0 ? ALL : upTo);
    }

    /** Whether it is further in something and behind in nothing. */
    boolean isAfter(Progress earlier) {
        boolean after = Arrays.compareUnsigned(upTo, earlier.upTo) > 0;
        for (int place = 0; place < offsets.length; place++) {
            if (offsets[place] < earlier.offsets[place]) {
                return false;
            }
            after |= offsets[place] > earlier.offsets[place];
        }
        return after && Arrays.compareUnsigned(upTo, earlier.upTo) >= 0;
    }

    private static long varint(ByteBuffer bytes) {
        long number = 0;
        int shift = 0;
        byte next;
        do {
            next = bytes.get();
            number |= (next & 0x7fL) << shift;
            shift += 7;
        } while (next < 0);
        return number;
    }

    @Override
    public String toString() {
        return Arrays.toString(offsets)
                + (Arrays.equals(upTo, ALL) ? "" : " " + new String(upTo, StandardCharsets.UTF_8));
    }
}
