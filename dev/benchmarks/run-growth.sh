#!/usr/bin/env bash
# What becomes of the rates where one thing is ten times as large: the bridge's with a larger team and with more partitions;
# the views' with more chats, agents, partitions and instances. Prints a table of each and what bends first. It takes a quarter of an hour
# (with 60 partitions some 850 pushes are folded a second on two processors); any part can be had alone, and a row of the base may
# be named twice. Nothing else should run on the machine meanwhile.
# (Names that begin with BRIDGE_ or VIEWS_ would be settings of the programs.)
#   dev/benchmarks/run-growth.sh [bridge] [views]      both where none is named
#     GROWTH_BRIDGE_ROWS="base team partitions"               of the bridge's table
#     GROWTH_BRIDGE_OPTIONS="-Dbenchmark.rounds=3"            see run-end-to-end.sh
#     GROWTH_VIEWS_OPTIONS="rows=base,chats,agents,partitions,instances-2,instances-3 times=10 agents=1000 threads=5000
#       partitions=6 pushes=30000 rounds=3 seconds=1 warmup=30 connections=8"
set -euo pipefail
cd "$(dirname "$0")/../.."
case " $* " in
  *[!\ ]*) parts=" $* " ;;
  *) parts=" bridge views " ;;
esac
for part in $parts; do
  case $part in
    bridge | views) ;;
    *) echo "$part: expected bridge or views" >&2; exit 2 ;;
  esac
done

bridge_row() {
  local size=1 partitions=6
  case $1 in
    base) ;;
    team) size=10 ;;
    partitions) partitions=60 ;;
    *) echo "GROWTH_BRIDGE_ROWS: $1: expected base, team or partitions" >&2; return 2 ;;
  esac
  # The options that the image has.
  BENCHMARK_BUILD=no dev/benchmarks/run-end-to-end.sh -Dbenchmark.only=bridge -Dbenchmark.rates= -Dbenchmark.rounds=3 \
    -Dbenchmark.jvm='-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:CompileThresholdScaling=0.3 -Xmn24m -Xmx512m' ${GROWTH_BRIDGE_OPTIONS:-} \
    -Dbenchmark.size="$size" -Dbenchmark.partitions="$partitions"
}

if [[ $parts == *" bridge "* ]]; then
  . dev/benchmarks/build.sh
  results="dev/benchmarks/target/results/growth-of-the-bridge-$(date -u +%Y%m%dT%H%M%S).txt"
  mkdir -p dev/benchmarks/target/results
  for row in ${GROWTH_BRIDGE_ROWS:-base team partitions}; do
    echo "bridge, $row"
    bridge_row "$row" | tee /dev/stderr | sed -n "s/^median, bridge */$row /p" >>"$results"
  done
  # First and second half, processor time, that of the broker, bytes, memory; beside the mean of the rows of the base.
  awk '
    { row[NR] = $1; first[NR] = $2; second[NR] = $3; cpu[NR] = $4; broker[NR] = $5; memory[NR] = $8; ready[NR] = $9
      if ($1 == "base") { n++; bases += $3 } }
    END {
      printf "%-12s %10s %10s %10s %10s %10s %10s %14s\n", "bridge", "1st half", "2nd half", "us a push", "broker", "peak MiB",
        "ready ms", "beside base"
      least = 1; what = "nothing"
      for (i = 1; i <= NR; i++) {
        ratio = n ? second[i] / (bases / n) : 0
        printf "%-12s %10d %10d %10.1f %10.1f %10d %10d %14s\n", row[i], first[i], second[i], cpu[i], broker[i], memory[i],
          ready[i], n ? sprintf("%.2f", ratio) : "-"
        if (n && row[i] != "base" && ratio < least) { least = ratio; what = row[i] }
      }
      if (n) printf "what bends first: the rate of the second half with %s, %.2f of the base\n", what, least
    }' "$results" | tee -a "$results"
  echo "written to $results"
fi
if [[ $parts == *" views "* ]]; then
  . dev/benchmarks/views-measure.sh
  views_measure growth "pushes=30000 ${GROWTH_VIEWS_OPTIONS:-}"
fi
