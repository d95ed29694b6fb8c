#!/usr/bin/env bash
# Says what is missing where there is no Docker engine with Compose, and ends with 1.
# Usage: deploy/engine.sh TARGET
set -euo pipefail
missing=''
if ! command -v docker >/dev/null 2>&1; then
  missing='docker is not installed'
elif ! docker info >/dev/null 2>&1; then
  missing='no Docker engine answers (docker info says why)'
elif ! docker compose version >/dev/null 2>&1; then
  missing='docker has no compose plugin'
fi
if [[ -z "$missing" ]]; then exit 0; fi
echo "make $1 runs Jari in containers, and $missing." >&2
echo "Without containers: make run serves on http://127.0.0.1:8080 and needs no other server." >&2
exit 1
