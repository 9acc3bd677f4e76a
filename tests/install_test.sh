#!/usr/bin/env bash
# install_test.sh <cmake> <build folder>: an installed tree still works after it was moved, to a
# path with a blank, and needs nothing from the build folder.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf -- "$scratch"' EXIT

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
