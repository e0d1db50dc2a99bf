#!/usr/bin/env python3
"""What is installed can be used: by CMake and by pkg-config, shared and static.

Installs the build given into a folder of its own, moves that folder (it must not matter where it
is), and builds and runs the consumers against it in all four ways: a small program, one without
exceptions and RTTI, and the one that the documents begin with. The shared library shows nothing but
what is exported, and each public header can be included alone.
"""

import argparse
import os
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
CONSUMER = Path(__file__).resolve().parent / "consumer"
ARGS = argparse.Namespace()


def run(*command, env=None):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True,
                          check=False, env={**os.environ, **(env or {})}, timeout=240)
    if done.returncode != 0:
        raise AssertionError(f"{command} gave {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def free_port():
    """One for UDP and TCP. Somebody else might take it before we do; not on loopback in a test."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


class Install(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        first = Path(cls.folder.name) / "installed"
        run(ARGS.cmake, "--install", ARGS.build, "--prefix", first)
        cls.tree = Path(cls.folder.name) / "moved"
        shutil.move(first, cls.tree)
        cls.lib = next(cls.tree.glob("lib/**/libgossipod.so")).parent
        cls.env = {"LD_LIBRARY_PATH": str(cls.lib)}
        # The program as it is printed, but for its ports: those may be in use here.
        cls.ports = {"7948": str(free_port()), "7947": str(free_port())}
        cls.snippet = Path(cls.folder.name) / "snippet.cc"
        program = (CONSUMER / "snippet.cc").read_text(encoding="utf-8")
        for printed, free in cls.ports.items():
            program = program.replace(printed, free)
        cls.snippet.write_text(program, encoding="utf-8")

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def build(self, name):
        return Path(self.folder.name) / name

    def with_cmake(self, kind):
        build = self.build(f"cmake-{kind}")
        run(ARGS.cmake, "-S", CONSUMER, "-B", build, "-G", "Ninja", f"-DKIND={kind}",
            f"-DSNIPPET={self.snippet}", f"-DCMAKE_PREFIX_PATH={self.tree}",
            f"-DCMAKE_CXX_COMPILER={ARGS.compiler}")
        run(ARGS.cmake, "--build", build)
        return build

    def with_pkg_config(self, *how):
        flags = run("pkg-config", "--cflags", "--libs", *how, "gossipod",
                    env={"PKG_CONFIG_PATH": str(self.lib / "pkgconfig")}).split()
        if how:  # the linker takes the shared one unless told otherwise
            flags = ["-l:libgossipod.a" if flag == "-lgossipod" else flag for flag in flags]
        build = self.build("pkg-config" + "".join(how))
        build.mkdir()
        run(ARGS.compiler, "-std=c++20", CONSUMER / "main.cc", "-o", build / "consumer", *flags)
        return build

    def check(self, build, shared):
        program = build / "consumer"
        self.assertEqual("members: 1\n", run(program, env=self.env))
        self.assertEqual(shared, "libgossipod.so" in run("ldd", program, env=self.env))

    def check_snippet(self, build):
        """Alone it says why it goes; with a member at the address it knows, all is well."""
        env = {**os.environ, **self.env}
        alone = subprocess.run([build / "snippet"], capture_output=True, text=True, check=False,
                               env=env, timeout=60)
        self.assertEqual(1, alone.returncode)
        self.assertIn(self.ports["7947"], alone.stderr)
        self.assertEqual(1, alone.stderr.count("\n"), alone.stderr)

        with subprocess.Popen([build / "strict"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              text=True, env=env) as strict:
            patience = threading.Timer(120, strict.kill)
            patience.start()
            try:
                said = self.visit(build, strict)
                strict.communicate()  # closes its stdin: it goes
            finally:
                patience.cancel()
                strict.kill()
        self.assertEqual(0, strict.returncode)
        self.assertEqual(["NODE_1 is alive", "strict is alive"], sorted(said.splitlines()))

    def visit(self, build, strict):
        """Runs the snippet with the port of the other member; what it prints."""
        def await_line(pattern):
            for line in strict.stdout:
                if found := re.fullmatch(pattern, line.rstrip("\n")):
                    return found
            raise AssertionError(f"it ended without {pattern!r}")

        port = await_line(r"at (\d+)").group(1)
        there = self.build(f"{build.name}.cc")
        source = self.snippet.read_text(encoding="utf-8")
        there.write_text(source.replace(self.ports["7947"], port), encoding="utf-8")
        run(ARGS.cmake, "-S", CONSUMER, "-B", build, f"-DSNIPPET={there}")
        run(ARGS.cmake, "--build", build, "--target", "snippet")
        said = run(build / "snippet", env=self.env)
        await_line("NODE_1 came")
        await_line("NODE_1 went")
        return said

    def test_cmake_shared(self):
        build = self.with_cmake("shared")
        self.check(build, True)
        self.check_snippet(build)

    def test_cmake_static(self):
        build = self.with_cmake("static")
        self.check(build, False)
        self.check_snippet(build)

    def test_getting_started(self):
        """What docs/getting_started.md tells to write builds as it says, and runs."""
        text = (ROOT / "docs" / "getting_started.md").read_text(encoding="utf-8")
        folder = self.build("started")
        folder.mkdir()
        for language, name in (("cmake", "CMakeLists.txt"), ("cpp", "main.cc")):
            block = re.search(rf"^```{language}\n(.*?)^```", text, re.M | re.S).group(1)
            (folder / name).write_text(block, encoding="utf-8")
        run(ARGS.cmake, "-S", folder, "-B", folder / "build", "-G", "Ninja",
            f"-DCMAKE_PREFIX_PATH={self.tree}", f"-DCMAKE_CXX_COMPILER={ARGS.compiler}")
        run(ARGS.cmake, "--build", folder / "build")
        with subprocess.Popen([folder / "build" / "member", "carl", "127.0.0.1:0"], text=True,
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              env={**os.environ, **self.env}) as member:
            patience = threading.Timer(60, member.kill)
            patience.start()
            self.assertEqual("carl is here\n", member.stdout.readline())
            member.communicate()  # closes its stdin: it says goodbye
            patience.cancel()
        self.assertEqual(0, member.returncode)

    def test_embedded(self):
        # Compiling it all again would take minutes and show nothing new.
        run(ARGS.cmake, "-S", CONSUMER.parent / "embedded", "-B", self.build("embedded"), "-G",
            "Ninja", f"-DGOSSIPOD={ROOT}",
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
        # The face is in the inline namespace; what is outside of it is for those who bring a loop.
        face = re.compile(r"(?:(?:vtable|typeinfo|typeinfo name|VTT) for )?gossipod::(?:v0::|"
                          r"swim::(?:Node|Identity|IdentityRef|IdentityPool)::|"
                          r"session::Session<gossipod::swim::Node>::|runtime::SocketEngine::)")
        strangers = [name for name in names if not face.match(name)
                     and not name.startswith("gossipod_")]  # the C interface
        self.assertEqual([], strangers)

    def test_the_manual_and_the_completions_are_there(self):
        if not (self.tree / "bin/gossipod").exists():
            return  # built without the command
        for path in ("man/man1/gossipod.1", "bash-completion/completions/gossipod",
                     "zsh/site-functions/_gossipod", "fish/vendor_completions.d/gossipod.fish"):
            self.assertTrue((self.tree / "share" / path).is_file(), path)

    def test_the_shared_library_says_its_version(self):
        dynamic = run("readelf", "-d", self.lib / "libgossipod.so")
        self.assertRegex(dynamic, r"SONAME.*\[libgossipod\.so\.0\]")
        self.assertTrue((self.lib / "libgossipod.so.0").is_symlink())
        version = run("pkg-config", "--modversion", "gossipod",
                      env={"PKG_CONFIG_PATH": str(self.lib / "pkgconfig")}).strip()
        self.assertTrue((self.lib / f"libgossipod.so.{version}").is_file())

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
    parser.add_argument("tests", nargs="*", help="some of them; else all")
    parser.parse_args(namespace=ARGS)
    unittest.main(argv=["install_test", *ARGS.tests], verbosity=2)


if __name__ == "__main__":
    main()
