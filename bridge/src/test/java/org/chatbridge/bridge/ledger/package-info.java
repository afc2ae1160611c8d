@NullMarked
package org.chatbridge.bridge.ledger;

import org.jspecify.annotations.NullMarked;
