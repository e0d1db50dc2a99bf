#!/usr/bin/env python3
"""run.py [--filter REGEX] [--runs N] [--quick] [--json FILE] [--write FILE]: measures ours beside
Go memberlist and prints one table, then the benchmarks of single parts.

Figures without the machine, the versions and the commit they belong to are rumours, so these stand
above them. bench/README.md says what each row means. Progress goes to stderr.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True

# Only now, for not a byte of them is to lie beside the sources.
from compare import about, load, micro, rows, runner, table  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
GO_NEEDED = (1, 25)
# What would tune theirs, which is measured as it is by default.
GO_KNOBS = ("GOGC", "GOMEMLIMIT", "GOMAXPROCS", "GODEBUG")
RUNS_MIN = 5  # of a page


def build_theirs(folder):
    """Builds bench/peer; why it cannot be had, or ""."""
    version = re.search(r"go(\d+)\.(\d+)", about.first_line("go", "env", "GOVERSION"))
    if not version or tuple(map(int, version.groups())) < GO_NEEDED:
        return f"needs Go {GO_NEEDED[0]}.{GO_NEEDED[1]}"
    environment = {**os.environ, "GOTOOLCHAIN": "local", "GOFLAGS": "-buildvcs=false"}
    done = subprocess.run(["go", "build", "-o", str(folder / "measure_memberlist"), "."],
                          cwd=ROOT / "bench" / "peer", env=environment, capture_output=True,
                          text=True, check=False)
    if done.returncode == 0:
        return ""
    runner.say(done.stderr)
    return "does not build here"


def options():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--build", type=Path, default=ROOT / "build" / "bench")
    parser.add_argument("--filter", default="", help="only rows and benchmarks that match")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="small and once: does it all work?")
    parser.add_argument("--no-parts", action="store_true", help="not the benchmarks of parts")
    parser.add_argument("--json", type=Path, help="every figure of every run")
    parser.add_argument("--write", type=Path, help="the page, docs/performance.md")
    args = parser.parse_args()
    if args.write and (args.quick or args.filter or args.no_parts or args.runs < RUNS_MIN):
        parser.error(f"--write is for the whole of it, {RUNS_MIN} runs at least: not with --quick, "
                     "--filter, --no-parts or fewer --runs")
    return args


def main():
    args = options()
    folder = args.build / "bench" / "bin"
    if not (folder / "measure").exists():
        sys.exit(f"nothing is built in {folder}; see make bench")
    for knob in GO_KNOBS:
        os.environ.pop(knob, None)
    absent = build_theirs(folder)
    facts = about.about(args.build, folder / "measure_memberlist")
    wanted, sections = rows.chosen(re.compile(args.filter))
    runs = 1 if args.quick else args.runs
    machine = load.Load()
    if machine.warning():
        runner.say(machine.warning())

    results = {}
    with tempfile.TemporaryDirectory() as scratch:
        runs_them = runner.Runner(folder, scratch, runs, args.quick, absent)
        runs_them.prepare()
        for job in wanted:
            runner.say(f"measuring {job.key}: {job.words}")
            results[job.key] = runs_them.measure(job)

    for key, value in {**facts, "load": machine.text()}.items():
        print(f"{key + ':':<12}{value}")
    print(f"{'figures:':<12}median of {runs} (least .. most); ratios: times better, below 1 behind")
    if sections:
        print("\n".join(table.as_text(sections, results)))
        print("\n" + "\n".join(table.notes(results)), flush=True)
    parts, details = ([], {}) if args.quick or args.no_parts else micro.lines(
        folder, args.filter, runner.say)
    print("\n" + "\n".join(parts))
    facts["load"], warning = machine.text(), machine.warning()
    print(warning)
    if args.json:
        args.json.write_text(json.dumps({**facts, "results": results, "parts": details}, indent=1),
                             encoding="utf-8")
    if args.write:
        remarks = (ROOT / "bench" / "remarks.md").read_text(encoding="utf-8")
        page = table.page(facts, runs, sections, results, parts, remarks, wanted, warning)
        args.write.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
