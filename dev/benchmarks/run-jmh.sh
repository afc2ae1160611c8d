#!/usr/bin/env bash
# The parts alone, each beside its floor, in nanoseconds and bytes allocated an operation: JSON to Avro, the journal's append, the serdes,
# the views' folds, the JSON of their rows. Takes JMH's own arguments. Prints a table, and writes one file to
# dev/benchmarks/target/results. Nothing else should run on the machine meanwhile.
#   dev/benchmarks/run-jmh.sh                             all
#   dev/benchmarks/run-jmh.sh Conversion                  those whose name has that in it
#   dev/benchmarks/run-jmh.sh Conversion -p mix=TEAM -prof stack
#   BENCHMARK_ROUNDS=3 dev/benchmarks/run-jmh.sh Conversion     one round after the other, and the medians of them
#   dev/benchmarks/run-jmh.sh quick                       all, for too short a time to believe the figures: only whether it runs
set -euo pipefail
cd "$(dirname "$0")/../.."
. dev/benchmarks/build.sh
if [ "${1:-}" = quick ]; then
  shift
  set -- -foe true -wi 1 -w 50ms -i 1 -r 50ms "$@"
fi
exec java -Xmx512m -Dbenchmark.root="$PWD" -Dbenchmark.rounds="${BENCHMARK_ROUNDS:-1}" -cp "$(cat dev/benchmarks/target/class-path):dev/benchmarks/target/classes" \
  org.chatbridge.benchmarks.JmhMain "$@"
