"""Processes that print JSON lines, and how tests talk to them.

A node is a process: `gossipod node --json` or the Go peer, which take the same options, commands
and print the same lines. One thread a process collects the lines; a test waits for a condition
over them with a deadline, and never for an amount of time. Ports are chosen by the system and
taken from the `ready` line, where they can be.
"""

import contextlib
import fcntl
import json
import os
import random
import signal
import socket
import subprocess
import tempfile
import threading
import time

PATIENCE = 30.0  # seconds: far beyond what any step takes, so that a slow machine does not fail


class Missing(AssertionError):
    """Something did not happen before its deadline."""


class Process:
    """One child, its output line by line, and its end: nothing started here outlives the test."""

    def __init__(self, argv, title):
        self.title = title
        self.argv = argv
        self._log = tempfile.TemporaryFile()
        self._changed = threading.Condition()
        self._lines = []
        self._ended = False
        self._child = subprocess.Popen(
            argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for raw in self._child.stdout:
            text = raw.decode("utf-8", "replace").rstrip("\n")
            line = self.parse(text)
            with self._changed:
                self._lines.append(line)
                self._changed.notify_all()
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def parse(self, text):
        return text

    def lines(self):
        with self._changed:
            return list(self._lines)

    def mark(self):
        """Where the output stands: waits that begin here do not see what came before."""
        with self._changed:
            return len(self._lines)

    def wait(self, wanted, what, since=0, patience=PATIENCE):
        """The first line from `since` on for which `wanted` is true."""
        deadline = time.monotonic() + patience
        seen = since
        with self._changed:
            while True:
                for line in self._lines[seen:]:
                    if wanted(line):
                        return line
                seen = len(self._lines)
                left = deadline - time.monotonic()
                if self._ended or left <= 0:
                    why = "it ended" if self._ended else f"{patience:.0f} s went by"
                    break
                self._changed.wait(left)
        raise Missing(f"{self.title}: {what}: {why}\n{self.story()}")

    def write(self, line):
        self.write_bytes(line.encode() + b"\n")

    def write_bytes(self, data):
        self._child.stdin.write(data)
        self._child.stdin.flush()

    def pid(self):
        return self._child.pid

    def close_input(self):
        self._child.stdin.close()

    def signal(self, number):
        self._child.send_signal(number)

    def running(self):
        return self._child.poll() is None

    def exit_code(self, patience=PATIENCE):
        try:
            code = self._child.wait(patience)
        except subprocess.TimeoutExpired:
            raise Missing(f"{self.title}: did not end\n{self.story()}") from None
        self._reader.join(patience)
        return code

    def kill(self):
        """As a crash: without a word. A stopped process dies of it too."""
        if self.running():
            self._child.kill()
        self._child.wait()

    def stderr(self):
        self._log.seek(0)
        return self._log.read().decode("utf-8", "replace")

    def story(self):
        """All that is known about it, for whoever must find out what went wrong."""
        out = "\n".join(f"  {line}"[:2000] for line in self.lines()[-40:])
        err = "\n".join(f"  {line}" for line in self.stderr().splitlines()[-40:])
        return (f"--- {self.title}: {' '.join(self.argv)}\n{out}\n"
                f"--- {self.title}, stderr\n{err}")

    @contextlib.contextmanager
    def closed_on_failure(self):
        """For constructors: who does not get the object cannot close it."""
        try:
            yield
        except BaseException:
            self.close()
            raise

    def close(self):
        self.kill()
        self._reader.join(PATIENCE)
        for stream in (self._child.stdin, self._child.stdout, self._log):
            try:
                stream.close()
            except BrokenPipeError:
                pass  # unwritten input of a child that is gone


class Node(Process):
    """A member of a cluster, ours or a peer's: JSON lines out, commands in."""

    def __init__(self, argv, name):
        super().__init__(argv, name)
        self.name = name
        with self.closed_on_failure():
            self.addr = self.wait_kind("ready")["addr"]

    def parse(self, text):
        try:
            line = json.loads(text)
        except ValueError:
            line = {"kind": "not JSON", "text": text}
        return line

    def wait_kind(self, kind, since=0, patience=PATIENCE, **fields):
        def wanted(line):
            return line.get("kind") == kind and all(
                line.get(name) == value for name, value in fields.items())
        return self.wait(wanted, f"{kind} {fields}", since, patience)

    def seen(self, kind, since=0, **fields):
        with self._changed:
            return [line for line in self._lines[since:] if line.get("kind") == kind and all(
                line.get(name) == value for name, value in fields.items())]

    def ask(self, command, kind):
        """Gives a command and waits for its answer."""
        since = self.mark()
        self.write(command)
        return self.wait(lambda line: line.get("kind") in (kind, "error"), command, since)

    def members(self):
        """What it believes: name -> row."""
        return {row["name"]: row for row in self.ask("members", "members")["list"]}

    def join(self, *others):
        return self.ask("join " + ",".join(other.addr for other in others), "joined")


class Ports:
    """Ports that no other test takes, in this process or another, as long as this process lives: a
    byte of a file of this user's is locked for each.
    """

    def __init__(self):
        path = os.path.join(tempfile.gettempdir(), f"gossipod_test_ports.{os.getuid()}")
        self._file = open(path, "ab")
        self._mutex = threading.Lock()
        self._taken = set()  # locks of files do not hold within a process

    def take(self, port):
        with self._mutex:
            if port in self._taken:
                return False
            try:
                fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, port)
            except OSError:
                return False
            self._taken.add(port)
            return True


_ports = Ports()


def steady_port(*hosts):
    """A port for a node that goes and comes back, or that cannot say which one it got.

    It lies below those that the system hands out by itself, so that nobody gets it meanwhile.
    """
    for _ in range(1000):
        port = random.randrange(12000, 32000)
        if all(port_is_free(host, port) for host in hosts or ("127.0.0.1",)) and _ports.take(port):
            return port
    raise Missing("no free port in a thousand attempts")


def port_is_free(host, port):
    with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
        try:
            tcp.bind((host, port))
            udp.bind((host, port))
            return True
        except OSError:
            return False


def until(true, what, *nodes, patience=PATIENCE, pause=0.1):
    """Asks again and again until the answer is yes; for states that no line announces."""
    deadline = time.monotonic() + patience
    while not true():
        if time.monotonic() > deadline:
            stories = "\n".join(node.story() for node in nodes)
            raise Missing(f"{what}: {patience:.0f} s went by\n{stories}")
        time.sleep(pause)


def always(true, what, *nodes, seconds):
    """The opposite: something must stay true for a while."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not true():
            stories = "\n".join(node.story() for node in nodes)
            raise Missing(f"{what}: it stopped being so\n{stories}")
        time.sleep(0.2)


def digest(data):
    """The same one that nodes print for messages too long to show."""
    value = 0xCBF29CE484222325
    for octet in data:
        value = ((value ^ octet) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return f"{value:016x}"


PAUSE = signal.SIGSTOP
RESUME = signal.SIGCONT
