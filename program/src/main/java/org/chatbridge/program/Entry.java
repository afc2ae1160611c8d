package org.chatbridge.program;

/**
 * One value as the user gave it.
 *
 * @param key the key it is for; may be unknown
 * @param value as given, {@code ${…}} unresolved
 * @param origin where it was given, in words
 * @param spelling how the key was spelt there
 */
record Entry(String key, String value, String origin, String spelling) {}
