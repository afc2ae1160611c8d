/** Compiled with {@code -Pjournal-candidates} only: the journal beside libraries that could take its place. */
@NullMarked
package org.chatbridge.bridge.journal.candidates;

import org.jspecify.annotations.NullMarked;
