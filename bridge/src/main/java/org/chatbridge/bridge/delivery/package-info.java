/** From the queue of frames to Kafka: converted, sent, and freed when Kafka has them. */
@NullMarked
package org.chatbridge.bridge.delivery;

import org.jspecify.annotations.NullMarked;
