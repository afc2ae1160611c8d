/** The rows of the views and every change of them, as a stream of events that any instance begins, and any other goes on with. */
@NullMarked
package org.chatbridge.streams.changes;

import org.jspecify.annotations.NullMarked;
