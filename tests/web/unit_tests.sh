#!/bin/sh
# unit_tests.sh <esbuild> <web> <scratch folder>: web/'s own tests in Node's test runner.
set -eu
rm -rf -- "$3"
# shellcheck disable=SC2046  # names of sources have no blanks
cd -- "$2" && "$1" $(find src -name '*_test.ts') --bundle --platform=node --format=esm --log-level=warning \
  --out-extension:.js=.mjs --outdir="$3"
cd -- "$3" && node --test
