/** Tests of the sandbox. */
@NullMarked
package org.chatbridge.sandbox;

import org.jspecify.annotations.NullMarked;
