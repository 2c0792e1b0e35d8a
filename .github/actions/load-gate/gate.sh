#!/usr/bin/env bash
# Runs lead-gate on what the action's inputs name; its exit code is the step's.
set -euo pipefail

home=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
gate=${GATE_BINARY:-}
if [ -z "$gate" ]; then
  target="${RUNNER_TEMP:-$home/target}/load-gate"
  target=$(mkdir -p "$target" && cd "$target" && pwd)
  # In the action's own folder: the caller's .cargo/config.toml and rust-toolchain.toml are not for this program.
  if ! (cd "$home" && cargo build --quiet --release --locked --package lead-gate --target-dir "$target"); then
    echo "load-gate: lead-gate does not build in $home: is Rust set up in an earlier step?" >&2
    exit 3
  fi
  gate="$target/release/lead-gate"
fi

reports=${GATE_REPORTS:-gate-report}
mkdir -p "$reports"
# --option=value, so that a value which begins with a hyphen is no option of its own.
args=(check "--prefix=${GATE_PREFIX:?the input prefix is empty}")
args+=("--report=json=$reports/gate.json" "--report=junit=$reports/gate.xml" "--report=html=$reports/gate.html")
if [ -n "${GATE_CONFIG:-}" ]; then args+=("--config=$GATE_CONFIG"); fi
if [ -n "${GATE_BASELINE:-}" ]; then args+=("--baseline=$GATE_BASELINE"); fi
if [ -n "${GATE_MAX_AGE:-}" ]; then args+=("--max-age=$GATE_MAX_AGE"); fi
case "${GATE_STRICT:-false}" in
  true) args+=(--strict) ;;
  false) ;;
  *) echo "load-gate: the input strict is neither true nor false: $GATE_STRICT" >&2; exit 2 ;;
esac

# Summary, annotations and outputs are the gate's own work: it knows what must be escaped.
exec "$gate" "${args[@]}"
