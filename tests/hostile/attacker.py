"""The attacker: a process of its own, that knows where the members are and has no key.

  attacker.py STORY --target HOST:PORT ... --seconds 5 [--name NAME ...] [--recording FILE]

Each story is a function below: what one does to members, over and over, until the time is over. It
comes from addresses of its own (127.66.x.y), as an attacker would. Prints how often it did it,
how many of its streams were answered with a table of members, and how many packets a bystander got.
"""

import argparse
import contextlib
import errno
import os
import random
import resource
import select
import socket
import struct
import sys
import time

import lies

BYSTANDER = "127.66.9.1"
SOURCES = [f"127.66.{i}.1" for i in range(1, 9)]
TOP = (1 << 32) - 1
GUARD = TOP - (1 << 20)  # accusations from here on are not believed (limits.h)
TABLE = 200  # bytes: any answer that is longer is no error
PATIENCE = 30


class Attack:
    def __init__(self, options):
        self.targets = [(host, int(port)) for host, port in
                        (target.rsplit(":", 1) for target in options.target)]
        self.names = options.name
        self.seconds = options.seconds
        self.begun = None
        self.packets = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.packets.bind((SOURCES[0], 0))
        self.count, self.tables, self.reflected = 0, 0, 0
        self.datagrams, self.streams = [], []
        if options.recording:
            self.load(options.recording)

    def load(self, path):
        """Recorded: kind, length, bytes, over and over."""
        with open(path, "rb") as file:
            data = file.read()
        at = 0
        while at < len(data):
            kind, size = struct.unpack_from(">BI", data, at)
            (self.datagrams if kind == 0 else self.streams).append(data[at + 5:at + 5 + size])
            at += 5 + size

    def on(self, least=1):
        """Until the time is over, which begins when all is prepared; on a machine that gives us no
        processor, until as much as that was done."""
        now = time.monotonic()
        self.begun = self.begun or now
        over = now - self.begun - self.seconds
        return over < 0 or (self.count < least and over < PATIENCE)

    def throw(self, *packets):
        """Each packet at each member."""
        for packet in packets:
            for target in self.targets:
                with contextlib.suppress(OSError):  # a full queue of the kernel's
                    self.packets.sendto(packet, target)
                    self.count += 1

    def dial(self, source=None, patience=2.0):
        link = socket.socket()
        link.settimeout(patience)
        try:
            link.bind((source or random.choice(SOURCES), 0))
            link.connect(random.choice(self.targets))
            return link
        except OSError:
            link.close()
            return None

    def say(self, stream):
        """One stream from its beginning to whatever the other side makes of it."""
        link = self.dial()
        if link is None:
            return
        answer = 0
        with link, contextlib.suppress(OSError):
            link.sendall(stream)
            link.shutdown(socket.SHUT_WR)
            while data := link.recv(1 << 16):
                answer += len(data)
        self.count += 1
        self.tables += answer > TABLE


def random_packets(attack):
    while attack.on():
        attack.throw(*(os.urandom(random.randrange(1, 1500)) for _ in range(32)))


def mutated_packets(attack):
    while attack.on():
        attack.throw(*(lies.mutated(random.choice(attack.datagrams)) for _ in range(32)))
        if attack.streams:
            attack.say(lies.mutated(random.choice(attack.streams)))


def mutated_claims(attack):
    """Mutations that a checksum does not give away."""
    plain = [lies.without_crc(packet) for packet in attack.datagrams]
    while attack.on():
        for _ in range(32):
            packet = lies.mutated(random.choice(plain))
            attack.throw(random.choice((packet, lies.with_crc(packet))))


def replayed(attack):
    """Everything that was ever said, as it was: by whom, to whom, in what order does not matter."""
    while attack.on():
        attack.throw(*random.choices(attack.datagrams, k=32))
        if attack.streams:
            attack.say(random.choice(attack.streams))


def bombs(attack):
    """Small when packed; 40 MiB and more when not: zeros, and a table that is in order but for the
    name that all in it have."""
    fits = lies.compressed(lies.lzw_zeros((40 << 20) - 4096))
    bursts = lies.compressed(lies.lzw_zeros(60 << 20))
    some = lies.compressed(lies.lzw_zeros((4 << 20) - 4096))
    block = lies.record("nobody", "127.77.1.1", 9, meta=bytes(500)) * 100
    times = (39 << 20) // len(block)
    table = lies.compressed(lies.lzw_again(lies.push_pull(100 * times), block, times))
    while attack.on():
        attack.throw(some, lies.with_crc(some), lies.compound([some] * 2), fits, bursts)
        attack.say(fits)
        attack.say(bursts)
        attack.say(table)


