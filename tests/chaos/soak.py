"""What a soak does with bad networks, and the figures of it.

  soak.py --command gossipod --peer peer --runs 10

First each story at its whole length, with a cluster of ours and a mixed one side by side. Then,
for comparison, the shortened stories again and again with a cluster of ours and one of
memberlist's, side by side and begun in turn: median, least and most of what was measured.
"""

import argparse
import json
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


def spread(values, form):
    middle, least, most = statistics.median(values), min(values), max(values)
    return f"{middle:{form}} ({least:{form}} to {most:{form}})"


def compare(rows):
    stories = list(dict.fromkeys(row["story"] for row in rows))
    for story in stories:
        for whose in ("ours", "theirs"):
            mine = [row for row in rows if (row["story"], row["whose"]) == (story, whose)]
            if not mine:
                continue
            healed = [row["healed"] for row in mine if row["healed"] is not None]
            text = f"removed though well {spread([row['removed'] for row in mine], '.0f')}"
            if healed:
                text += f"; agreed after {spread(healed, '.1f')} s"
            if len(healed) < len(mine):
                text += f"; not by itself {len(mine) - len(healed)} of {len(mine)}"
            figure(f"{story}, {whose}, {len(mine)} runs", text)


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
                agreed = row["healed"] if row["healed"] is None else f"{row['healed']:.1f}"
                figure(f"{row['story']}, {row['whose']}, {row['seconds']:.0f} s",
                       f"removed though well {row['removed']}, by ours {row['by_ours']}; agreed "
                       f"after {agreed} s")
            if any(codes):
                return 1
        rows = os.path.join(folder, "rows")
        failed = 0
        for run in range(options.runs):
            kinds = ("ours", "theirs") if run % 2 == 0 else ("theirs", "ours")
            failed += any(together(options, kinds, rows))
        compare(told(rows))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
