/** A LiveChat, a Kafka broker and a schema registry for one machine: for tests, the quickstart and measurements. */
@NullMarked
package org.chatbridge.sandbox;

import org.jspecify.annotations.NullMarked;
