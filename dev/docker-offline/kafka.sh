#!/bin/bash
# In the stand-in for apache/kafka: each KAFKA_… variable becomes a line of server.properties, as in the official image.
set -eu
properties=/tmp/server.properties
for name in "${!KAFKA_@}"; do
  case $name in KAFKA_HEAP_OPTS | KAFKA_OPTS | KAFKA_JVM_*) continue ;; esac
  key=${name#KAFKA_}
  key=${key,,}
  key=${key//___/-}
  key=${key//__/%}
  key=${key//_/.}
  echo "${key//%/_}=${!name}"
done >$properties
kafka() { # MAIN ARGUMENT…
  # shellcheck disable=SC2086 # several options
  exec java ${KAFKA_HEAP_OPTS:--Xmx512m} -XX:+UseSerialGC -cp "/opt/kafka/libs/*" "$@"
}
(kafka kafka.tools.StorageTool format --cluster-id "$CLUSTER_ID" --config $properties --ignore-formatted)
kafka kafka.Kafka $properties
