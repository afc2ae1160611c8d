@NullMarked
package org.chatbridge.bridge;

import org.jspecify.annotations.NullMarked;
