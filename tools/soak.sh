#!/usr/bin/env bash
# soak.sh <seconds>: the tests with threads, real sockets and real peers, again and again for that
# long, in another order each time. What fails once in a hundred times fails here. The first failure
# ends it.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=$1
rounds=0
export GTEST_SHUFFLE=1
export GOSSIPOD_EXPLORE=1  # it does not roll dice: one level deeper, and once is enough
while [ $SECONDS -lt "$seconds" ]; do
  rounds=$((rounds + 1))
  export GTEST_RANDOM_SEED=$((RANDOM + 1))
  if ! ctest --test-dir build/dev -L '^(scenario|conformance|threads|integration|interop)$' \
    --output-on-failure --no-tests=error --parallel "${JOBS:-$(nproc)}" >build/dev/soak.log 2>&1
  then
    cat build/dev/soak.log >&2
    echo "soak.sh: failed in round $rounds, with GTEST_RANDOM_SEED=$GTEST_RANDOM_SEED" >&2
    exit 1
  fi
  unset GOSSIPOD_EXPLORE
  echo "round $rounds, $SECONDS s: $(grep 'tests passed' build/dev/soak.log)"
done
