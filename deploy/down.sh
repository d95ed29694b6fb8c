#!/usr/bin/env bash
# Stops what up.sh started. The data stays, unless VOLUMES=1.
set -euo pipefail
cd "$(dirname "$0")/.."
deploy/engine.sh down

if [[ "${VOLUMES:-}" == 1 ]]; then
  printf '\n==> Stopping everything, and removing the data\n'
  docker compose down --volumes
else
  printf '\n==> Stopping everything; the data stays (VOLUMES=1 removes it)\n'
  docker compose down
fi
