/** Frames on their way from the socket to Kafka. */
@NullMarked
package org.chatbridge.bridge.frames;

import org.jspecify.annotations.NullMarked;
