#!/usr/bin/env python3
"""run.py [--build DIR] [--filter REGEX] [--json FILE]: runs every benchmark that is built, and
prints one table, with the machine, the compiler and the commit it belongs to.

Figures without those three are rumours. The table shows the median of the repetitions and how far
the fastest and the slowest are from it; what a benchmark counts besides time (bytes, allocations,
members) has columns of its own.
"""

import argparse
import json
import os
import platform
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REPETITIONS = 3


def first_line(*command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return done.stdout.split("\n")[0]


def processor():
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.machine()
    match = re.search(r"^model name\s*: (.*)$", text, re.M)
    return match.group(1) if match else platform.machine()


def compiler(build):
    cache = (build / "CMakeCache.txt").read_text(encoding="utf-8")
    path = re.search(r"^CMAKE_CXX_COMPILER:[A-Z]*=(.*)$", cache, re.M).group(1)
    flags = [re.search(rf"^{name}:[A-Z]*=(.*)$", cache, re.M)
             for name in ("CMAKE_CXX_FLAGS", "CMAKE_CXX_FLAGS_RELEASE")]
    return f"{first_line(path, '--version')}, {' '.join(m.group(1) for m in flags if m).strip()}"


def commit():
    name = first_line("git", "describe", "--always", "--tags", "--abbrev=12")
    changed = first_line("git", "status", "--porcelain", "--untracked-files=no")
    return name + (" and changes" if changed not in ("", "unknown") else "")


def measure(program, only):
    command = [str(program), "--benchmark_format=json", f"--benchmark_repetitions={REPETITIONS}",
               "--benchmark_enable_random_interleaving=true"]
    if only:
        command.append(f"--benchmark_filter={only}")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{program} failed:\n{done.stdout}{done.stderr}")
    if not done.stdout.strip():
        return []  # nothing of it matches the filter
    return json.loads(done.stdout)["benchmarks"]


NANOSECONDS = {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}
KNOWN = {"name", "run_name", "run_type", "repetitions", "repetition_index", "threads", "iterations",
         "real_time", "cpu_time", "time_unit", "family_index", "per_family_instance_index", "label",
         "aggregate_name", "aggregate_unit", "error_occurred", "error_message"}


def summarize(benchmarks):
    """One row for each benchmark: its name, the times of its repetitions, its own counters."""
    rows = {}
    for each in benchmarks:
        if each.get("run_type") == "aggregate":
            continue
        if each.get("error_occurred"):
            sys.exit(f"{each['name']}: {each['error_message']}")
        row = rows.setdefault(each["run_name"], {"times": [], "counters": {}})
        row["times"].append(each["cpu_time"] * NANOSECONDS[each["time_unit"]])
        for key, value in each.items():
            if key not in KNOWN:
                row["counters"].setdefault(key, []).append(value)
    return rows


def number(value):
    if value == 0:
        return "0"
    for limit, unit in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if abs(value) >= limit:
            return f"{value / (1e3 if unit == 'k' else limit):.3g}{unit}"
    return f"{value:.4g}"


def duration(nanoseconds):
    for limit, unit in ((1e9, "s"), (1e6, "ms"), (1e3, "us")):
        if nanoseconds >= limit:
            return f"{nanoseconds / limit:.3g} {unit}"
    return f"{nanoseconds:.3g} ns"


def median(values):
    return sorted(values)[len(values) // 2]


def table(rows):
    lines = [("benchmark", "time/op", "spread", "counts per op or second")]
    for name, row in rows.items():
        middle = median(row["times"])
        spread = max(max(row["times"]) - middle, middle - min(row["times"])) / max(middle, 1e-9)
        counts = ", ".join(f"{key} {number(median(values))}"
                           for key, values in sorted(row["counters"].items()))
        lines.append((name, duration(middle), f"{100 * spread:.0f} %", counts))
    widths = [max(len(line[column]) for line in lines) for column in range(3)]
    for name, time, spread, counts in lines:
        print(f"{name:<{widths[0]}}  {time:>{widths[1]}}  {spread:>{widths[2]}}  {counts}".rstrip())


def beside_openssl(rows):
    """Our sealing and opening beside OpenSSL's own benchmark of the bare cipher, in this run."""
    ours = {what: rows.get(f"envelope/{what}/key:32/version:1") for what in ("Seal", "Open")}
    if not all(ours.values()):
        return
    command = "openssl speed -seconds 1 -bytes 1400 -aead -evp aes-256-gcm".split()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    match = re.search(r"^AES-256-GCM\s+([0-9.]+)k$", done.stdout, re.M | re.I)
    if not match:
        print(f"\n{' '.join(command)} gave no figure: {done.stderr.strip()[-200:]}")
        return
    bare = float(match.group(1)) * 1000
    print(f"\nAES-256-GCM, bare, by {' '.join(command)}: {number(bare)} bytes/s")
    for what, row in ours.items():
        speed = median(row["counters"]["bytes_per_second"])
        print(f"  {what}: {number(speed)} bytes/s, {speed / bare:.2f} times that")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--build", type=Path, default=ROOT / "build" / "bench")
    parser.add_argument("--filter", default="")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    folder = args.build / "bench" / "bin"
    programs = sorted(path for path in folder.glob("*_bench") if os.access(path, os.X_OK))
    if not programs:
        sys.exit(f"no benchmark is built in {folder}; see make bench")

    about = {
        "machine": f"{processor()}, {os.cpu_count()} CPUs, {platform.platform(terse=True)}",
        "compiler": compiler(args.build),
        "commit": commit(),
    }
    rows = {}
    for program in programs:
        print(f"measuring {program.name}", file=sys.stderr)
        rows.update({f"{program.name[:-len('_bench')]}/{name}": row
                     for name, row in summarize(measure(program, args.filter)).items()})
    for key, value in about.items():
        print(f"{key + ':':<10}{value}")
    print(f"{'times:':<10}CPU, median of {REPETITIONS}\n")
    table(rows)
    beside_openssl(rows)
    if args.json:
        args.json.write_text(json.dumps({**about, "results": rows}, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
