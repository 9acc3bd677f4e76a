#!/usr/bin/env bash
# with_scipy.sh passes SciPy's folder, the arguments and the exit code on; without SciPy it skips,
# but fails where it was promised.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")"
scratch=$(mktemp -d)
trap 'rm -rf -- "$scratch"' EXIT

expect() {  # expect <exit code> <words> <TT_NEED_SCIPY> <command...>
  local code=$1 words=$2 need=$3 output status=0
  shift 3
  output=$(TT_NEED_SCIPY=$need "$@" 2>&1) || status=$?
  if [[ $status != "$code" || $output != *"$words"* ]]; then
    printf 'expected %s and "%s" from: %s\ngot %s:\n%s\n' "$code" "$words" "$*" "$status" "$output"
    exit 1
  fi
}

printf 'import scipy, sys\nprint(scipy.word, *sys.argv[1:])\nsys.exit(3)\n' >"$scratch/script.py"
expect 77 'Skipped: there is no SciPy' '' ./with_scipy.sh "$scratch/my path" "$scratch/script.py"
expect 1 'there is no SciPy' 1 ./with_scipy.sh "$scratch/my path" "$scratch/script.py"

mkdir -p "$scratch/my path/scipy"
echo 'word = "ours"' >"$scratch/my path/scipy/__init__.py"
expect 3 'ours a b c' 1 ./with_scipy.sh "$scratch/my path" "$scratch/script.py" a 'b c'
