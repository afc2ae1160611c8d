@NullMarked
package org.chatbridge.bridge.standby;

import org.jspecify.annotations.NullMarked;
