"""What people see of the command: its lines without --json, and the demo."""

import os
import pty
import signal
import subprocess

from command_story import CommandStory
from harness import PATIENCE, until


class People(CommandStory):
    def start(self, *arguments):
        process = self.process("node", "--name", "person", "--bind", "127.0.0.1:0",
                               "--profile", "local", *arguments)
        ready = process.wait(lambda line: "ready" in line, "ready")
        return process, ready.split()[-1]

    def test_lines_and_table(self):
        person, addr = self.start("--meta", "here")
        other = self.node("other", "--join", addr, "--meta", "colour \x1b[31m")
        other.wait_kind("joined", contacted=1)
        joined = person.wait(lambda line: " join " in line and "other" in line, "join")
        self.assertRegex(joined, r"^\d\d:\d\d:\d\d\.\d{3}  join +other +127\.0\.0\.1:\d+")
        person.write("members")
        head = person.wait(lambda line: line.startswith("NAME"), "the table")
        row = person.wait(lambda line: line.startswith("other "), "its row")
        self.assertEqual(head.index("ADDRESS"), row.index(other.addr))
        self.assertEqual(head.index("STATE"), row.index("alive"))
        other.write("send person hello \x1b[2J there")
        person.wait(lambda line: "hello \\x1b[2J there" in line, "the message")
        person.write("stats")
        person.wait(lambda line: line.startswith("packets_received "), "the counters")
        person.write("quit")
        self.assertEqual(person.exit_code(), 0)
        for line in person.lines():
            self.assertNotIn("\x1b", line)  # no terminal, no colours; and never a stranger's


    def on_a_terminal(self, **changes):
        """All that a node says to a terminal."""
        environment = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
        environment.update(changes)
        ours, theirs = pty.openpty()
        self.addCleanup(os.close, ours)
        child = subprocess.Popen(
            [self.command, "node", "--name", "a", "--bind", "127.0.0.1:0"],
            stdin=subprocess.PIPE, stdout=theirs, env=environment)
        os.close(theirs)
        child.communicate(b"members\nquit\n", timeout=PATIENCE)
        self.assertEqual(child.returncode, 0)
        said = b""
        while True:
            try:
                said += os.read(ours, 65536)
            except OSError:  # EIO: nobody has the other end
                return said.decode()

    def test_colours_are_for_terminals(self):
        self.assertRegex(self.on_a_terminal(), "a +127.*\x1b\\[32malive")
        self.assertNotIn("\x1b", self.on_a_terminal(NO_COLOR="1"))


def children_of(pid):
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as children:
        return [int(child) for child in children.read().split()]


def runs(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


class Demo(CommandStory):
    guest = None
    serf = None

    def test_all_of_it_happens(self):
        self.watch(self.guest)

    def test_serf_takes_part(self):
        if self.serf:  # the interop tests fail where it is not installed
            self.assertIn("a Serf agent joins", self.watch(self.serf))

    def watch(self, guest):
        demo = self.process("demo", *(["--guest", guest] if guest else []))
        self.assertEqual(demo.exit_code(60), 0, demo.story())
        told = "\n".join(demo.lines())
        self.assertIn("All of this happened", told)
        for name, state in (("node-1", "alive"), ("node-2", "alive"), ("node-3", "left"),
                            ("node-4", "alive"), ("node-5", "dead")):
            self.assertRegex(told, rf"(?m)^{name} +127\.0\.0\.1:\d+ +{state}")
        if guest:
            self.assertRegex(told, r"(?m)^guest +127\.0\.0\.1:\d+ +alive")
        return told

    def test_an_interrupt_ends_everybody(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
            demo = self.process("demo")
            demo.wait(lambda line: "each of the five knows all five" in line, "the cluster")
            children = children_of(demo.pid())
            self.assertGreaterEqual(len(children), 5)
            demo.signal(number)
            code = -number if number == signal.SIGKILL else 130
            self.assertEqual(demo.exit_code(), code, demo.story())
            until(lambda c=children: not any(map(runs, c)),
                  "no child is left", demo)
