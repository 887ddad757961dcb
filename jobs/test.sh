#!/usr/bin/env bash
# test: every test there is; the last line says `N passed, N failed`.
#
#   bash jobs/test.sh [--quick]
#
# Sets up (jobs/setup.sh), builds build/release with tests and benchmarks, runs ctest and pytest, and stops at the first
# step that fails. CI=true adds, cheapest first: layers, format, shellcheck, warnings as errors, and the tests built in
# build/ci as `asan` (no optional library, under the address and undefined-behaviour sanitizers; the fuzzers too) and as
# `tsan`; --quick leaves these out again. Each step prints how long it took. Exit code: 0 all passed, 1 otherwise.
#
# The extra builds are at -O1, without benchmarks and without official data: they look for what does not
# compile, not run or not synchronise, and the numbers have been checked by the release build before them.
# shellcheck disable=SC2317  # the functions are called, by `step`
set -euo pipefail
CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
export SPARSIO_PYTHON=${SPARSIO_PYTHON:-/usr/bin/python3}

everything=no
[[ ${CI:-} == true ]] && everything=yes
case ${1:-} in
  "") ;;
  --quick) everything=no ;;
  -h | --help) sed -n '2,/^# shellcheck /{/^# shellcheck /d;s/^# \{0,1\}//;p}' jobs/test.sh; exit 0 ;;
  *) echo "test: no option '$1'; have: --quick" >&2; exit 1 ;;
esac

jobs=$(nproc)
passed=0
failed=0
skipped=0
times=""
within=()  # a command that builds (which runs the tests once, to list them) and tests run within

# count FILE: adds the tests in a JUnit file, which ctest and pytest both write, to the totals.
count() {
  local all bad left_out
  read -r all bad left_out < <("$SPARSIO_PYTHON" - "$1" <<'PYTHON'
import sys
import xml.etree.ElementTree as tree
suite = next(tree.parse(sys.argv[1]).iter("testsuite")).attrib
number = lambda *names: sum(int(suite.get(name, 0)) for name in names)
print(number("tests"), number("failures", "errors"), number("skipped", "disabled"))
PYTHON
  ) || return
  passed=$((passed + all - bad - left_out))
  failed=$((failed + bad))
  skipped=$((skipped + left_out))
}

finish() {
  printf '\n%s%s passed, %s failed, %s skipped\n' "$times" "$passed" "$failed" "$skipped"
  exit "$1"
}

# step NAME COMMAND...: runs it, counts it (its tests if it leaves build/junit/NAME.xml, else itself as one test), and
# stops if it fails.
step() {
  local name=$1 start=$SECONDS status=0 xml=build/junit/${1// /-}.xml
  shift
  mkdir -p build/junit
  rm -f "$xml"
  printf '\n== %s\n' "$name"
  "$@" || status=$?
  times+=$(printf '%-22s %4d s' "$name" $((SECONDS - start)))$'\n'
  if ! { [[ -s $xml ]] && count "$xml"; }; then
    [[ $status -eq 0 ]] && passed=$((passed + 1))
  fi
  if [[ $status -ne 0 ]]; then
    [[ $failed -gt 0 ]] || failed=1
    printf '\n== FAILED: %s (exit code %s) after %d s\n' "$name" "$status" $((SECONDS - start))
    finish 1
  fi
  printf '== %s: %d s\n' "$name" $((SECONDS - start))
}

# run_ctest XML FOLDER OPTION... The tests on a private Slurm have a label and a step of their own: they start daemons.
# They skip, and say why, where there is no Slurm or no root.
run_ctest() {
  local xml=$PWD/build/junit/$1.xml folder=$2
  shift 2
  OMP_WAIT_POLICY=passive "${within[@]}" ctest --test-dir "$folder" --output-on-failure --no-tests=error --timeout 300 -j2 \
    --output-junit "$xml" "$@"
}

run_pytest() {
  "$SPARSIO_PYTHON" -m pytest -q analysis/tests --junitxml=build/junit/pytest.xml
}

# Benchmarks are not run here, because time is not a test; but each must start and know its cases.
check_benches() {
  local bench cases
  for bench in build/release/bench_*; do
    [[ -x $bench ]] || continue
    cases=$("$bench" --benchmark_list_tests=true) || return
    [[ -n $cases ]] || { echo "$bench lists no benchmark"; return 1; }
    echo "$bench: $(wc -l <<<"$cases") benchmarks"
  done
}

check_format() {
  find src bench fuzz -name '*.[ch]pp' -print0 | xargs -0 clang-format-14 --dry-run -Werror
}

# Neither is built here: the recipe is Python that parses, the sections of the definition are shell without complaints.
check_packaging() {
  local section
  "$SPARSIO_PYTHON" -c 'import ast, sys; ast.parse(open(sys.argv[1]).read())' jobs/packaging/package.py || return
  for section in post runscript test; do
    sed -n "/^%$section\$/,/^%[a-z]*\$/{/^%/!p}" jobs/packaging/sparsio.def | shellcheck --shell=sh - || return
  done
}

# extra PRESET OPTION...: configures the preset in build/ci, at -O1 with assertions.
extra() {
  local preset=$1
  shift
  cmake --preset "$preset" -B "build/ci/$preset" -DSPARSIO_WERROR=ON \
    -DSPARSIO_OFFICIAL_DATA="/left-out-of-$preset" "$@" &&
    "${within[@]}" cmake --build "build/ci/$preset" --parallel "$jobs"
}

groups=(required optional)
release=()
if [[ $everything == yes ]]; then
  groups+=(checks)
  release=(-DSPARSIO_WERROR=ON)
fi
step setup bash jobs/setup.sh "${groups[@]}"

if [[ $everything == yes ]]; then
  step layers "$SPARSIO_PYTHON" jobs/check_layers.py
  step format check_format
  step shellcheck shellcheck jobs/*.sh jobs/*.sbatch fuzz/run.sh .ci/run
  step packaging check_packaging
fi

step "release configure" cmake --preset release "${release[@]}"
step "release build" cmake --build build/release --parallel "$jobs"
step "release ctest" run_ctest release-ctest build/release -LE slurm
step "release benches" check_benches
step pytest run_pytest

if [[ $everything == yes ]]; then
  step "slurm ctest" run_ctest slurm-ctest build/release -L slurm --verbose

  # One build for all three: the preset without optional libraries is the one that runs under the sanitizers and the
  # one that is fuzzed (hence clang).
  step "asan build" extra asan "-DCMAKE_CXX_FLAGS_RELWITHDEBINFO=-O1 -g1" -DSPARSIO_FUZZ=ON
  # clang's OpenMP runtime keeps what it allocated until the process ends.
  mkdir -p build/ci && echo "leak:libomp" >build/ci/leaks
  export LSAN_OPTIONS=suppressions=$PWD/build/ci/leaks:print_suppressions=0
  step "asan ctest" run_ctest asan-ctest build/ci/asan -LE slurm
  step fuzz bash fuzz/run.sh build/ci/asan 4000

  # Debian's libomp is not instrumented. The address space is not shuffled where that can be chosen, because clang 14's
  # thread sanitizer does not start under the wide shuffling of newer kernels.
  export TSAN_OPTIONS=ignore_noninstrumented_modules=1
  if setarch --addr-no-randomize true 2>/dev/null; then within=(setarch --addr-no-randomize); fi
  step "tsan build" extra tsan "-DCMAKE_CXX_FLAGS_RELWITHDEBINFO=-O1 -g1"
  step "tsan ctest" run_ctest tsan-ctest build/ci/tsan -LE '^cli$|slurm'
fi
finish 0
