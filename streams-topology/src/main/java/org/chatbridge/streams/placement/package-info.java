/** Which instance folds which partition of the views, and which keep a copy of it. */
@NullMarked
package org.chatbridge.streams.placement;

import org.jspecify.annotations.NullMarked;
