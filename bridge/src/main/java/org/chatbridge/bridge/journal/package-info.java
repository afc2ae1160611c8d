/** The write-ahead journal: frames on disk on their way from the socket to Kafka. */
@NullMarked
package org.chatbridge.bridge.journal;

import org.jspecify.annotations.NullMarked;
