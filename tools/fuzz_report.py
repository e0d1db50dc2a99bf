#!/usr/bin/env python3
"""fuzz_report.py TARGET LOG: reads what a fuzz target says, keeps it in LOG, and tells in one line
how much was tried, how much of the code that reached, and how long ago it reached anything new.
"""

import re
import sys
import time


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
    news = "never grew" if grown is None else f"last grew after {grown:.0f} s"
    print(f"  {target:24} {executions:>11} runs in {seconds:.0f} s, coverage {coverage} "
          f"({features} features), {news}", flush=True)


if __name__ == "__main__":
    sys.stdin.reconfigure(encoding="utf-8", errors="replace")
    main()
