#!/usr/bin/env bash
# build.sh <preset> [target ...]: configures and builds one preset into build/<preset>. Quiet while
# all is well; the whole log if not.
set -euo pipefail
cd "$(dirname "$0")/.."

preset=$1
shift
targets=()
if [ $# -gt 0 ]; then targets=(--target "$@"); fi

mkdir -p "build/$preset"
log=build/$preset/configure.log
if ! cmake --preset "$preset" >"$log" 2>&1; then
  cat "$log" >&2
  echo "configuring $preset failed, see above" >&2
  exit 1
fi

# Ninja's own progress says enough: on a terminal all of it, elsewhere every tenth line.
progress() {
  local line count=0
  while IFS= read -r line; do
    if [ -t 1 ] || [[ ! $line =~ ^\[[0-9]+/[0-9]+\] ]] || ((++count % 10 == 0)); then
      printf '%s\n' "$line"
    fi
  done
}
started=$SECONDS
if ! cmake --build --preset "$preset" --parallel "${JOBS:-$(nproc)}" "${targets[@]}" 2>&1 |
  tee "build/$preset/build.log" | progress; then
  grep -v '^\[[0-9]*/[0-9]*\]' "build/$preset/build.log" | tail -n 200 >&2 || true
  echo "building $preset failed; the whole log is in build/$preset/build.log" >&2
  exit 1
fi
echo "built $preset in $((SECONDS - started)) s"
