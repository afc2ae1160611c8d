/** What the bridge and the views share as programs: settings from several sources, HTTP, metrics, logging. */
@NullMarked
package org.chatbridge.program;

import org.jspecify.annotations.NullMarked;
