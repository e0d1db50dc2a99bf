"""A relay between namespaces, for what no firewall does: it delays packets, each by another time
and so out of their order, doubles them, and turns single bits round.

  relay.py NAMESPACE...     the N-th gets 10.78.0.N on a device tun0 of its own

A line on stdin sets the weather ("delay_ms_most=400 twice=100 flip=50", per thousand each); the
answer counts what happened before it. "flip_from=1" spares the first byte of each payload. Ends
with its stdin.

Bits are turned in the payload of UDP only, whose checksum is then taken out of the packet: with a
wrong one the kernel would drop it, and that would be a mere loss.
"""

import ctypes
import fcntl
import heapq
import os
import random
import select
import struct
import subprocess
import sys
import time

TUNSETIFF = 0x400454CA
IFF_TUN = 0x0001
IFF_NO_PI = 0x1000
CLONE_NEWNET = 0x40000000
UDP = 17
MTU = 1500


def check(result, what):
    if result != 0:
        raise OSError(ctypes.get_errno(), what)


def device(namespace, address):
    """A tun0 in that namespace; what is written to it arrives there."""
    libc = ctypes.CDLL(None, use_errno=True)
    home = os.open("/proc/self/ns/net", os.O_RDONLY)
    there = os.open(f"/run/netns/{namespace}", os.O_RDONLY)
    try:
        check(libc.setns(there, CLONE_NEWNET), namespace)
        tun = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH22x", b"tun0", IFF_TUN | IFF_NO_PI))
        for words in (["addr", "add", f"{address}/24", "dev", "tun0"],
                      ["link", "set", "tun0", "up"]):
            subprocess.run(["ip", *words], check=True)
    finally:
        check(libc.setns(home, CLONE_NEWNET), "back")
        os.close(there)
        os.close(home)
    return tun


def flip(packet, dice, first):
    """One bit of the payload of a whole UDP datagram, not before that byte of it; of anything else
    none. True if it did."""
    header = (packet[0] & 15) * 4
    fragment = struct.unpack_from("!H", packet, 6)[0] & 0x3FFF
    payload = header + 8 + first
    if packet[9] != UDP or fragment or len(packet) <= payload:
        return False
    at = dice.randrange(payload, len(packet))
    packet[at] ^= 1 << dice.randrange(8)
    struct.pack_into("!H", packet, header + 6, 0)
    return True


class Relay:
    def __init__(self, namespaces, dice):
        self.dice = dice
        self.weather = {"delay_ms_most": 0, "twice": 0, "flip": 0, "flip_from": 0}
        self.counts = {"passed": 0, "twice": 0, "flipped": 0}
        self.waiting = []  # when, a number that keeps the rest from being compared, whither, what
        self.number = 0
        self.devices = {}
        for number, namespace in enumerate(namespaces, 1):
            address = bytes((10, 78, 0, number))
            self.devices[address] = device(namespace, ".".join(map(str, address)))

    def chance(self, what):
        return self.dice.randrange(1000) < self.weather[what]

    def take(self, tun):
        """Everything that a member has sent by now."""
        while True:
            try:
                packet = bytearray(os.read(tun, MTU))
            except BlockingIOError:
                return
            to = self.devices.get(bytes(packet[16:20])) if packet[0] >> 4 == 4 else None
            if to is None:
                continue
            self.counts["passed"] += 1
            copies = 1
            if packet[9] == UDP and self.chance("twice"):
                self.counts["twice"] += 1
                copies = 2
            if self.chance("flip") and flip(packet, self.dice, self.weather["flip_from"]):
                self.counts["flipped"] += 1
            for _ in range(copies):
                self.number += 1
                delay = self.dice.uniform(0, self.weather["delay_ms_most"]) / 1000
                heapq.heappush(self.waiting,
                               (time.monotonic() + delay, self.number, to, bytes(packet)))

    def give(self):
        while self.waiting and self.waiting[0][0] <= time.monotonic():
            _, _, to, packet = heapq.heappop(self.waiting)
            try:
                os.write(to, packet)
            except (BlockingIOError, OSError):
                pass  # its queue is full: networks lose things

    def run(self):
        poll = select.poll()
        for tun in self.devices.values():
            poll.register(tun, select.POLLIN)
        poll.register(sys.stdin.fileno(), select.POLLIN)
        print("ready", flush=True)
        while True:
            wait = None
            if self.waiting:
                wait = max(0, (self.waiting[0][0] - time.monotonic()) * 1000)
            for ready, _ in poll.poll(wait):
                if ready != sys.stdin.fileno():
                    self.take(ready)
                    continue
                line = sys.stdin.readline()
                if not line:
                    return
                self.weather = dict.fromkeys(self.weather, 0)
                for word in line.split():
                    name, value = word.split("=")
                    self.weather[name] = int(value)
                print(" ".join(f"{name} {count}" for name, count in self.counts.items()),
                      flush=True)
            self.give()


if __name__ == "__main__":
    Relay(sys.argv[1:], random.Random()).run()
