#!/usr/bin/env python3
"""must_fail.py <program> [argument ...]: succeeds if the tests of that program notice the fault
that was built into it, and says which ones did.

A program that does not start, runs no test or breaks off before its first verdict has noticed
nothing.
"""

import re
import subprocess
import sys


def main():
    done = subprocess.run(sys.argv[1:], capture_output=True, text=True, check=False)
    passed = set(re.findall(r"^\[       OK \] (\S+)", done.stdout, re.M))
    failed = set(re.findall(r"^\[  FAILED  \] ([\w/]+\.[\w/]+)", done.stdout, re.M))
    assertion = re.search(r"^.*assertion.*$", done.stderr, re.M | re.I)
    started = re.findall(r"^\[ RUN      \] (\S+)", done.stdout, re.M)
    if assertion and started:
        failed.add(f"{started[-1]} ({assertion.group(0).strip()})")
    for name in sorted(failed):
        print(f"noticed by {name}")
    if done.returncode == 0 or not failed:
        sys.exit(f"nobody noticed: {len(passed)} tests passed, exit status {done.returncode}\n"
                 f"{done.stdout[-2000:]}{done.stderr[-2000:]}")


if __name__ == "__main__":
    main()
