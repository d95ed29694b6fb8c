#!/usr/bin/env bash
# Builds the image, starts everything in docker-compose.yml and returns when all of it is ready.
set -euo pipefail
cd "$(dirname "$0")/.."
deploy/engine.sh up

printf '\n==> Making the secrets that are missing (deploy/secrets; keep them: the database knows its passwords)\n'
deploy/secrets.sh

printf '\n==> Building the image and starting MariaDB, Redis, Kafka, two gateways, a worker and nginx (the first time some minutes)\n'
docker compose up --build --wait --wait-timeout 300

printf '\nJari is ready: http://%s\n' "$(docker compose port nginx 8080)"
echo 'It sells nothing yet. To put the demonstration hall on sale, see docs/deployment.md. Stop it with: make down'
