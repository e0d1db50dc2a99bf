#!/usr/bin/env python3
"""fuzz_report.py TARGET LOG: reads what a fuzz target says, keeps it in LOG, and tells in one line
how much was tried, how much of the code that reached, and when it last reached anything new; of a
long run also whether that was in its last third: then there may be more to find.
"""

import re
import sys
import time


LONG = 900  # seconds


def news(grown, seconds):
    """When coverage last grew, in words."""
    said = "never grew" if grown is None else f"last grew after {grown:.0f} s"
    if seconds < LONG:
        return said
    late = grown is not None and grown > seconds * 2 / 3
    return f"{said}: {'still growing' if late else 'nothing new'} in the last third"


def main():
    target, log = sys.argv[1:]
    begun = time.monotonic()
    coverage, features, executions, grown = 0, 0, 0, None
    with open(log, "w", encoding="utf-8", errors="replace") as file:
        for line in sys.stdin:
            file.write(line)
            found = re.match(r"#(\d+)\s+(\w+)\s+cov: (\d+) ft: (\d+)", line)
            if found:
                executions = int(found[1])
                features = max(features, int(found[4]))
                if int(found[3]) > coverage:
                    # What the first inputs reach is where it begins, not growth.
                    grown = None if found[2] == "INITED" or grown is None and coverage == 0 else \
                        time.monotonic() - begun
                    coverage = int(found[3])
            found = re.match(r"stat::number_of_executed_units:\s*(\d+)", line)
            if found:
                executions = int(found[1])
    seconds = time.monotonic() - begun
    print(f"  {target:24} {executions:>11} runs in {seconds:.0f} s, coverage {coverage} "
          f"({features} features), {news(grown, seconds)}", flush=True)


if __name__ == "__main__":
    sys.stdin.reconfigure(encoding="utf-8", errors="replace")
    main()
