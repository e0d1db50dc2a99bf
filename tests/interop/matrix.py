"""One story, told by a pair of members in each cell of a matrix: they meet, say everything that can
be said, part in good order, meet again, and one of them crashes.
"""

import functools
import itertools
import unittest

import cover
from harness import digest, steady_port, until
from story import LOOPBACK, LOOPBACK6, Story

KEYS = {"none": [], "16": ["11" * 16], "24": ["22" * 24], "32": ["33" * 32],
        "rotation": ["44" * 32, "55" * 16]}  # two at once, and then the first is taken away
CHOICES = {"key": list(KEYS), "compression": ["on", "off"], "protocol": [1, 2, 5],
           "family": ["IPv4", "IPv6"], "joiner": ["ours", "peer"]}
LABELS = {"label": ["none", "blue"]}

METADATA_BYTES = 512  # the most there can be
STATE_BYTES = 100_000
MESSAGE_BYTES = 1_000_000


def possible(cell):
    """A claim of version 1 carries no port, so all members have the same one, on addresses of their
    own; of those, loopback has many in IPv4 and a single one in IPv6.
    """
    return (cell["protocol"], cell["family"]) != (1, "IPv6")


def cells(choices):
    return cover.pairwise(choices, possible)


def title(cell):
    return "_".join(f"{name}_{choice}" for name, choice in sorted(cell.items()))


@functools.lru_cache(maxsize=None)
def state_digest(name):
    """Of what a node of that name lets ride on a push-pull."""
    value = int(digest(name.encode()), 16)
    state = bytearray()
    for _ in range(STATE_BYTES):
        value = (value * 6364136223846793005 + 1442695040888963407) & 0xFFFFFFFFFFFFFFFF
        state.append(value >> 56)
    return digest(state)


@functools.lru_cache(maxsize=None)
def message_digest():
    return digest(bytes(MESSAGE_BYTES))


def metadata(text):
    return (text * METADATA_BYTES)[:METADATA_BYTES]


