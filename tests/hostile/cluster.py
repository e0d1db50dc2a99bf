"""The cluster under attack: five of our nodes and two of memberlist's, what it said (recorded), and
what must be true of it."""

import contextlib
import os
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

import story
from harness import Missing, PATIENCE, until

HERE = os.path.dirname(os.path.abspath(__file__))
LOSSES = ("dead", "leave")
# memberlist has no bounds there, or does not recover.
FOR_US = ("idle_connections", "slow_connections", "bombs", "crowds", "accusations",
          "deepest_nesting")
MEMBERS_MAX = 300
PER_SOURCE_MAX = 100


class Recorder:
    """All datagrams on loopback to or from the members; needs a raw socket, so root."""

    def __init__(self, ports):
        self.ports = set(ports)
        self.datagrams = []
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0800))
        self._socket.bind(("lo", 0))
        self._socket.settimeout(0.2)
        self._on = True
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        while self._on:
            try:
                raw = self._socket.recv(1 << 17)
            except TimeoutError:
                continue
            ip = raw[14:]
            if len(ip) < 28 or ip[9] != socket.IPPROTO_UDP:
                continue
            udp = ip[(ip[0] & 15) * 4:]
            if set(struct.unpack_from(">HH", udp)) & self.ports and len(self.datagrams) < 20000:
                self.datagrams.append(udp[8:])

    def close(self):
        self._on = False
        self._thread.join(PATIENCE)
        self._socket.close()


class Tap:
    """A port that passes a stream on to a member, and keeps what the dialer says."""

    def __init__(self, target):
        host, port = target.rsplit(":", 1)
        self.said = b""
        self._target = (host, int(port))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(PATIENCE)
        self.addr = "127.0.0.1:%d" % self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        with contextlib.suppress(OSError):
            dialer, _ = self._listener.accept()
            with dialer, socket.create_connection(self._target) as member:
                back = threading.Thread(target=self._pass, args=(member, dialer, False))
                back.start()
                self._pass(dialer, member, True)
                back.join()

    def _pass(self, source, sink, keep):
        with contextlib.suppress(OSError):
            while data := source.recv(1 << 16):
                if keep:
                    self.said += data
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)

    def close(self):
        self._listener.close()
        self._thread.join(PATIENCE)


def memory(node):
    """Most MiB in core so far."""
    with open(f"/proc/{node.pid()}/status") as status:
        line = next(line for line in status if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


class Cluster:
    def __init__(self, options, keyed, stack):
        self.options = options
        self.stack = stack
        self.kind = story.Kind([story.executable(options.command), "node"], labels=True, ours=True)
        peer = story.Kind([story.executable(options.peer)], labels=False)
        # Whoever is gone stays remembered, so that what is played back finds its entry.
        # One who was missed by gossip, which may happen, hears of it by push-pull.
        self.common = {"profile": "lan", "gossip_to_the_dead": "10m",
                       "push_pull_interval": "5s"}
        if keyed:
            self.common["key"] = story.KEY
        self.caps = {"members_max": MEMBERS_MAX, "members_per_source_max": PER_SOURCE_MAX,
                     "log": "error"}
        self.ours = [self.start(self.kind, f"ours-{i}", **self.caps) for i in range(5)]
        self.peers = [self.start(peer, f"peer-{i}") for i in range(2)]
        self.nodes = self.ours + self.peers
        self.names = {node.name for node in self.nodes}
        self.recorder = Recorder(int(node.addr.rsplit(":", 1)[1]) for node in self.nodes)
        stack.callback(self.recorder.close)
        self.streams = []
        self.guests = 0
        self.gather()
        self.marks = {node: node.mark() for node in self.nodes}

    def start(self, kind, name, **more):
        node = kind.start(name, **self.common, **more)
        node.ours = kind.ours
        self.stack.callback(node.close)
        return node

    def gather(self):
        tap = Tap(self.nodes[0].addr)
        try:
            answer = self.nodes[1].ask("join " + tap.addr, "joined")
            self.check(answer["contacted"] == 1, self.nodes[1])
        finally:
            tap.close()
        self.streams.append(tap.said)
        for node in self.nodes[2:]:
            self.check(node.join(self.nodes[0])["contacted"] == 1, node)
        self.whole()

    def check(self, true, *nodes):
        if not true:
            raise Missing("\n".join(node.story() for node in nodes))

    def alive(self, witness):
        return {name for name, row in witness.members().items() if row["state"] == "alive"}

    def whole(self, patience=PATIENCE):
        """All see all, and nobody suspects any of them."""
        for node in self.nodes:
            until(lambda n=node: self.names <= self.alive(n), f"{node.name} sees all others",
                  node, patience=patience, pause=0.2)

    def recording(self):
        file = tempfile.NamedTemporaryFile()
        for kind, items in enumerate((self.recorder.datagrams, self.streams)):
            for data in items:
                file.write(struct.pack(">BI", kind, len(data)) + data)
        file.flush()
        return file

    def attack(self, name, seconds, meanwhile=lambda: None):
        """One story, and something else in the middle of it; how often it did what it does."""
        with self.recording() as recording:
            argv = [sys.executable, "-B", os.path.join(HERE, "attacker.py"), name,
                    "--seconds", str(seconds), "--recording", recording.name]
            targets = self.ours if name in FOR_US else self.nodes
            for node in targets:
                argv += ["--target", node.addr]
            for known in sorted(self.names):
                argv += ["--name", known]
            child = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            try:
                time.sleep(min(1.0, seconds / 2))
                meanwhile()
                out, err = child.communicate(timeout=seconds + 4 * PATIENCE)
            finally:
                child.kill()
                child.wait()
                child.stdout.close()
                child.stderr.close()
        if child.returncode != 0:
            raise Missing(f"the attacker failed: {err.decode()}")
        return int(out)

    def honest_join(self):
        """Seconds until somebody new was answered by each of ours."""
        self.guests += 1
        guest = self.start(self.kind, f"guest-{self.guests}", **self.caps)
        longest = 0.0
        for node in self.ours:
            begun = time.monotonic()
            answer = guest.ask("join " + node.addr, "joined")
            longest = max(longest, time.monotonic() - begun)
            self.check(answer["contacted"] == 1, guest, node)
        guest.ask("leave", "left")
        guest.write("quit")
        guest.exit_code()
        return longest

    def lost(self):
        """What members said since the beginning of losing one another."""
        return [line for node in self.nodes for kind in LOSSES
                for line in node.seen(kind, since=self.marks[node]) if line["node"] in self.names]

    def strangers(self):
        guests = {f"guest-{i + 1}" for i in range(self.guests)}
        return {line["node"] for node in self.nodes
                for line in node.seen("join", since=self.marks[node])} - self.names - guests

    def count(self, *counters):
        return sum(node.ask("stats", "stats")[name] for node in self.ours for name in counters)
