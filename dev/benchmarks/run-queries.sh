#!/usr/bin/env bash
# Rows by key, lists and pages from the packaged views on a real broker and a real registry, each a process, against a constant
# of the same size from the same HTTP server, in rounds that take turns; then each at half of its top rate. Where wrk is
# installed (Debian: apt-get install wrk) it asks the same. It is `mvn -Pviews-measures -Dmeasure=queries` with a file in
# dev/benchmarks/target/results. Nothing else should run on the machine meanwhile.
#   dev/benchmarks/run-queries.sh [agents=1000] [threads=20000] [partitions=6] [rounds=5] [seconds=5] [warmup=30]
#     [connections=8] [jvm=OPTION] [set=KEY=VALUE]    seconds of each round; jvm and set of the views, as often as you like
set -euo pipefail
cd "$(dirname "$0")/../.."
. dev/benchmarks/views-measure.sh
views_measure queries "$*"
