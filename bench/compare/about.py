"""Where it was measured: machine, kernel, versions, compiler, commit, how busy it was before."""

import json
import os
import platform
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


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


def memory():
    try:
        match = re.search(r"^MemTotal:\s*(\d+) kB", Path("/proc/meminfo").read_text("utf-8"), re.M)
    except OSError:
        return "unknown"
    return f"{int(match.group(1)) / (1 << 20):.0f} GiB" if match else "unknown"


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


def theirs(program):
    """{"memberlist": ..., "go": ...} of the program that was built."""
    try:
        return json.loads(first_line(str(program), "version"))
    except ValueError:
        return {}


def about(build, program):
    versions = theirs(program)
    return {
        "machine": f"{processor()}, {os.cpu_count()} CPUs, {memory()}",
        "kernel": f"{platform.system()} {platform.release()}",
        "compiler": compiler(build),
        "commit": commit(),
        "memberlist": f"{versions.get('memberlist', 'not built')}, built with "
                      f"{versions.get('go', 'no Go')}",
        "load": f"{os.getloadavg()[0]:.2f} before, the average of a minute",
    }
