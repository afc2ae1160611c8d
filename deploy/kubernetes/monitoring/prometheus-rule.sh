#!/bin/sh
# Makes prometheus-rule.yaml of deploy/prometheus/alerts.yml, the one place where rules are written. A test compares them.
set -eu
cd "$(dirname "$0")"
{
  echo '# Made by prometheus-rule.sh of deploy/prometheus/alerts.yml: change that one.'
  echo 'apiVersion: monitoring.coreos.com/v1'
  echo 'kind: PrometheusRule'
  echo 'metadata:'
  echo '  name: chatbridge'
  echo 'spec:'
  grep -v '^#' ../../prometheus/alerts.yml | sed 's/^\(.\)/  \1/'
} > prometheus-rule.yaml
