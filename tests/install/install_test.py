#!/usr/bin/env python3
"""What is installed can be used: by CMake and by pkg-config, shared and static.

Installs the build given into a folder of its own, moves that folder (it must not matter where it
is), and builds and runs the consumer against it in all four ways. The shared library shows nothing
but what is exported, and each public header can be included alone.
"""

import argparse
import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

CONSUMER = Path(__file__).resolve().parent / "consumer"
ARGS = argparse.Namespace()


def run(*command, env=None):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True,
                          check=False, env={**os.environ, **(env or {})}, timeout=240)
    if done.returncode != 0:
        raise AssertionError(f"{command} gave {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


class Install(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        first = Path(cls.folder.name) / "installed"
        run(ARGS.cmake, "--install", ARGS.build, "--prefix", first)
        cls.tree = Path(cls.folder.name) / "moved"
        shutil.move(first, cls.tree)
        cls.lib = next(cls.tree.glob("lib/**/libgossipod.so")).parent

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def build(self, name):
        return Path(self.folder.name) / name

    def with_cmake(self, kind):
        build = self.build(f"cmake-{kind}")
        run(ARGS.cmake, "-S", CONSUMER, "-B", build, "-G", "Ninja", f"-DKIND={kind}",
            f"-DCMAKE_PREFIX_PATH={self.tree}", f"-DCMAKE_CXX_COMPILER={ARGS.compiler}")
        run(ARGS.cmake, "--build", build)
        return build / "consumer"

    def with_pkg_config(self, *how):
        env = {"PKG_CONFIG_PATH": str(self.lib / "pkgconfig")}
        flags = run("pkg-config", "--cflags", "--libs", *how, "gossipod", env=env).split()
        if how:  # the linker takes the shared one unless told otherwise
            flags = ["-l:libgossipod.a" if flag == "-lgossipod" else flag for flag in flags]
        program = self.build("pkg-config" + "".join(how))
        run(ARGS.compiler, "-std=c++20", CONSUMER / "main.cc", "-o", program, *flags)
        return program

    def check(self, program, shared):
        env = {"LD_LIBRARY_PATH": str(self.lib)}
        self.assertEqual("members: 1\n", run(program, env=env))
        self.assertEqual(shared, "libgossipod.so" in run("ldd", program, env=env))

    def test_cmake_shared(self):
        self.check(self.with_cmake("shared"), True)

    def test_cmake_static(self):
        self.check(self.with_cmake("static"), False)

    def test_embedded(self):
        # Compiling it all again would take minutes and show nothing new.
        run(ARGS.cmake, "-S", CONSUMER.parent / "embedded", "-B", self.build("embedded"), "-G",
            "Ninja", f"-DGOSSIPOD={CONSUMER.parent.parent.parent}",
            f"-DCMAKE_CXX_COMPILER={ARGS.compiler}")
        run("ninja", "-C", self.build("embedded"), "-n", "consumer")

    def test_pkg_config_shared(self):
        self.check(self.with_pkg_config(), True)

    def test_pkg_config_static(self):
        self.check(self.with_pkg_config("--static"), False)

    def test_the_shared_library_shows_only_what_is_exported(self):
        shown = run("nm", "-DC", "--defined-only", self.lib / "libgossipod.so").splitlines()
        names = [line.split(maxsplit=2)[2] for line in shown]
        self.assertTrue(any("gossipod::v0::Gossipod::start" in name for name in names))
        for name in names:
            self.assertIn("gossipod", name)
            if "gossipod::runtime::SocketEngine::" in name:  # public: reactor.h
                continue
            for inner in ("envelope::", "runtime::", "cluster::", "asio::", "std::allocator<"):
                self.assertFalse(name.startswith((inner, f"gossipod::{inner}")), name)

    def test_the_shared_library_says_its_version(self):
        dynamic = run("readelf", "-d", self.lib / "libgossipod.so")
        self.assertRegex(dynamic, r"SONAME.*libgossipod\.so\.0\b")

    def test_each_header_stands_alone(self):
        include = self.tree / "include"
        headers = sorted(include.rglob("*.h"))
        self.assertGreater(len(headers), 15)
        for header in headers:
            run(ARGS.compiler, "-std=c++20", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "-x",
                "c++", "-include", header, f"-I{include}", "/dev/null")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", required=True)
    parser.add_argument("--cmake", default="cmake")
    parser.add_argument("--compiler", default="c++")
    parser.parse_args(namespace=ARGS)
    unittest.main(argv=["install_test"], verbosity=2)


if __name__ == "__main__":
    main()
