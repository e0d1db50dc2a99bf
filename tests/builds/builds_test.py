#!/usr/bin/env python3
"""builds_test.py VARIANT: builds the library as few do it, and runs a small program on it.

  without_io_uring     no liburing: a node that is asked to run on it says why it cannot
  without_exceptions   the preset no-exceptions: a handler that throws ends the program
"""

import argparse
import os
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
HERE = Path(__file__).resolve().parent
# Fast to compile; warnings are what the other builds are for.
QUICK = ["-DCMAKE_CXX_FLAGS_RELEASE=-O0", "-DGOSSIPOD_WERROR=OFF",
         f"-DCMAKE_PROJECT_INCLUDE={HERE / 'unity.cmake'}"]


def run(*command, env=None, cwd=None):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True,
                          check=False, env={**os.environ, **(env or {})}, cwd=cwd, timeout=800)
    if done.returncode != 0:
        raise SystemExit(f"{command} gave {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def build(options, variant, *how):
    """The library in a folder of its own, which is kept, and a program on it."""
    folder = Path(options.folder) / variant
    launcher = [f"-DCMAKE_CXX_COMPILER_LAUNCHER={options.launcher}"] if options.launcher else []
    run(options.cmake, *how, "-B", folder, *QUICK, f"-DCMAKE_CXX_COMPILER={options.compiler}",
        *launcher, cwd=ROOT)
    run(options.cmake, "--build", folder, "--target", "gossipod_library_static",
        "--parallel", os.environ.get("JOBS", str(os.cpu_count())))
    flags = run("pkg-config", "--libs", "--static", "gossipod",
                env={"PKG_CONFIG_PATH": str(folder)}).split()
    flags = [flag for flag in flags if not flag.startswith("-L") and flag != "-lgossipod"]
    program = folder / "program"
    run(options.compiler, "-std=c++20", "-I", ROOT / "include", HERE / f"{variant}.cc",
        folder / "libgossipod.a", *flags, "-o", program)
    return subprocess.run([str(program)], capture_output=True, text=True, check=False, timeout=60)


def without_io_uring(options):
    done = build(options, "without_io_uring", "-S", ROOT, "-G", "Ninja",
                 "-DCMAKE_BUILD_TYPE=Release", "-DGOSSIPOD_IO_URING=OFF", "-DGOSSIPOD_TESTS=OFF",
                 "-DGOSSIPOD_EXAMPLES=OFF", "-DGOSSIPOD_SIM=OFF", "-DGOSSIPOD_COMMAND=OFF")
    return done, done.returncode == 0 and done.stdout == "runs on asio\n"


def without_exceptions(options):
    done = build(options, "without_exceptions", "--preset", "no-exceptions")
    ended = done.returncode == -signal.SIGABRT and "the handler threw" in done.stderr
    return done, ended and done.stdout == "runs on io_uring\n"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("variant", choices=["without_io_uring", "without_exceptions"])
    parser.add_argument("--folder", required=True)
    parser.add_argument("--cmake", default="cmake")
    parser.add_argument("--compiler", default="c++")
    parser.add_argument("--launcher", default="")
    options = parser.parse_args()
    done, right = globals()[options.variant](options)
    if "unsupported" in done.stdout:
        print(f"skipped, for this machine cannot: {done.stdout}")
        return 77
    print(f"ended with {done.returncode}\n{done.stdout}{done.stderr}")
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
