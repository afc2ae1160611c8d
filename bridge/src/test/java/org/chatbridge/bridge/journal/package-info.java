@NullMarked
package org.chatbridge.bridge.journal;

import org.jspecify.annotations.NullMarked;