class Cell(Story):
    cell = None
    # A stream of `local` must be done within a second, which a busy machine may not manage.
    options = {"profile": "lan"}

    def settings(self):
        cell = self.cell
        more = {"protocol": cell["protocol"], "state_bytes": STATE_BYTES}
        if KEYS[cell["key"]]:
            more["key"] = KEYS[cell["key"]]
        if cell["compression"] == "off":
            more["no_compress"] = True
        if cell.get("label", "none") != "none":
            more["label"] = cell["label"]
        return more

    def addresses(self):
        if self.cell["family"] == "IPv6":
            return LOOPBACK6, LOOPBACK6
        if self.cell["protocol"] == 1:
            hosts = "127.0.0.2", "127.0.0.3"
            port = steady_port(*hosts)
            return tuple(f"{host}:{port}" for host in hosts)
        return LOOPBACK, LOOPBACK

    def test_all_of_it(self):
        seed_bind, joiner_bind = self.addresses()
        seed = self.start(self.seed_kind, "seed", bind=seed_bind, meta=metadata("seed "),
                          **self.settings())
        joiner = self.meet(seed, joiner_bind)
        self.talk(seed, joiner)
        self.change_metadata(seed, joiner)
        if self.cell["key"] == "rotation":
            self.rotate(seed, joiner)
        self.leave(seed, joiner)
        joiner = self.meet(seed, joiner_bind)
        self.crash(seed, joiner)

    def meet(self, seed, bind):
        since = seed.mark()
        joiner = self.start(self.joiner_kind, "joiner", bind=bind, meta=metadata("joiner "),
                            **self.settings())
        answer = joiner.join(seed)
        self.assertEqual((answer["contacted"], answer["error"]), (1, None), joiner.story())
        seed.wait_kind("join", since=since, node="joiner", addr=joiner.addr)
        joiner.wait_kind("join", node="seed", addr=seed.addr)
        for witness, other in ((seed, joiner), (joiner, seed)):
            rows = witness.members()
            self.assertEqual(sorted(rows), ["joiner", "seed"])
            self.assertEqual({row["state"] for row in rows.values()}, {"alive"})
            self.assertEqual(rows["joiner"]["meta"], metadata("joiner "))
            self.assertEqual(rows[other.name]["addr"], other.addr)
            witness.wait_kind("state", size=STATE_BYTES, join=True,
                              since=since if witness is seed else 0,
                              fnv1a=state_digest(other.name))
        return joiner

    def talk(self, seed, joiner, after=""):
        for speaker, listener in ((seed, joiner), (joiner, seed)):
            said = f"{speaker.name} to {listener.name}{after}, "
            self.hears(speaker, listener, f"send {listener.name} {said}fast", said + "fast")
            for command, text in ((f"send-reliable {listener.name} ", said + "surely"),
                                  (f"send-size {listener.name} ", str(MESSAGE_BYTES))):
                self.assertIsNone(speaker.ask(command + text, "sent")["error"], speaker.story())
            listener.wait_kind("message", data=said + "surely")
            listener.wait_kind("message", size=MESSAGE_BYTES, fnv1a=message_digest())
            self.hears(speaker, listener, f"broadcast {said}to all", said + "to all")

    def change_metadata(self, seed, joiner):
        for speaker, listener in ((seed, joiner), (joiner, seed)):
            changed = metadata(speaker.name + " changed ").strip().ljust(METADATA_BYTES, ".")
            speaker.write("meta " + changed)
            listener.wait_kind("update", node=speaker.name, meta=changed)
            self.assertEqual(listener.members()[speaker.name]["meta"], changed)

    def rotate(self, seed, joiner):
        """The second key seals from now on, and the first is known no more."""
        first, second = KEYS["rotation"]
        for step in ("key-use " + second, "key-remove " + first):
            for node in (seed, joiner):
                self.assertEqual(node.ask(step, "keys")["kind"], "keys", node.story())
        self.talk(seed, joiner, after=" again")
        for node in (seed, joiner):  # whoever comes now begins with the first one
            self.assertEqual(len(node.ask("key-add " + first, "keys")["list"]), 2)

    def leave(self, seed, joiner):
        self.assertIsNone(joiner.ask("leave", "left")["error"], joiner.story())
        seed.wait_kind("leave", node="joiner")
        joiner.write("quit")
        self.assertEqual(joiner.exit_code(), 0)
        self.assertTrue(self.gone(seed, joiner), seed.story())
        self.assertEqual(seed.seen("dead"), [], seed.story())

    def crash(self, seed, joiner):
        seed.kill()
        joiner.wait_kind("dead", node="seed", patience=60)
        until(lambda: self.gone(joiner, seed), "gone", joiner)
        self.assertEqual(joiner.seen("leave"), [], joiner.story())


class Cover(unittest.TestCase):
    """What the matrix promises, checked without the code that made it."""

    def check(self, choices, cells_max):
        found = cells(choices)
        self.assertLessEqual(len(found), cells_max)
        self.assertTrue(all(possible(cell) for cell in found))
        for one, other in itertools.combinations(choices, 2):
            for a, b in itertools.product(choices[one], choices[other]):
                if {one: a, other: b} in ({"protocol": 1, "family": "IPv6"},):
                    continue
                self.assertTrue(any(cell[one] == a and cell[other] == b for cell in found),
                                f"{one} {a} with {other} {b}")

    def test_any_two_choices_meet_in_a_cell(self):
        self.check(CHOICES, 18)

    def test_with_labels_too(self):
        self.check({**CHOICES, **LABELS}, 18)


def cases(ours, peer, labels):
    kinds = {"ours": ours, "peer": peer}
    yield Cover
    for cell in cells({**CHOICES, **LABELS} if labels else CHOICES):
        seed = "peer" if cell["joiner"] == "ours" else "ours"
        yield type("Cell_" + title(cell), (Cell,), {
            "cell": cell, "joiner_kind": kinds[cell["joiner"]], "seed_kind": kinds[seed]})
