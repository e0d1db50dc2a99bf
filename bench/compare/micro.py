"""The benchmarks of single parts, with Google Benchmark: one table.

It shows the median of the repetitions and how far the fastest and the slowest are from it; what a
benchmark counts besides time (bytes, allocations, members) has a column of its own.
"""

import json
import os
import re
import subprocess
import sys

from compare.figures import median

REPETITIONS = 3


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


def table(rows):
    """As lines of text."""
    lines = [("benchmark", "time/op", "spread", "counts per op or second")]
    for name, row in rows.items():
        middle = median(row["times"])
        spread = max(max(row["times"]) - middle, middle - min(row["times"])) / max(middle, 1e-9)
        counts = ", ".join(f"{key} {number(median(values))}"
                           for key, values in sorted(row["counters"].items()))
        lines.append((name, duration(middle), f"{100 * spread:.0f} %", counts))
    widths = [max(len(line[column]) for line in lines) for column in range(3)]
    for name, time, spread, counts in lines:
        yield f"{name:<{widths[0]}}  {time:>{widths[1]}}  {spread:>{widths[2]}}  {counts}".rstrip()


def beside_openssl(rows):
    """Our sealing and opening beside OpenSSL's own benchmark of the bare cipher, in this run."""
    ours = {what: rows.get(f"envelope/{what}/key:32/version:1") for what in ("Seal", "Open")}
    if not all(ours.values()):
        return
    command = "openssl speed -seconds 1 -bytes 1400 -aead -evp aes-256-gcm".split()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    match = re.search(r"^AES-256-GCM\s+([0-9.]+)k$", done.stdout, re.M | re.I)
    if not match:
        yield f"\n{' '.join(command)} gave no figure: {done.stderr.strip()[-200:]}"
        return
    bare = float(match.group(1)) * 1000
    yield f"\nAES-256-GCM, bare, by {' '.join(command)}: {number(bare)} bytes/s"
    for what, row in ours.items():
        speed = median(row["counters"]["bytes_per_second"])
        yield f"  {what}: {number(speed)} bytes/s, {speed / bare:.2f} times that"


def lines(folder, only, say):
    """Runs what is built in `folder`; (lines of text, results by name)."""
    programs = sorted(path for path in folder.glob("*_bench") if os.access(path, os.X_OK))
    rows = {}
    for program in programs:
        say(f"measuring {program.name}")
        rows.update({f"{program.name[:-len('_bench')]}/{name}": row
                     for name, row in summarize(measure(program, only)).items()})
    return [*table(rows), *beside_openssl(rows)] if rows else [], rows
