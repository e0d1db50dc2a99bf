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
from collections import Counter
from dataclasses import dataclass

import story
from harness import Missing, PATIENCE, until

HERE = os.path.dirname(os.path.abspath(__file__))
LOSSES = ("dead", "leave")
# Not at memberlist's, which has no bounds there, or (0.2.2) dies of the wrong version in front of a
# sealed packet; and without keys, where it has no bounds either, does not recover, or crashes.
FOR_US = ("idle_connections", "slow_connections", "mutated_packets", "mutated_claims")
FOR_US_IF_PLAIN = ("bombs", "crowds", "accusations", "rising_accusations", "captures",
                   "reflections", "poisons", "deepest_nesting", "random_packets", "replayed")
ATTACKERS = b"\x7f\x42"  # attacker.py comes from 127.66.x.y
MEMBERS_MAX = 300
PER_SOURCE_MAX = 100


class Recorder:
    """All datagrams on loopback between members, guests included; needs a raw socket, so root. What
    the attacker says and is answered is no recording of anybody's words."""

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
                raw, sender = self._socket.recvfrom(1 << 17)
            except TimeoutError:
                continue
            ip = raw[14:]
            # On loopback each is seen twice, going and coming.
            if len(ip) < 28 or ip[9] != socket.IPPROTO_UDP or sender[2] == socket.PACKET_OUTGOING:
                continue
            if ATTACKERS in (ip[12:14], ip[16:18]):
                continue
            udp = ip[(ip[0] & 15) * 4:]
            if set(struct.unpack_from(">HH", udp)) & self.ports and len(self.datagrams) < 20000:
                self.datagrams.append(udp[8:])

    def close(self):
        self._on = False
        self._thread.join(PATIENCE)
        self._socket.close()


class Tap:
    """A port that passes streams on to a member, and keeps what the dialers say. It stays as long
    as the cluster: for who was let in by way of it, it is the seed."""

    def __init__(self, target):
        host, port = target.rsplit(":", 1)
        self.said = []
        self._target = (host, int(port))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.addr = "127.0.0.1:%d" % self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        with contextlib.suppress(OSError):
            while True:
                dialer, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(dialer,), daemon=True).start()

    def _serve(self, dialer):
        with dialer, contextlib.suppress(OSError):
            dialer.settimeout(PATIENCE)
            with socket.create_connection(self._target, PATIENCE) as member:
                back = threading.Thread(target=self._pass, args=(member, dialer), daemon=True)
                back.start()
                said = []
                self._pass(dialer, member, said.append)
                self.said.append(b"".join(said))
                back.join()

    @staticmethod
    def _pass(source, sink, keep=lambda data: None):
        with contextlib.suppress(OSError):
            while data := source.recv(1 << 16):
                keep(data)
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)

    def close(self):
        self._listener.shutdown(socket.SHUT_RDWR)  # wakes who waits for somebody
        self._listener.close()
        self._thread.join(PATIENCE)


@dataclass
class Tally:
    """What an attacker did: how often whatever its story is, how many of its streams were
    answered at such length that it was a table of members, and how many packets it had sent to
    somebody else."""

    attempts: int = 0
    tables: int = 0
    reflected: int = 0


def memory(node):
    """Most MiB in core so far."""
    with open(f"/proc/{node.pid()}/status") as status:
        line = next(line for line in status if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


class Cluster:
    def __init__(self, options, keyed, stack):
        self.options = options
        self.keyed = keyed
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
        self.taps = {}
        self.guests = 0
        self.gather()
        self.marks = {node: node.mark() for node in self.nodes}

    def start(self, kind, name, **more):
        node = kind.start(name, **self.common, **more)
        node.ours = kind.ours
        self.stack.callback(node.close)
        return node

    def gather(self):
        for node in self.nodes[1:]:
            self.join(node, self.nodes[0])
        self.whole()

    def join(self, node, member):
        """What is said is recorded: nobody's stream is seen otherwise."""
        if member not in self.taps:
            self.taps[member] = Tap(member.addr)
            self.stack.callback(self.taps[member].close)
        answer = node.ask("join " + self.taps[member].addr, "joined")
        self.check(answer["contacted"] == 1, node, member)

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
        streams = [said for tap in self.taps.values() for said in tap.said]
        for kind, items in enumerate((self.recorder.datagrams, streams)):
            for data in items:
                file.write(struct.pack(">BI", kind, len(data)) + data)
        file.flush()
        return file

    @contextlib.contextmanager
    def attacker(self, name, seconds):
        """One story, and what is done meanwhile; in the end its Tally is filled in."""
        with self.recording() as recording:
            argv = [sys.executable, "-B", os.path.join(HERE, "attacker.py"), name,
                    "--seconds", str(seconds), "--recording", recording.name]
            for node in self.targets(name):
                argv += ["--target", node.addr]
            for known in sorted(self.names):
                argv += ["--name", known]
            child = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            tally = Tally()
            try:
                yield tally
                out, err = child.communicate(timeout=seconds + 4 * PATIENCE)
            finally:
                child.kill()
                child.wait()
                child.stdout.close()
                child.stderr.close()
        if child.returncode != 0:
            raise Missing(f"the attacker failed: {err.decode()}")
        tally.attempts, tally.tables, tally.reflected = (int(word) for word in out.split())

    def targets(self, name):
        spared = FOR_US if self.keyed else FOR_US + FOR_US_IF_PLAIN
        return self.ours if name in spared else self.nodes

    def honest_join(self, members):
        """Seconds until somebody new was answered by each of these."""
        self.guests += 1
        guest = self.start(self.kind, f"guest-{self.guests}", **self.caps)
        longest = 0.0
        for node in members:
            begun = time.monotonic()
            self.join(guest, node)
            longest = max(longest, time.monotonic() - begun)
        guest.ask("leave", "left")
        guest.write("quit")
        guest.exit_code()
        return longest

    def at_home(self):
        """Each of ours has all of ours alive, where they are."""
        homes = {node.name: node.addr for node in self.ours}
        for node in self.ours:
            def right(witness=node):
                rows = witness.members()
                return all(rows[name]["state"] == "alive" and rows[name]["addr"] == addr
                           for name, addr in homes.items())
            until(right, f"{node.name} knows where all are", node, patience=2 * PATIENCE, pause=0.2)

    def lost(self):
        """What members said since the beginning of losing one another."""
        return [line for node in self.nodes for kind in LOSSES
                for line in node.seen(kind, since=self.marks[node]) if line["node"] in self.names]

    def guest_names(self):
        return {f"guest-{i + 1}" for i in range(self.guests)}

    def strangers(self):
        """Whom members saw that they should not have seen. Without keys, ours only: memberlist
        takes `04 91 05` for a member without a name, and random packets say so now and then."""
        witnesses = self.nodes if self.keyed else self.ours
        return {line["node"] for node in witnesses
                for line in node.seen("join", since=self.marks[node])} - self.names - \
            self.guest_names()

    def revived(self):
        """Guests that came to a member more often than once: they came once, and left for good."""
        return [(node.name, guest) for node in self.nodes for guest in sorted(self.guest_names())
                if len(node.seen("join", since=self.marks[node], node=guest)) > 1]

    def only_members(self):
        """Nobody sees anybody alive but members: the guests have all left."""
        for node in self.nodes:
            until(lambda n=node: self.alive(n) == self.names, f"{node.name} sees members only",
                  node, pause=0.2)

    def count(self):
        """Every counter, over ours."""
        total = Counter()
        for node in self.ours:
            total.update({name: value for name, value in node.ask("stats", "stats").items()
                          if isinstance(value, int)})
        return total
