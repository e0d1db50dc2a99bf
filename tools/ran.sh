#!/usr/bin/env bash
# ran.sh <log of ctest> [test ...]: fails if a test was skipped or not run, or one of these is not
# among those that passed, and says which. ctest itself is content with that; who has a machine on
# which everything can run is not.
set -euo pipefail

log=$1
shift
status=0
skipped=$(grep -E '^ *[0-9]+/[0-9]+ +Test +#[0-9]+: .*\*\*\*(Skipped|Not Run)' "$log" || true)
if [ -n "$skipped" ]; then
  printf 'skipped, and nothing may be here:\n%s\n' "$skipped" >&2
  status=1
fi
for name in "$@"; do
  if ! grep -Eq "^ *[0-9]+/[0-9]+ +Test +#[0-9]+: $name [. ]+Passed" "$log"; then
    echo "$name did not run, and has to" >&2
    status=1
  fi
done
exit $status
