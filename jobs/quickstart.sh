#!/usr/bin/env bash
# quickstart: from nothing to a report.
#
#   bash jobs/quickstart.sh [options of `sparsio run`, for example --rerun]
#
# Installs what is missing (jobs/setup.sh), builds build/release, runs configs/quickstart.toml and writes
# results/quickstart.h5 and results/quickstart.html. Run again, it recomputes nothing. stdout is the table; talk goes to
# stderr. Exit code: 0 all well; 1 something failed before there was a report; 2 some row is not `ok`, see the report.
set -euo pipefail
CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
python=${SPARSIO_PYTHON:-/usr/bin/python3}

if [[ ${1:-} == -h || ${1:-} == --help ]]; then
  sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' jobs/quickstart.sh
  exit 0
fi

bash jobs/setup.sh required optional
# Only the program: tests and benchmarks are for jobs/test.sh, which shares this build.
cmake --preset release >&2
cmake --build build/release --target sparsio --parallel "$(nproc)" >&2

mkdir -p results
status=0
build/release/sparsio run configs/quickstart.toml --out results/quickstart.h5 "$@" || status=$?
# 2: it ran to the end, but some row is not `ok`; that belongs into the report.
[[ $status -eq 0 || $status -eq 2 ]] || exit "$status"
"$python" analysis/report.py results/quickstart.h5 --out results/quickstart.html >&2 || exit 1
build/release/sparsio summary results/quickstart.h5 || exit 1

printf '\nresults: %s\nreport:  %s\n' "$PWD/results/quickstart.h5" "$PWD/results/quickstart.html"
exit "$status"
