#!/usr/bin/env python3
"""mutate.py <faults.json> <fault> <production file> <mutated file>: writes the production file with
one deliberate fault.

The fault is a substitution of text. Each text to be replaced must occur exactly once: a fault that
no longer fits the file it damages would prove nothing, so that is an error.
"""

import json
import sys
from pathlib import Path


def main():
    faults, name, production, mutated = sys.argv[1:]
    fault = json.loads(Path(faults).read_text(encoding="utf-8"))[name]
    text = Path(production).read_text(encoding="utf-8")
    for old, new in fault["replace"]:
        found = text.count(old)
        if found != 1:
            sys.exit(f"{faults}: {name}: this occurs {found} times in {production}, not once; "
                     f"say anew how to break it:\n{old}")
        text = text.replace(old, new)
    Path(mutated).parent.mkdir(parents=True, exist_ok=True)
    Path(mutated).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
