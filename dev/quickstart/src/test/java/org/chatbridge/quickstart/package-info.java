@NullMarked
package org.chatbridge.quickstart;

import org.jspecify.annotations.NullMarked;
