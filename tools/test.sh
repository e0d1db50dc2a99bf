#!/usr/bin/env bash
# test.sh <stage ...>: the stages of `make test`, one after another; the first that fails ends it.
#
#   dev   everything, as `make test` promises it
#   asan  unit, golden, scenario and conformance tests under AddressSanitizer and UBSan, with Clang
#   tsan  tests labelled "threads" under ThreadSanitizer
#   fuzz  each fuzz target for a few seconds
#
# At the end the closing lines of each stage are shown once more, those of dev last. Whatever was
# started is gone then: every process carries a mark in its environment, and what still has it
# afterwards is ended, and counts as a failure.
set -euo pipefail
cd "$(dirname "$0")/.."
jobs=${JOBS:-$(nproc)}
export GOSSIPOD_TEST_RUN="$$-$(date +%s)"

declare -A closing
started=$SECONDS

left_running() {  # ids of processes with our mark
  grep -lsa "GOSSIPOD_TEST_RUN=$GOSSIPOD_TEST_RUN" /proc/[0-9]*/environ | cut -d/ -f3
}

finish() {
  local status=$? stage pid
  trap - EXIT
  for pid in $(left_running || true); do
    if [ "$pid" = $$ ] || ! kill -0 "$pid" 2>/dev/null; then continue; fi
    echo "left running: $pid $(tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" || true)" >&2
    kill -9 "$pid" 2>/dev/null || true
    if [ $status = 0 ]; then status=1; fi
  done
  echo
  echo "=== $((SECONDS - started)) s in all"
  for stage in fuzz tsan asan dev; do
    if [ -n "${closing[$stage]:-}" ]; then
      echo "--- $stage"
      echo "${closing[$stage]}"
    fi
  done
  exit $status
}
trap finish EXIT
trap 'exit 130' INT TERM

# run_ctest <preset> <arguments of ctest ...>
run_ctest() {
  local preset=$1 log=build/$1/ctest.log status=0
  shift
  ctest --test-dir "build/$preset" --output-on-failure --no-tests=error --parallel "$jobs" "$@" \
    2>&1 | tee "$log" || status=$?
  closing[$preset]=$(awk '/tests passed|No tests were found/{p = 1} p' "$log")
  if [ -z "${closing[$preset]}" ]; then closing[$preset]=$(tail -n 20 "$log"); fi
  return $status
}

export ASAN_OPTIONS=${ASAN_OPTIONS:-strict_string_checks=1:detect_stack_use_after_return=1}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}
export TSAN_OPTIONS=${TSAN_OPTIONS:-halt_on_error=1:second_deadlock_stack=1}

for stage in "$@"; do
  echo "=== $stage ($((SECONDS - started)) s)"
  case $stage in
    dev)
      tools/build.sh dev
      run_ctest dev
      ;;
    asan)
      # A few seeds of each story: here it is about memory, not about chance.
      export GOSSIPOD_SEEDS=${GOSSIPOD_SEEDS:-3}
      tools/build.sh asan tests_unit tests_golden tests_scenario tests_conformance fuzz_targets
      # The theory's numbers need more samples than there is time for here, and test no other code.
      run_ctest asan -L '^(unit|golden|scenario|conformance)$' -E '^scenario_theory'
      ;;
    tsan)
      tools/build.sh tsan tests_threads
      run_ctest tsan -L '^threads$'
      ;;
    fuzz)
      mkdir -p build/fuzz
      tools/build.sh asan fuzz_targets
      tools/fuzz.sh 5 | tee build/fuzz/fuzz.log
      closing[fuzz]=$(tail -n 1 build/fuzz/fuzz.log)
      ;;
    *)
      echo "no such stage: $stage" >&2
      exit 2
      ;;
  esac
done
