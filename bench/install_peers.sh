#!/usr/bin/env bash
# Install what is measured beside napgraph: wrk, nginx and Virtuoso from Debian, and
# rdflib-endpoint and Trifid in environments of their own. Whatever is missing is left out of the tables.
set -euo pipefail
cd "$(dirname "$0")/.."

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

if command -v apt-get >/dev/null; then
  as_root apt-get update -qq
  # The runlevel of a rescue keeps their services from being started.
  as_root env RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive \
    apt-get install -qq -y --no-install-recommends wrk nginx-light virtuoso-opensource
else
  echo "no apt-get: install wrk, nginx and Virtuoso by hand to measure them too" >&2
fi

environment=build/peers/rdflib-endpoint
"${PYTHON:-python3.11}" -m venv "$environment"
"$environment/bin/python" -m pip install --quiet --requirement bench/peers/rdflib-endpoint.txt

if command -v npm >/dev/null; then
  npm install --silent --no-audit --no-fund --prefix build/peers/trifid trifid@5.3.0
else
  echo "no npm: install Node.js to measure Trifid too" >&2
fi