def deepest_nesting(attack):
    packets = [lies.nested_compounds(16000), lies.nested_checksums(1000),
               lies.compound([lies.nested_compounds(60)] * 127),
               lies.message(lies.PING, SeqNo=1) + b"\x91" * 60000,
               b"\x04" + b"\x81\xa1x" * 20000,
               b"\x04\x81\xa1x" + b"\x91" * 60000]
    while attack.on():
        attack.throw(*packets)
        attack.say(b"\x06" + b"\x91" * 500000)


def begin_dialing(target, source):
    """Without waiting for the answer."""
    link = socket.socket()
    link.setblocking(False)
    try:
        link.bind((source, 0))
        link.connect_ex(target)
        return link
    except OSError:
        link.close()
        return None


def idle_connections(attack):
    """Ten thousand, half of them at one member, half of them from one of eight addresses; whoever
    is hung up on dials again."""
    links = {}
    poll = select.poll()
    while attack.on(least=10_000):
        while len(links) < 10_000:
            target = random.choice((attack.targets[0], random.choice(attack.targets)))
            link = begin_dialing(target, random.choice((SOURCES[0], random.choice(SOURCES))))
            if link is None:
                break
            attack.count += 1
            links[link.fileno()] = link
            poll.register(link, select.POLLRDHUP | select.POLLHUP | select.POLLERR)
            if attack.count % 100 == 0:
                break
        for fd, _ in poll.poll(0 if len(links) < 10_000 else 100):
            poll.unregister(fd)
            links.pop(fd).close()


def slow_connections(attack):
    """Five hundred that send a byte a second of something that never ends: a table of members, or a
    sealed frame of the greatest size, which nobody can refuse before it is there."""
    streams = [lies.push_pull(1000, state=1000) + bytes(1 << 16),
               lies.frame_head(20 << 20) + bytes(1 << 16)]
    links = []
    at = 0
    while attack.on():
        while len(links) < 500 and attack.on():
            link = attack.dial()
            if link is not None:
                links.append((link, streams[len(links) % 2], at))
        kept = []
        for link, stream, begun in links:
            try:
                link.send(stream[at - begun:at - begun + 1])
                attack.count += 1
                kept.append((link, stream, begun))
            except OSError:
                link.close()
        links = kept
        at += 1
        time.sleep(min(1.0, attack.seconds / 4))


def crowds(attack):
    """Push-pulls that announce a million members, and name as many as they get rid of."""
    number = 0
    while attack.on():
        records = b"".join(
            lies.record(f"nobody-{number + i}", f"127.77.{i >> 8 & 0xff}.{i & 0xff}", 9)
            for i in range(5000))
        number += 5000
        attack.say(lies.push_pull(5000, records))
        link = attack.dial()
        if link is None:
            continue
        with link, contextlib.suppress(OSError):
            link.sendall(lies.push_pull(1 << 20) + records)
            attack.count += 1
        attack.throw(*(lies.message(lies.ALIVE, **lies.member(f"x{number}-{i}", "127.78.0.1", i))
                       for i in range(1, 50)))


def accusations(attack):
    """Everybody, by everybody, with incarnations far above theirs, to the very top."""
    while attack.on():
        for name in attack.names:
            for incarnation in (1, random.randrange(2, 1 << 20), GUARD - 1, GUARD, GUARD + 1,
                                TOP - 1025, TOP - 1024, TOP - 1, TOP):
                claim = {"Incarnation": incarnation, "Node": name,
                         "From": random.choice(attack.names)}
                attack.throw(lies.message(lies.SUSPECT, **claim), lies.message(lies.DEAD, **claim),
                             lies.message(lies.DEAD, **{**claim, "From": name}))
        time.sleep(0.05)  # more would only overwrite what is being refuted


