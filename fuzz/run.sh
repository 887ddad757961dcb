#!/usr/bin/env bash
# run: the fuzzers, one after the other, from their seeds.
#
#   bash fuzz/run.sh BUILD INPUTS [READER...]      (readers left out: all but those that say `by hand`)
#
# Prints a line a reader: inputs, seconds, inputs a second, coverage. Stops with exit code 1 at the first find, which is
# left in BUILD/finds.
set -euo pipefail
CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
[[ $# -ge 2 ]] || { sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' fuzz/run.sh >&2; exit 1; }
build=$1 inputs=$2
shift 2
readers=("$@")
if [[ ${#readers[@]} -eq 0 ]]; then
  for file in fuzz/*.cpp; do
    stem=$(basename "$file" .cpp)
    grep -q 'by hand' "$file" || readers+=("$stem")
  done
fi
mkdir -p "$build/finds" "$build/corpus"
# Freed memory is remembered by the megabyte: readers that take a block an input would spend their time on fresh pages.
export ASAN_OPTIONS=quarantine_size_mb=1:malloc_context_size=2:${ASAN_OPTIONS:-}
for reader in "${readers[@]}"; do
  mkdir -p "$build/corpus/$reader"
  log=$build/finds/$reader.log
  seeds=()
  [[ -d fuzz/seeds/$reader ]] && seeds=("fuzz/seeds/$reader")
  # Short inputs are quick; no seed is cut.
  length=$(find "${seeds[@]}" -type f -printf '%s\n' 2>/dev/null | sort -n | tail -n 1)
  [[ ${length:-0} -gt 256 ]] || length=256
  start=$EPOCHREALTIME
  if ! "$build/fuzz_$reader" -runs="$inputs" -seed=1 -max_len="$length" -timeout=120 -rss_limit_mb=512 -malloc_limit_mb=256 \
      -print_final_stats=1 -artifact_prefix="$build/finds/$reader-" "$build/corpus/$reader" "${seeds[@]}" >"$log" 2>&1; then
    tail -n 40 "$log"
    echo "fuzz: $reader: a find, see $log" >&2
    exit 1
  fi
  done=$(sed -n 's/^stat::number_of_executed_units: //p' "$log")
  coverage=$(sed -n 's/.*DONE *cov: \([0-9]*\).*/\1/p' "$log")
  awk -v reader="$reader" -v done="$done" -v cov="$coverage" -v a="$start" -v b="$EPOCHREALTIME" \
    'BEGIN { printf "%-14s %10d inputs %8.1f s %8.0f /s  coverage %s\n", reader, done, b - a, done / (b - a), cov }'
done
