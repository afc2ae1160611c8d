package org.chatbridge.sandbox;

/**
 * One push as it goes over the wire.
 *
 * @param action the protocol's name of the action
 * @param frame the whole text frame, envelope included
 */
public record Push(String action, String frame) {}
