/** Measurements of the whole and of its parts, each beside its floor. */
@NullMarked
package org.chatbridge.benchmarks;

import org.jspecify.annotations.NullMarked;
