@NullMarked
package org.chatbridge.bridge.frames;

import org.jspecify.annotations.NullMarked;