def captures(attack):
    """Each of them, in its own name: goodbye, and then that it is at home elsewhere. Nobody is."""
    incarnation = 1
    while attack.on():
        for name in attack.names:
            incarnation += 2
            goodbye = {"Incarnation": incarnation, "Node": name, "From": name}
            moved = lies.member(name, "127.66.1.1", 7946, incarnation + 1)
            attack.throw(lies.message(lies.DEAD, **goodbye), lies.message(lies.ALIVE, **moved))
        time.sleep(0.05)


def reflections(attack):
    """Questions whose answers somebody else is to get, and pings that somebody else is to get, as
    many as a datagram holds. What that one gets is counted."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as bystander:
        bystander.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        bystander.bind((BYSTANDER, 0))
        port = bystander.getsockname()[1]
        asker = {"SourceAddr": lies.address(BYSTANDER), "SourcePort": port, "SourceNode": "asker"}
        ping = lies.message(lies.PING, SeqNo=1, Node="", **asker)
        for_others = lies.message(lies.INDIRECT_PING, SeqNo=1, Target=lies.address(BYSTANDER),
                                  Port=port, Node="x", Nack=True, **asker)
        packets = [lies.compound([ping] * 200), lies.compound([for_others] * 200)]
        def hear(patience):
            while select.select([bystander], [], [], patience)[0]:
                bystander.recv(1 << 16)
                attack.reflected += 1
        while attack.on():
            attack.throw(*packets)
            hear(0.01)  # not faster than can be counted
        hear(2.0)  # a nack comes when the ack is overdue


def rising_accusations(attack):
    """One of them, each time at the next number, as fast as one core can."""
    # Below all of them runs the suspicion of somebody who never answers.
    attack.throw(lies.message(lies.ALIVE, **lies.member("nobody", "127.66.9.9", 9)))
    suspect = lies.message(lies.SUSPECT, Incarnation=1, Node="nobody", From=attack.names[0])
    incarnation = 1
    while attack.on():
        parts = []
        for _ in range(100):
            incarnation += 1
            parts.append(lies.message(lies.SUSPECT, Incarnation=incarnation, Node=attack.names[0],
                                      From=random.choice(attack.names)))
        attack.throw(suspect, lies.compound(parts))


def poisons(attack):
    """Members that nobody understands: whoever believes in one could exchange nothing with
    anybody."""
    alien, odd = bytes([200, 200, 200, 0, 0, 0]), bytes([2, 5, 4, 0, 0, 0])
    records = lies.record("alien", "127.66.1.1", 7946, versions=alien)
    while attack.on():
        for name, versions in (("alien", alien), ("odd", odd)):
            claim = {**lies.member(name, "127.66.1.1", 7946), "Vsn": versions}
            attack.throw(lies.message(lies.ALIVE, **claim))
        attack.say(lies.push_pull(1, records))
        time.sleep(0.05)


def guesses(attack):
    """Labels and keys, on packets and streams."""
    claim = lies.message(lies.ALIVE, **lies.member("intruder", "127.66.1.1", 7946))
    table = lies.push_pull(1, lies.record("intruder", "127.66.1.1", 7946))
    while attack.on():
        packets = [claim, lies.with_crc(claim)]
        for label in (b"prod", b"default", os.urandom(8), os.urandom(255)):
            packets += [lies.labelled(label, claim),
                        lies.labelled(label, lies.sealed_somehow(len(claim)))]
        packets += [lies.sealed_somehow(size, version) for version in (0, 1)
                    for size in (0, 16, len(claim), 1200)]
        attack.throw(*packets)
        for stream in (table, lies.labelled(b"prod", table),
                       lies.frame(lies.sealed_somehow(len(table))),
                       lies.frame(lies.sealed_somehow(320, 0)), lies.frame(b"")):
            attack.say(stream)


STORIES = [random_packets, mutated_packets, mutated_claims, replayed, bombs, deepest_nesting,
           idle_connections, slow_connections, accusations, rising_accusations, captures,
           reflections, poisons, guesses, crowds]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("story", choices=[story.__name__ for story in STORIES])
    parser.add_argument("--target", action="append", required=True)
    parser.add_argument("--name", action="append", default=[])
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--recording")
    options = parser.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    attack = Attack(options)
    next(story for story in STORIES if story.__name__ == options.story)(attack)
    print(attack.count, attack.tables, attack.reflected)


if __name__ == "__main__":
    try:
        main()
    except OSError as error:
        sys.exit(f"attacker.py: {errno.errorcode.get(error.errno, error.errno)} {error}")
