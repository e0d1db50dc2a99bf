"""What a soak does with bad networks, and the figures of it.

  soak.py --command gossipod --peer peer --runs 10

First each story at its whole length, with a cluster of ours and a mixed one side by side. Then,
for comparison, the shortened stories again and again, in turn with a cluster of ours and with one
of memberlist's, never with both at once, for they would take the processors from one another. Of
what was measured the median is printed, and an interval in which the median of many runs lies.
"""

import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
SKIPPED = 77


def figure(what, value):
    print(f"{what:48} {value}", flush=True)


def start(options, whose, figures, *more):
    return subprocess.Popen(
        [sys.executable, "-B", os.path.join(HERE, "chaos_test.py"), "--whose", whose,
         "--command", options.command, "--peer", options.peer, "--figures", figures, *more],
        stdout=subprocess.DEVNULL)


def together(options, kinds, figures, *more):
    """The exit codes of runs side by side; none outlives this."""
    running = []
    try:
        for whose in kinds:
            running.append(start(options, whose, figures, *more))
        return [run.wait() for run in running]
    finally:
        for run in running:
            run.terminate()
            run.wait()


def told(figures):
    with open(figures) as lines:
        return [json.loads(line) for line in lines]


def interval(values):
    """Two of the values between which the median lies, and with how many per cent of certainty: at
    least 95, if there are enough of them. Of ten the second and the ninth, whatever they are spread
    like: the median is outside when nine or ten lie on one side of it."""
    values, many = sorted(values), len(values)

    def certainty(cut):
        return 1 - 2 * sum(math.comb(many, k) for k in range(cut + 1)) / 2 ** many
    cut = max((cut for cut in range(many // 2) if certainty(cut) >= 0.95), default=0)
    return values[cut], values[-1 - cut], round(100 * certainty(cut))


def spread(values, form, unit=""):
    low, high, certain = interval(values)
    return (f"{statistics.median(values):{form}}{unit} ({low:{form}} to {high:{form}}, "
            f"{certain} %)")


def describe(rows):
    text = f"removed though well {spread([row['removed'] for row in rows], 'g')}"
    healed = [row["healed"] for row in rows if row["healed"] is not None]
    if healed:
        text += f"; agreed after {spread(healed, '.1f', ' s')}"
    if len(healed) < len(rows):
        text += f"; not by itself {len(rows) - len(healed)} of {len(rows)}"
    return text


def compare(rows):
    for story in dict.fromkeys(row["story"] for row in rows):
        for whose in ("ours", "theirs"):
            mine = [row for row in rows if (row["story"], row["whose"]) == (story, whose)]
            if mine:
                figure(f"{story}, {whose}, {len(mine)} runs", describe(mine))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--command", required=True, help="our command")
    parser.add_argument("--peer", required=True, help="the Go peer")
    parser.add_argument("--runs", type=int, default=10, help="of each for the comparison")
    parser.add_argument("--no-whole", action="store_true", help="the comparison only")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if not options.no_whole:
            whole = os.path.join(folder, "whole")
            codes = together(options, ("ours", "mixed"), whole, "--whole")
            if SKIPPED in codes:
                figure("bad networks", "skipped: namespaces are not permitted here")
                return 0
            for row in told(whole):
                agreed = ("not by itself" if row["healed"] is None
                          else f"agreed after {row['healed']:.1f} s")
                figure(f"{row['story']}, {row['whose']}, {row['seconds']:.0f} s",
                       f"removed though well {row['removed']}, by ours {row['by_ours']}; {agreed}")
            if any(codes):
                return 1
        rows = os.path.join(folder, "rows")
        failed = 0
        for run in range(options.runs):
            # Whoever is second has the machine as the first one left it.
            for whose in ("ours", "theirs") if run % 2 == 0 else ("theirs", "ours"):
                failed += any(together(options, [whose], rows))
        compare(told(rows))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
