/** The program: carries every push of LiveChat's Agent Chat API into Kafka. */
@NullMarked
package org.chatbridge.bridge;

import org.jspecify.annotations.NullMarked;
