#!/usr/bin/env bash
# latest.sh [build folder]: the interop stories against memberlist 0.7.0 and Serf 0.11.0, built from
# the Go module proxy into build/interop. Says so, and is content, where Go is too old for them.
set -euo pipefail
cd "$(dirname "$0")/../.."

build=${1:-build/dev}
command=$build/bin/gossipod
serf_version=v0.11.0  # memberlist's version is in tests/interop/peer/go.mod
go_needed=1.26

export GOTOOLCHAIN=local GOFLAGS=-buildvcs=false
here=$(go env GOVERSION 2>/dev/null | sed 's/^go//' || true)
if [ "$(printf '%s\n' "$go_needed" "${here:-0}" | sort -V | head -n 1)" != "$go_needed" ]; then
  echo "interop-latest needs Go $go_needed on PATH, here is ${here:-none}: nothing is tested"
  exit 0
fi

folder=$PWD/build/interop
mkdir -p "$folder"
(cd tests/interop/peer && go build -o "$folder/peer_latest" .)
GOBIN=$folder go install "github.com/hashicorp/serf/cmd/serf@$serf_version"

status=0
run() {
  echo "--- $*"
  python3 -B "tests/interop/$@" || status=1
}
peer=(--peer "$folder/peer_latest" --peer-labels --command "$command")
run memberlist_test.py "${peer[@]}" --seed peer --joiner peer
run memberlist_test.py "${peer[@]}" --seed peer --joiner ours
run memberlist_test.py "${peer[@]}" --seed ours --joiner peer
run matrix_test.py --peer "$folder/peer_latest" --peer-labels --ours "$build/interop/ours"
run faults_test.py --peer "$folder/peer_latest" --command "$command" --long
run serf_test.py --command "$command" --serf "$folder/serf"
exit $status
