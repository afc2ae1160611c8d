/** What the bridge saw of LiveChat and what it could not see. */
@NullMarked
package org.chatbridge.bridge.ledger;

import org.jspecify.annotations.NullMarked;
