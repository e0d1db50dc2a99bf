#!/usr/bin/env python3
"""examples_test.py <build/examples>: each example does what it says, on loopback and free ports.

Programs that live for themselves are compared with what they are to print, as a regular expression
for each line where it cannot be the same each time; nodes that play with each other are started,
met and told to go.
"""

import re
import signal
import subprocess
import sys
import threading
import time
import unittest
from pathlib import Path

PROGRAMS = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
PATIENCE = 60  # seconds; no example takes more than a few


def is_built(name):
    return (PROGRAMS / name).exists()


class Running:
    """A program, and what it has printed so far."""

    def __init__(self, name, *arguments):
        self.lines = []
        self.changed = threading.Condition()
        self.program = subprocess.Popen(
            [PROGRAMS / name, *map(str, arguments)], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.reader = threading.Thread(target=self.read)
        self.reader.start()

    def read(self):
        for line in self.program.stdout:
            with self.changed:
                self.lines.append(line.rstrip("\n"))
                self.changed.notify_all()

    def wait_for(self, pattern):
        """The first line that matches, as soon as it is there."""
        until = time.monotonic() + PATIENCE
        with self.changed:
            while True:
                for line in self.lines:
                    found = re.fullmatch(pattern, line)
                    if found:
                        return found
                left = until - time.monotonic()
                if left <= 0:
                    raise AssertionError(f"no line {pattern!r} in {self.lines}")
                self.changed.wait(left)

    def end(self, how=None):
        """The exit status."""
        if how is not None:
            self.program.send_signal(how)
        try:
            return self.program.wait(timeout=PATIENCE)
        finally:
            self.stop()

    def stop(self):
        if self.program.poll() is None:
            self.program.kill()
            self.program.wait()
        self.reader.join()
        self.program.stdout.close()
        self.program.stdin.close()


class Examples(unittest.TestCase):
    def prints(self, name, patterns, ordered=True, among_others=False):
        done = subprocess.run([PROGRAMS / name], capture_output=True, text=True, check=False,
                              timeout=PATIENCE)
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)
        self.assertEqual("", done.stderr)
        lines = done.stdout.splitlines() if ordered else sorted(done.stdout.splitlines())
        if among_others:
            found = iter(lines)
            for pattern in patterns:
                self.assertTrue(any(re.fullmatch(pattern, line) for line in found),
                                f"{pattern}\n{done.stdout}")
            return
        self.assertEqual(len(patterns), len(lines), done.stdout)
        for pattern, line in zip(patterns, lines):
            self.assertRegex(line, f"^(?:{pattern})$")

    def test_metadata(self):
        self.prints("metadata", ["client: no service", "shop: api, version 3",
                                 "store: db, version 15", "shop: upgraded to version 4"])

    def test_events(self):
        # On a machine that is very busy others may be suspected for a moment, too.
        self.prints("events", [
            "join anna", "join bert", "join carl", "update bert: on duty",
            "suspect carl: (?:own_probe, says anna|claim, says bert)",
            "dead carl: (?:suspicion, begun by (?:anna|bert)|claim.*), confirmations: [01]",
            "leave bert: goodbye, says bert"], among_others=True)

    def test_custom_transport(self):
        self.prints("custom_transport", [
            "anna is at 10.0.0.1:7946", "bert is at 10.0.0.2:7946", "carl is at 10.0.0.3:7946",
            "carl got 1000000 bytes from 10.0.0.1:7946", "all of it through memory: yes"])

    def test_custom_broadcast_queue(self):
        self.prints("custom_broadcast_queue", [
            "the wall shows temperature=1000", "most of the older readings were never sent: yes",
            "a long one: message: at most 1000 bytes"])

    def test_consistent_hashing(self):
        self.prints("consistent_hashing", [
            "four members: 0 of 10000 keys move; anna 2585 bert 2371 carl 2410 dora 2634",
            "emil comes: 1998 of 10000 keys move; "
            "anna 2066 bert 1927 carl 1865 dora 2144 emil 1998",
            "seen by dora: 0 of 10000 keys move; "
            "anna 2066 bert 1927 carl 1865 dora 2144 emil 1998",
            "bert goes: 1927 of 10000 keys move; anna 2561 carl 2375 dora 2576 emil 2488"])

    def test_own_loop(self):
        self.prints("own_loop", ["anna: join anna", "anna: join bert", "anna: leave bert",
                                 "bert: join anna", "bert: join bert", "bert: leave bert"],
                    ordered=False)

    @unittest.skipUnless(is_built("coroutine"), "this compiler has no coroutines for Asio")
    def test_coroutine(self):
        self.prints("coroutine", ["join anna", "join bert", "message hello", "leave bert"])

    def test_ping_and_pong(self):
        ping = Running("ping_node", "--name", "NODE_1", "--port", 0)
        self.addCleanup(ping.stop)
        address = ping.wait_for(r"NODE_1 is at (127\.0\.0\.1:\d+)").group(1)
        pong = Running("pong_node", "--name", "NODE_2", "--port", 0, "--ip", "127.0.0.1",
                       "--join-addr", address)
        self.addCleanup(pong.stop)
        other = pong.wait_for(r"NODE_2 is at (.*)").group(1)
        ping.wait_for("NODE_2 joined")
        ping.wait_for(r"sent \{ping, 1\}")
        # Datagrams may get lost, so it need not be the first that is answered; but both count up.
        first = pong.wait_for(r"got \{ping, \d+\}, answer \{pong, 1\}")
        second = pong.wait_for(r"got \{ping, (\d+)\}, answer \{pong, 2\}")
        self.assertGreater(int(second.group(1)), 1, first.group(0))
        ping.wait_for(r"got \{pong, \d+\} from " + re.escape(other))
        self.assertEqual(0, pong.end(signal.SIGTERM), pong.lines)
        ping.wait_for("NODE_2 left")
        self.assertEqual(0, ping.end(signal.SIGINT), ping.lines)

    def test_bad_flags(self):
        for name, *arguments in (["ping_node", "--port", "many"], ["ping_node", "--port", "70000"],
                                 ["pong_node", "--name"], ["pong_node", "--colour", "red"]):
            done = subprocess.run([PROGRAMS / name, *arguments], capture_output=True, text=True,
                                  check=False, timeout=PATIENCE)
            self.assertEqual(2, done.returncode, arguments)
            self.assertIn(arguments[0], done.stderr)

    def test_watch(self):
        first = Running("watch", "a", "127.0.0.1:0")
        self.addCleanup(first.stop)
        address = first.wait_for(r"join a (127\.0\.0\.1:\d+)").group(1)
        second = Running("watch", "b", "127.0.0.1:0", address)
        self.addCleanup(second.stop)
        first.wait_for(r"join b .*")
        second.wait_for(r"join a .*")
        second.program.stdin.write("hello\n")
        second.program.stdin.flush()
        first.wait_for(r"message from 127\.0\.0\.1:\d+: hello")
        second.program.stdin.close()
        self.assertEqual(0, second.end(), second.lines)
        first.wait_for(r"leave b .*")
        first.program.stdin.close()
        self.assertEqual(0, first.end(), first.lines)


if __name__ == "__main__":
    unittest.main(argv=["examples_test"], verbosity=2)
