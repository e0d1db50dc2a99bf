"""Where it was measured, and what: machine, kernel, versions, compiler, commit."""

import json
import os
import platform
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
MEMBERLIST = "github.com/hashicorp/memberlist"


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


def version_of(build, header, name):
    """What a macro of a header says to this build's compiler, or ""."""
    path = re.search(r"^CMAKE_CXX_COMPILER:[A-Z]*=(.*)$",
                     (build / "CMakeCache.txt").read_text(encoding="utf-8"), re.M).group(1)
    done = subprocess.run([path, "-E", "-dM", "-include", header, "-x", "c++", os.devnull],
                          capture_output=True, text=True, check=False)
    match = re.search(rf"^#define {name} \"?([^\" \n]+)", done.stdout, re.M)
    return match.group(1) if match else ""


def libraries(build):
    asio = version_of(build, "asio/version.hpp", "ASIO_VERSION")
    if asio:
        asio = f"{int(asio) // 100_000}.{int(asio) // 100 % 1000}.{int(asio) % 100}"
    return ", ".join(f"{name} {version or 'unknown'}" for name, version in (
        ("liburing", first_line("pkg-config", "--modversion", "liburing")),
        ("OpenSSL", version_of(build, "openssl/opensslv.h", "OPENSSL_VERSION_STR")),
        ("Asio", asio)))


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


def newest():
    """The newest memberlist that the module proxy knows, or ""."""
    environment = {**os.environ, "GOTOOLCHAIN": "local", "GOFLAGS": "-mod=mod"}
    command = ["go", "list", "-m", "-f", "{{.Version}}", f"{MEMBERLIST}@latest"]
    try:
        done = subprocess.run(command, cwd=ROOT / "bench" / "peer", env=environment,
                              capture_output=True, text=True, timeout=30, check=True)
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()


def memberlist(program):
    versions = theirs(program)
    return (f"{versions.get('memberlist', 'not built')}, built with "
            f"{versions.get('go', 'no Go')}; newest known: {newest() or 'unknown, nobody to ask'}")


def about(build, program):
    return {
        "machine": f"{processor()}, {os.cpu_count()} CPUs, {memory()}",
        "kernel": f"{platform.system()} {platform.release()}",
        "compiler": compiler(build),
        "commit": commit(),
        "libraries": libraries(build),
        "memberlist": memberlist(program),
    }
