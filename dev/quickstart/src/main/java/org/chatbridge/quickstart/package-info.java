/** Everything on one machine: a real broker and registry, a simulated LiveChat, the bridge and the views. */
@NullMarked
package org.chatbridge.quickstart;

import org.jspecify.annotations.NullMarked;
