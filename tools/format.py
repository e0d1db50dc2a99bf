#!/usr/bin/env python3
"""format.py [--check]: clang-format for all sources, in place, or only complaining.

Releases of clang-format differ in details, so only the one named below decides. With --check any
other exits with 77, which ctest counts as skipped.
"""

import re
import subprocess
import sys
from pathlib import Path

RELEASE = 14  # Debian 12's
ROOT = Path(__file__).resolve().parent.parent
DIRS = ("include", "src", "sim", "tests", "bench", "fuzz", "examples")


def main():
    check = sys.argv[1:] == ["--check"]
    if sys.argv[1:] and not check:
        sys.exit(__doc__.split("\n")[0])
    try:
        version = subprocess.run(["clang-format", "--version"], capture_output=True, text=True,
                                 check=True).stdout
    except FileNotFoundError:
        sys.exit("clang-format is not installed; see tools/deps.sh")
    release = re.search(r"version (\d+)", version)
    if release is None or int(release.group(1)) != RELEASE:
        print(f"this needs clang-format {RELEASE}; here is: {version.strip()}")
        return 77 if check else 1
    files = sorted(str(path.relative_to(ROOT)) for top in DIRS for suffix in ("*.h", "*.cc")
                   for path in (ROOT / top).rglob(suffix))
    how = ["--dry-run", "-Werror"] if check else ["-i"]
    return subprocess.run(["clang-format", *how, *files], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
