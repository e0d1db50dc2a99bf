"""Stories of a network that falls into two and grows together again, after each half has forgotten
the other: memberlist alone never heals that. Our nodes remember whom they lost, and ask.
"""

import time

from faults import Faults
from harness import steady_port, until
from story import KEY, OTHER_KEY, remembered

PATIENCE = 300  # until all is forgotten, or found again: many intervals of asking


class Split(Faults):
    # Forgotten soon after death, and asked for often, if the command lets us say so.
    timings = {"gossip_to_the_dead": "3s", "push_pull_interval": "2s"}
    reconnect_interval = "2s"

    def setUp(self):
        self.our_timings = dict(self.timings)
        if self.reconnect_interval and self.ours_kind.has_option("--reconnect-interval"):
            self.our_timings["reconnect_interval"] = self.reconnect_interval

    def our(self, name, **more):
        return self.ours(name, **self.our_timings, **more)

    def their(self, name, **more):
        return self.peer(name, **self.timings, **more)

    def forgotten(self, witness, *others):
        """It has noticed their death and holds no record of them any more."""
        for other in others:
            witness.wait_kind("dead", node=other.name, patience=PATIENCE)
        names = {other.name for other in others}
        until(lambda: not names & set(remembered(witness)),
              f"{witness.name} has forgotten {names}", witness, *others, patience=PATIENCE, pause=1)

    def lasted(self, started):
        """Whatever it took, it was long enough here."""

    def whole(self, *nodes):
        wanted = {node.name: "alive" for node in nodes}
        for node in nodes:
            until(lambda n=node: {name: row["state"] for name, row in n.members().items()
                                  if row["state"] in ("alive", "suspect")} == wanted,
                  f"{node.name} sees everybody", *nodes, patience=PATIENCE, pause=1)

    def test_between_us_and_them(self):
        ours, peer = nodes = self.met(self.our("ours"), self.their("peer"))
        self.block(peer, ours)
        started = time.monotonic()
        self.forgotten(ours, peer)
        self.forgotten(peer, ours)
        self.lasted(started)
        self.block(peer)
        self.whole(*nodes)
        self.assertIn("peer", [line["node"] for line in ours.seen("join")])

    # Both halves have members of both kinds. A half is cut off by another key, on all of its
    # members at once: what is sealed with one cannot be opened with the other.
    def halves(self, size):
        def one(number):
            kind = self.our if number % 2 == 0 else self.their
            bind = f"127.0.0.1:{steady_port()}"
            return kind(f"member-{number}", key=KEY, bind=bind)
        nodes = self.met(*(one(number) for number in range(2 * size)))
        return nodes[:size], nodes[size:]

    def turn_key(self, nodes, to, away_from):
        for command in ("key-add " + to, "key-use " + to, "key-remove " + away_from):
            for node in nodes:
                self.assertEqual(node.ask(command, "keys")["kind"], "keys", node.story())

    def split(self, left, right):
        started = time.monotonic()
        self.turn_key(right, OTHER_KEY, KEY)
        for witness in left:
            self.forgotten(witness, *right)
        for witness in right:
            self.forgotten(witness, *left)
        self.lasted(started)

    def test_between_two_halves_of_both_kinds(self):
        left, right = self.halves(2)
        self.split(left, right)
        self.turn_key(right, KEY, OTHER_KEY)
        self.whole(*left, *right)

    def test_only_half_of_the_others_come_back(self):
        left, right = self.halves(4)
        self.split(left, right)
        lost, back = right[:2], right[2:]
        for node in lost:
            node.kill()
        for witness in back:
            for node in lost:
                witness.wait_kind("dead", node=node.name, patience=PATIENCE)
        self.turn_key(back, KEY, OTHER_KEY)
        self.whole(*left, *back)

    def test_only_they_come_back_and_we_ask(self):
        # Those who are asked know nothing of asking: of the other half only memberlist's return.
        left, right = self.halves(4)
        self.split(left, right)
        back = [node for node in right if not node.ours]
        for node in right:
            if node.ours:
                node.kill()
        for witness in back:
            for node in right:
                if node.ours:
                    witness.wait_kind("dead", node=node.name, patience=PATIENCE)
        self.turn_key(back, KEY, OTHER_KEY)
        self.whole(*left, *back)


class LongSplit(Split):
    """As long as real ones, with the timings that everybody has."""

    options = {"profile": "lan"}
    timings = {}
    reconnect_interval = None
    seconds = 90

    def lasted(self, started):
        until(lambda: time.monotonic() - started >= self.seconds, "a long split",
              patience=2 * self.seconds, pause=1)
