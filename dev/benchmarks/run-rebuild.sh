#!/usr/bin/env bash
# How fast the views are built from the beginning of the topics, beside a consumer that only makes the same records and Kafka
# Streams with nothing to do, or one put: rounds that take turns, each in a JVM of its own with nothing kept, beside a real broker
# and a real registry. It is one of the measures of the views (mvn -Pviews-measures, see the README); prints a table. Nothing
# else should run on the machine meanwhile.
#   dev/benchmarks/run-rebuild.sh [pushes=200000] [rounds=5] [partitions=6] [jvm=OPTION] [set=KEY=VALUE]
set -euo pipefail
cd "$(dirname "$0")/../.."
exec mvn -q -B -ntp -Pviews-measures -Dmeasure=rebuild -Dmeasure.options="$*"
