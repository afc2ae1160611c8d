@NullMarked
package org.chatbridge.bridge.delivery;

import org.jspecify.annotations.NullMarked;
