/** What the bridge and its consumers agree on: actions, topic names, schemas and their wire format. */
@NullMarked
package org.chatbridge.schema;

import org.jspecify.annotations.NullMarked;
