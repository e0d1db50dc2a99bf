"""Nothing is left of a bad network however the test ends, and the relay does what it says.

The first part starts this script again, as a network with its relay and a process in it, and ends
it in three ways: by a failure inside, by a polite signal and by SIGKILL from outside. It also looks
what such a test says where it cannot run.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import sandbox
from network import Network

MARK = "GOSSIPOD_CHAOS_MARK"
PATIENCE = 30
MEMBERS = 3


def executable(path, flags):
    return os.open(path, flags, mode=0o755)


def in_namespace(network, number, code):
    return subprocess.Popen([*network.inside(number), sys.executable, "-B", "-c", code],
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def bad_network():
    """Everything that a test makes; then it fails, or waits to be ended."""
    sandbox.enter()
    network = Network(MEMBERS)
    network.start_relay()
    network.lose(500)
    in_namespace(network, 1, "import time; time.sleep(600)")
    print("up", flush=True)
    if sys.argv[2] == "fails":
        raise AssertionError("on purpose")
    time.sleep(600)


def outside():
    """What can be seen of networks from here."""
    return [subprocess.run(words, capture_output=True, text=True, check=True).stdout
            for words in (["ip", "-brief", "link"], ["ip", "netns"], ["nft", "list", "ruleset"],
                          ["sh", "-c", "grep -c netns /proc/self/mounts || true"])]


def processes(mark):
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/environ", "rb") as environ:
                if f"{MARK}={mark}".encode() in environ.read().split(b"\0"):
                    found.append(int(pid))
        except OSError:
            pass  # it has ended meanwhile, or is somebody else's
    return found


class NothingIsLeft(unittest.TestCase):
    def end(self, how, number=None):
        before = outside()
        mark = f"{os.getpid()}-{how}"
        with subprocess.Popen([sys.executable, "-B", __file__, "bad-network", how],
                              env={**os.environ, MARK: mark}, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True) as child:
            self.assertEqual(child.stdout.readline(), "up\n")
            if number is not None:
                self.assertGreaterEqual(len(processes(mark)), 4)
                child.send_signal(number)
            self.assertNotEqual(child.wait(PATIENCE), 0)
        deadline = time.monotonic() + PATIENCE
        while processes(mark) and time.monotonic() < deadline:
            time.sleep(0.05)
        self.assertEqual(processes(mark), [])
        self.assertEqual(outside(), before)

    def test_when_it_fails(self):
        self.end("fails")

    def test_when_it_is_asked_to_end(self):
        self.end("asked", signal.SIGTERM)

    def test_when_it_is_killed(self):
        self.end("killed", signal.SIGKILL)


class WhetherItIsSkipped(unittest.TestCase):
    """With programs that stand for a machine."""

    TOOLS = ("unshare", "ip", "nft", "mount", "sh")

    def enter(self, missing=None, unshare=None):
        """How a test ends on a machine where that one is missing, or unshare is a script."""
        with tempfile.TemporaryDirectory() as folder:
            for tool in self.TOOLS:
                if tool != missing and not (unshare and tool == "unshare"):
                    os.symlink(shutil.which(tool), os.path.join(folder, tool))
            if unshare:
                with open(os.path.join(folder, "unshare"), "w", opener=executable) as script:
                    script.write("#!/bin/sh\n" + unshare)
            return subprocess.run(
                [sys.executable, "-B", __file__, "bad-network", "fails"], capture_output=True,
                env={**os.environ, "PATH": folder}, text=True, timeout=PATIENCE, check=False)

    def test_not_when_a_tool_is_missing(self):
        for tool in ("unshare", "ip", "nft", "mount"):
            done = self.enter(missing=tool)
            self.assertEqual(done.returncode, 1)
            self.assertIn(f"{tool} is not there", done.stderr)

    def test_when_the_kernel_refuses(self):
        done = self.enter(unshare="echo unshare failed: Operation not permitted >&2; exit 1\n")
        self.assertEqual(done.returncode, sandbox.SKIPPED)
        self.assertIn("Operation not permitted", done.stdout)


LISTEN = """
import socket
s = socket.socket(type=socket.SOCK_DGRAM)
s.bind(("{address}", 9000))
print("bound", flush=True)
for _ in range({expected}):
    print(s.recv(2000).hex(), flush=True)
"""
SAY = """
import socket
s = socket.socket(type=socket.SOCK_DGRAM)
for number in range({many}):
    s.sendto(number.to_bytes(4, "big") * 4, ("{address}", 9000))
"""


class TheRelay(unittest.TestCase):
    many = 50

    def setUp(self):
        self.network = Network(2)
        self.addCleanup(self.network.close)
        self.network.start_relay()
        self.said = [number.to_bytes(4, "big").hex() * 4 for number in range(self.many)]

    def heard(self, expected, **weather):
        self.network.weather(**weather)
        address = self.network.relayed_address(1)
        listener = in_namespace(self.network, 1, LISTEN.format(address=address, expected=expected))
        try:
            self.assertEqual(listener.stdout.readline(), "bound\n")
            with in_namespace(self.network, 0, SAY.format(address=address, many=self.many)) as say:
                self.assertEqual(say.wait(PATIENCE), 0)
            return listener.communicate(timeout=PATIENCE)[0].split()
        finally:
            listener.kill()
            listener.communicate()

    def test_passes_everything_when_nothing_is_wrong(self):
        self.assertEqual(self.heard(self.many), self.said)

    def test_doubles_and_mixes(self):
        words = self.heard(2 * self.many, delay_ms_most=200, twice=1000)
        self.assertNotEqual(words, sorted(words))
        self.assertEqual(sorted(words), sorted(2 * self.said))
        self.assertEqual(self.network.weather()["twice"], self.many)

    def test_spares_the_first_bytes(self):
        for said, heard in zip(self.said, self.heard(self.many, flip=1000, flip_from=15)):
            self.assertEqual(said[:-2], heard[:-2])
            self.assertNotEqual(said, heard)

    def test_turns_one_bit_round(self):
        for said, heard in zip(self.said, self.heard(self.many, flip=1000)):
            wrong = int(said, 16) ^ int(heard, 16)
            self.assertEqual(wrong.bit_count(), 1)
        self.assertEqual(self.network.weather()["flipped"], self.many)


def main():
    if sys.argv[1:2] == ["bad-network"]:
        bad_network()
    # From outside; then once more from inside, where the relay can be.
    if os.environ.get(sandbox.INSIDE) != "yes":
        cases = [WhetherItIsSkipped] if sandbox.refused() else [WhetherItIsSkipped, NothingIsLeft]
        for case in cases:
            outcome = unittest.TextTestRunner().run(
                unittest.defaultTestLoader.loadTestsFromTestCase(case))
            if not outcome.wasSuccessful():
                sys.exit(1)
    sandbox.enter()
    outcome = unittest.TextTestRunner().run(
        unittest.defaultTestLoader.loadTestsFromTestCase(TheRelay))
    sys.exit(0 if outcome.wasSuccessful() else 1)


if __name__ == "__main__":
    main()
