@NullMarked
package org.chatbridge.schema;

import org.jspecify.annotations.NullMarked;
