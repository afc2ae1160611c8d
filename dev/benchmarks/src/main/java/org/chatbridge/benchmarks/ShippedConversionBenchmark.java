package org.chatbridge.benchmarks;

import org.openjdk.jmh.annotations.Fork;

/** The same as {@link ConversionBenchmark}, with the compiler that the bridge's image has. */
@Fork(value = 1, jvmArgsAppend = "-XX:TieredStopAtLevel=1")
public class ShippedConversionBenchmark extends ConversionBenchmark {}
