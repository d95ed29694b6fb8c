#!/usr/bin/env bash
# Makes the secrets that docker-compose.yml mounts, once; what is there is kept.
# The folder is its owner's alone. The files in it can be read by all: in a container they belong to the same stranger as here, and
# each container sees only those that it was given.
# Usage: deploy/secrets.sh [FOLDER]
set -euo pipefail
folder="${1:-$(dirname "$0")/secrets}"
umask 077
mkdir -p "$folder"
chmod 700 "$folder"
for name in signing_key database_password database_root_password redis_password; do
  if [[ -s "$folder/$name" ]]; then continue; fi
  openssl rand -hex 32 >"$folder/$name.new"
  chmod 444 "$folder/$name.new"
  mv "$folder/$name.new" "$folder/$name"
  echo "made $folder/$name"
done
