#!/usr/bin/env bash
# run_clients.sh <tokentrial>: real client libraries stream from the simulator, each engine on a
# free port. Prints a JSON line a client; fails if one did.
set -euo pipefail
here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
tokentrial=$(readlink -f -- "${1:?usage: run_clients.sh <tokentrial>}")

if [[ ! -d $here/node_modules/openai ]]; then
  echo "The client libraries are not installed: ./dev setup" >&2
  exit 1
fi

pid='' failed=0
stop_sim() {
  [[ -z $pid ]] && return
  kill -INT "$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || true
  pid=''
}
trap stop_sim EXIT

# start_sim <engine>: sets url and pid. With --port 0 the simulator picks a free port and prints
# its URL.
start_sim() {
  local line output
  exec {output}< <(exec "$tokentrial" sim --engine "$1" --port 0 2>&1)
  pid=$!
  url=''
  while read -rt 20 -u "$output" line; do
    if [[ $line =~ http://[0-9a-z.]+:[0-9]+ ]]; then
      url=${BASH_REMATCH[0]}
      return
    fi
  done
  echo "the $1 simulator printed no URL within 20 s" >&2
  exit 1
}

# check <engine> <script>
check() {
  start_sim "$1"
  printf '%s: ' "$1"
  # The model's name, as the simulator tells it itself.
  node "$here/$2" "$url" "$(node "$here/first_model.mjs" "$url")" || failed=1
  stop_sim
}

check vllm stream_openai.mjs
check sglang stream_openai.mjs
check llamacpp stream_openai.mjs
check ollama stream_ollama.mjs
exit "$failed"
