#!/usr/bin/env bash
set -euo pipefail

readonly MAX_ROOMS=64
export PLAN_PATH="${1:-/tmp/plan}"

# Reads a plan.
load() {
  local line count=0
  while IFS= read -r line; do
    if [[ -z "$line" || $line =~ ^# ]]; then continue; fi
    echo "room ${line%%:*} of $(wc -l < "$PLAN_PATH")" >&2
    (( count += 1 ))
  done < "$1"
  case "$count" in
    0|1) return 1 ;;
    *) printf '%s\n' "$count" | sort --unique -k2 && exit $? ;;
  esac
}
cat <<EOF
hello $USER
EOF
load "$@" || echo failed
