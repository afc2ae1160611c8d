@NullMarked
package org.chatbridge.bridge.connection;

import org.jspecify.annotations.NullMarked;
