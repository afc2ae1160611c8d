/** From a frame's bytes to the record of its topic: pure, without I/O or clock. */
@NullMarked
package org.chatbridge.bridge.convert;

import org.jspecify.annotations.NullMarked;
