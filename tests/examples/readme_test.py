#!/usr/bin/env python3
"""readme_test.py <build/examples>: the program in the README prints what the README says."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def main():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    said = re.search(r"^\$ build/release/examples/hello\n(.*?)```", readme, re.M | re.S).group(1)
    done = subprocess.run([Path(sys.argv[1]) / "hello"], capture_output=True, text=True,
                          check=False, timeout=60)
    if done.returncode == 0 and done.stdout == said and done.stderr == "":
        return 0
    print(f"README:\n{said}\nthe program, status {done.returncode}:\n{done.stdout}{done.stderr}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
