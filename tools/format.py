#!/usr/bin/env python3
"""format.py [--check]: clang-format for all sources, in place, or only complaining.

Releases of clang-format differ in details, so only the one named below decides. With --check any
other exits with 77, which ctest counts as skipped.
"""

import difflib
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
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
    if not check:
        return subprocess.run(["clang-format", "-i", *files], cwd=ROOT, check=False).returncode
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        complaints = [text for text in pool.map(difference, files) if text]
    print("".join(complaints), end="")
    return 1 if complaints else 0


def difference(file):
    """Compared by content: --dry-run also complains where it would change nothing."""
    is_now = (ROOT / file).read_text(encoding="utf-8")
    should = subprocess.run(["clang-format", file], cwd=ROOT, capture_output=True, text=True,
                            check=True).stdout
    return "".join(difflib.unified_diff(is_now.splitlines(True), should.splitlines(True), file,
                                        "as make format would make it", n=0))


if __name__ == "__main__":
    sys.exit(main())
