/** The topics folded into views, and the views served over HTTP. */
@NullMarked
package org.chatbridge.streams;

import org.jspecify.annotations.NullMarked;
