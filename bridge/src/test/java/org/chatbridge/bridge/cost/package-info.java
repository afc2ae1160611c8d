/** What the journal costs, in the product's own path. */
@NullMarked
package org.chatbridge.bridge.cost;

import org.jspecify.annotations.NullMarked;
