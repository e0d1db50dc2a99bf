#!/usr/bin/env bash
# fuzz.sh <seconds> [target ...]: runs each fuzz target of build/asan for that long. First inputs
# come from fuzz/corpus/<target>/ (see tools/fuzz_seeds.py); new ones are kept in
# build/fuzz/corpus/<target>/, what fails in fuzz/found/. Any finding is a failure. For each target
# a line says how much was tried, what that covered, and when coverage last grew; of a run of 900 s
# or more, whether it still grew in its last third.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=$1
shift
if [ $# -eq 0 ]; then
  for program in build/asan/fuzz/bin/*; do set -- "$@" "$(basename "$program")"; done
fi
[ -x "build/asan/fuzz/bin/$1" ] || { echo "fuzz.sh: no fuzz target is built" >&2 && exit 1; }

mkdir -p fuzz/found
for target in "$@"; do
  corpus=build/fuzz/corpus/$target
  mkdir -p "$corpus"
  seeds=()
  if [ -d "fuzz/corpus/$target" ]; then seeds=("fuzz/corpus/$target"); fi
  log=build/fuzz/$target.log
  dictionary=fuzz/wire.dict
  case $target in fuzz_config | fuzz_command) dictionary=fuzz/text.dict ;; esac
  if ! "build/asan/fuzz/bin/$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
    -print_final_stats=1 -dict="$dictionary" \
    -artifact_prefix="fuzz/found/$target-" "$corpus" "${seeds[@]}" \
    2>&1 | tools/fuzz_report.py "$target" "$log"; then
    tail -n 100 "$log" >&2
    echo "fuzz.sh: $target failed; the input is in fuzz/found, the log in $log" >&2
    exit 1
  fi
done
echo "$# fuzz targets, $seconds s each, nothing found"
