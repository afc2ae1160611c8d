#!/usr/bin/env bash
# From a WebSocket into Kafka at full speed and at fixed rates: the bridge, a plain pipeline and Kafka's ProducerPerformance in
# rounds that take turns, each in a JVM of its own, beside a real broker and a real registry. Prints a table, and writes one file to
# dev/benchmarks/target/results. Nothing else should run on the machine meanwhile.
#   dev/benchmarks/run-end-to-end.sh [-Dbenchmark.pushes=300000] [-Dbenchmark.rounds=3]
#     [-Dbenchmark.rates=2000,10%,50%,80%]      a second; % of the bridge's top rate
#     [-Dbenchmark.seconds=15]                  of each fixed rate
#     [-Dbenchmark.warm=0]                      pushes that it has taken before those that count, at 20,000 a second
#     [-Dbenchmark.only=bridge,plain,performance]   and other, with -Dbenchmark.other=JAR: the bridge.jar of another state of the tree
#     [-Dbenchmark.size=1]                      of the team that the pushes tell of: 1 is 100 agents, 400 open threads
#     [-Dbenchmark.mix=longer]                  longer pushes, of 474 characters, or those of the team as they come, of 380: team
#     [-Dbenchmark.partitions=3]                of each topic
#     [-Dbenchmark.jvm='OPTION OPTION']         of the bridge's JVM, in place of those that it is shipped with; only then it is known what
#                                               it allocates
#     [-Dbenchmark.set='KEY=VALUE KEY=VALUE']   settings of the bridge, for experiments
set -euo pipefail
cd "$(dirname "$0")/../.."
. dev/benchmarks/build.sh
exec java -Xmx512m -Dbenchmark.root="$PWD" "$@" -cp "$(cat dev/benchmarks/target/class-path):dev/benchmarks/target/classes" \
  org.chatbridge.benchmarks.EndToEndMain
