package org.chatbridge.bridge.convert;

/** Signal that an object names a member for a second time, or that two members claim one field. Carries nothing. */
final class RepeatedMember extends RuntimeException {
    private static final long serialVersionUID = 1;

    RepeatedMember() {
        super("an object names a member twice", null, false, false);
    }
}
