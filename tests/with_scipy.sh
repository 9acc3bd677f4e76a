#!/bin/sh
# with_scipy.sh <folder that holds scipy> <script> [argument...]: runs the Python script with SciPy.
# Exit code 77, "skipped", without it; but 1 where TT_NEED_SCIPY is set, as by ./dev test.
set -eu
path=$1
shift
if [ ! -d "$path/scipy" ]; then
  echo "Skipped: there is no SciPy in $path; ./dev setup brings it."
  [ -z "${TT_NEED_SCIPY:-}" ] || exit 1
  exit 77
fi
# Debian's own Python, which Debian's SciPy is built for.
PYTHONPATH=$path exec /usr/bin/python3 -sB "$@"
