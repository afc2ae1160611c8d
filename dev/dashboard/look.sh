#!/usr/bin/env bash
# Looks at deploy/grafana/dashboards/chatbridge.json without Grafana: holds it against the types that Grafana publishes, asks a
# Prometheus each of its queries, and draws it with Grafana's components into target/*.png. Fails where a type does not fit or
# Prometheus does not understand a query. Needs Node.js 20, npm and Chromium.
#   dev/dashboard/look.sh [PROMETHEUS] [MINUTES]
set -euo pipefail
prometheus=${1:-http://localhost:9090}
minutes=${2:-30}
if ! [[ $minutes =~ ^[1-9][0-9]*$ ]]; then
  echo "dev/dashboard/look.sh: MINUTES is $minutes; expected a whole number from 1" >&2
  exit 2
fi
for program in node npm chromium curl; do
  command -v $program >/dev/null || { echo "dev/dashboard/look.sh: there is no $program here; install it" >&2; exit 2; }
done
if ! curl -sf -m 5 -o /dev/null "$prometheus/-/ready"; then
  echo "dev/dashboard/look.sh: no Prometheus answers at $prometheus; name one as the first argument" >&2
  exit 2
fi
cd "$(dirname "$0")"
npm install --silent --no-package-lock --no-audit --no-fund
mkdir -p target

# As a literal, in which also a member too many is a mistake.
{ echo "import type { Checked } from '../schema'; export const dashboard: Checked ="; cat ../../deploy/grafana/dashboards/chatbridge.json; } >target/dashboard.ts
npx tsc --noEmit --strict --skipLibCheck --target es2022 --module esnext --moduleResolution bundler target/dashboard.ts
echo "every panel is one that Grafana's types know"

node look.mjs "$prometheus" "$minutes" target
for mode in dark light; do
  for size in 1600,2640 500,9900; do
    shot=target/$mode-${size%,*}.png
    chromium --headless=new --no-sandbox --disable-gpu --hide-scrollbars --window-size=$size --virtual-time-budget=8000 \
      --screenshot="$shot" "file://$PWD/target/$mode.html" 2>/dev/null
    echo "dev/dashboard/$shot"
  done
done
