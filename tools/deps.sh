#!/usr/bin/env bash
# deps.sh [build|test|bench|all]: installs the Debian packages that are missing, and says nothing
# when none is. This is the only list of packages; README, CI and the Makefile point here.
#
# GOSSIPOD_DEPS=skip skips the check, for systems where the tools come from elsewhere.
set -euo pipefail

# group  package  what it is for
packages() {
  cat <<'LIST'
build g++                                   the compiler: C++20, so 12 or later
build cmake                                 the build; 3.25 or later
build ninja-build                           what CMake drives
build pkg-config                            finds c-ares and liburing
build libasio-dev                           headers of the Asio body; nothing of it is linked
build liburing-dev                          the io_uring body; 2.3 or later
build libssl-dev                            OpenSSL 3: AES-GCM
build libc-ares-dev                         c-ares: host names of seeds
build zlib1g-dev                            CRC-32
build libcli11-dev                          the command's options
build libfmt-dev                            the command's output
build nlohmann-json3-dev                    the command's --json; golden vectors of the tests
test  libgtest-dev                          GoogleTest
test  clang                                 fuzz targets, and a second opinion on warnings
test  libclang-rt-14-dev                    libFuzzer and the sanitizers of that Clang
test  llvm                                  llvm-symbolizer; and for make coverage
test  clang-format                          the test "format"
test  doxygen                               the reference, and that it has no mistakes
test  python3                               tools/*.py and the tests of the documents
test  golang-go                             builds the memberlist peer of the interop tests
test  golang-github-hashicorp-memberlist-dev  that peer's library, as Debian has it
test  nftables                              loss and partitions for the tests of bad networks
test  iproute2                              their namespaces and interfaces
test  groff-base                            is the manual page well formed
test  serf                                  a real agent to join and be joined by
test  ca-certificates                       make interop-latest fetches Go modules over TLS
bench libbenchmark-dev                      Google Benchmark
bench openssl                               its "speed": the bare cipher, to compare with
bench python3                               bench/run.py
bench golang-go                             builds bench/peer, if it is new enough for memberlist
bench ca-certificates                       memberlist's newest version comes over TLS
bench strace                                counts system calls
LIST
}

wanted() {
  case "$1" in
    build) packages | awk '$1 == "build" {print $2}' ;;
    test) packages | awk '$1 == "build" || $1 == "test" {print $2}' ;;
    bench) packages | awk '$1 == "build" || $1 == "bench" {print $2}' ;;
    all) packages | awk '{print $2}' ;;
    *) echo "usage: tools/deps.sh [build|test|bench|all]" >&2 && exit 2 ;;
  esac
}

group=${1:-all}
names=$(wanted "$group")

if [ "${GOSSIPOD_DEPS:-}" = skip ]; then exit 0; fi
if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
  {
    echo "tools/deps.sh: this is no Debian; install what corresponds to these packages and"
    echo "set GOSSIPOD_DEPS=skip:"
    echo $names
  } >&2
  exit 1
fi

installed=$(dpkg-query -W -f='${db:Status-Abbrev} ${Package}\n' | awk '$1 == "ii" {print $2}')
missing=$(comm -23 <(sort -u <<<"$names") <(sort -u <<<"$installed"))
if [ -z "$missing" ]; then exit 0; fi
missing=$(echo $missing)

if [ "$(id -u)" != 0 ]; then
  {
    echo "tools/deps.sh: these packages are missing, and only root can install them:"
    echo "  sudo apt-get install $missing"
  } >&2
  exit 1
fi

echo "installing: $missing"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
export DEBIAN_FRONTEND=noninteractive
if ! { apt-get -o Acquire::Retries=3 update &&
  apt-get -o Acquire::Retries=3 -o Dpkg::Use-Pty=0 install -y --no-install-recommends $missing; } \
  >"$log" 2>&1; then
  cat "$log" >&2
  echo "tools/deps.sh: installing failed, see above" >&2
  exit 1
fi
