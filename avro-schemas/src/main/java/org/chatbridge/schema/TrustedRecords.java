package org.chatbridge.schema;

import org.apache.avro.util.ClassSecurityValidator;

/** Tells Avro 1.12 that the generated classes of this project may be loaded by name from a schema. */
final class TrustedRecords {
    private static final String OURS = "org.chatbridge.";

    static {
        ClassSecurityValidator.setGlobal(ClassSecurityValidator.composite(
                ClassSecurityValidator.getGlobal(), type -> type.getName().startsWith(OURS)));
    }

    private TrustedRecords() {}

    /** Adds this project's packages to those trusted, once in a process however often it is called. */
    static void trust() {
        // the static initialiser did it
    }
}
