#!/usr/bin/env bash
# install_test.sh <cmake> <build folder>: an installed tree still works after it was moved, to a
# path with a blank, and needs nothing from the build folder: it simulates, measures, and stores by
# its own DuckDB what it measured.
set -euo pipefail
scratch=$(mktemp -d)
trap 'kill "${SIM_PID:-}" 2>/dev/null || true; rm -rf -- "$scratch"' EXIT

"$1" --install "$2" --prefix "$scratch/first" >"$scratch/log" || { cat "$scratch/log"; exit 1; }
mv -- "$scratch/first" "$scratch/moved here"
cd -- "$scratch/moved here"

for file in bin/tokentrial share/tokentrial/examples share/tokentrial/licenses/tokentrial/LICENSE; do
  [[ -e $file ]] || { echo "not installed: $file"; exit 1; }
done
ldd bin/tokentrial >"$scratch/ldd"
if grep -F 'not found' "$scratch/ldd"; then exit 1; fi
if [[ -e lib/libduckdb.so ]] && ! grep -qF "$PWD/bin/../lib/libduckdb.so" "$scratch/ldd"; then
  echo "the program does not use the tree's own DuckDB:"
  cat "$scratch/ldd"
  exit 1
fi
bin/tokentrial version
bin/tokentrial demo --help >/dev/null

coproc SIM { exec env -i bin/tokentrial sim --engine vllm --port 0 2>/dev/null; }
read -rt 60 line <&"${SIM[0]}"
env -i bin/tokentrial run --target "vllm=${line#listening on }" --requests 4 --concurrency 2 \
  --warmup 0 --output-tokens 4 --results runs --name moved --quiet
stored=$(echo runs/moved-*/requests.parquet)
[[ $(head -c 4 -- "$stored") == PAR1 ]] || { echo "no Parquet file: $stored"; exit 1; }
env -i bin/tokentrial results export moved --results runs --to exported
rows=$(grep -c . exported/vllm_results.csv)
((rows == 5)) || { echo "exported $rows lines, not a head and four rows"; exit 1; }
