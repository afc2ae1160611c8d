/** Which of several bridges is connected. */
@NullMarked
package org.chatbridge.bridge.standby;

import org.jspecify.annotations.NullMarked;
