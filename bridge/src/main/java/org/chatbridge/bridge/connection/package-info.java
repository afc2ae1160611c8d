/** The WebSocket to LiveChat: one socket at a time, its states, and when to try again. */
@NullMarked
package org.chatbridge.bridge.connection;

import org.jspecify.annotations.NullMarked;
