#!/usr/bin/env bash
# soak.sh <seconds>: what needs patience. First thirty members, half of them memberlist's, together
# for five minutes (SOAK_CROWD_SECONDS), and five killed at once; then bad networks on real sockets
# at their whole length, and shortened beside memberlist's (SOAK_CHAOS_RUNS), which mostly wait; so
# beside them, at the lowest priority, those in virtual time with 200 seeds, and the other stories
# with 500 (GOSSIPOD_SEEDS for both). Then an attacker, a minute for each of its stories
# (SOAK_HOSTILE_SECONDS); then, until the seconds are over, the tests with threads, real sockets and
# real peers again and again, in another order each time: what fails once in a hundred times fails
# here. The first failure ends it. What was measured is printed, and kept in
# build/dev/soak_figures.txt; docs/soak.md has the last ones worth keeping.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=$1
build=build/dev
figures=$build/soak_figures.txt
log=$build/soak.log
export GTEST_SHUFFLE=1

figure() { printf '%-48s %s\n' "$1" "$2" | tee -a "$figures"; }
give_up() {
  cat "$2" >&2
  echo "soak.sh: failed in $1, with GTEST_RANDOM_SEED=${GTEST_RANDOM_SEED:-0}" >&2
  exit 1
}

: >"$figures"
figure "version" "$(git describe --always --dirty 2>/dev/null || echo unknown)"
figure "processors" "$(nproc)"
python3 -B tests/interop/soak_test.py --command "$build/bin/gossipod" --peer "$build/interop/peer" \
  --seconds "${SOAK_CROWD_SECONDS:-300}" | tee -a "$figures"

chaos_seeds=${GOSSIPOD_SEEDS:-200}
seeds=${GOSSIPOD_SEEDS:-500}
in_virtual_time() {  # <program> <seeds>
  exec nice -n 19 env GOSSIPOD_SEEDS="$2" GTEST_SHUFFLE=0 "$build/tests/scenario/$1" \
    >"$build/soak_$1.log" 2>&1
}
in_virtual_time scenario_chaos "$chaos_seeds" &
chaos=$!
in_virtual_time scenario_stories "$seeds" &
stories=$!
trap 'kill "$chaos" "$stories" 2>/dev/null || true' EXIT

python3 -B tests/chaos/soak.py --command "$build/bin/gossipod" --peer "$build/interop/peer" \
  --runs "${SOAK_CHAOS_RUNS:-10}" | tee -a "$figures"

virtual=$build/soak_scenario_chaos.log
wait "$chaos" || give_up "bad networks in virtual time with $chaos_seeds seeds" "$virtual"
figure "bad networks in virtual time" \
  "$(grep -c '^\[       OK' "$virtual"), each with $chaos_seeds seeds"
grep -E '^(lost|until all know)' "$virtual" | tee -a "$figures"
virtual=$build/soak_scenario_stories.log
wait "$stories" || give_up "the stories with $seeds seeds" "$virtual"
figure "stories in virtual time" "$(grep -c '^\[       OK' "$virtual"), each with $seeds seeds"

for mode in Keyed Plain EndOfNumbers; do
  python3 -B tests/hostile/hostile_test.py --command "$build/bin/gossipod" \
    --peer "$build/interop/peer" --seconds "${SOAK_HOSTILE_SECONDS:-60}" $mode >"$log" 2>&1 ||
    give_up "the attacks, $mode" "$log"
  # Not always at the beginning of a line: the test's own report comes before.
  grep -oE '(keyed|plain) [a-z_]+: .*|memberlist had .*' "$log" | sed 's/^/attacker: /' |
    tee -a "$figures"
done

rounds=0
while [ $SECONDS -lt "$seconds" ]; do
  rounds=$((rounds + 1))
  export GTEST_RANDOM_SEED=$((RANDOM + 1))
  ctest --test-dir $build -L '^(scenario|conformance|threads|integration|interop)$' \
    --output-on-failure --no-tests=error --parallel "${JOBS:-$(nproc)}" >"$log" 2>&1 ||
    give_up "round $rounds" "$log"
  echo "round $rounds, $SECONDS s: $(grep 'tests passed' "$log")"
done
figure "rounds of tests with real sockets and peers" "$rounds"
figure "in all, seconds" "$SECONDS"
