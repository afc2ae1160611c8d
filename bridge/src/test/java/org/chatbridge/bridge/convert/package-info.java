@NullMarked
package org.chatbridge.bridge.convert;

import org.jspecify.annotations.NullMarked;
