"""Five of our nodes and two of memberlist's on loopback, and an attacker: what it cannot do with
keys, and what it can do without.

  hostile_test.py --command gossipod --peer peer [--seconds 5] [unittest options]
"""

import argparse
import contextlib
import os
import resource
import socket
import sys
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "interop"))

import lies  # noqa: E402
from cluster import MEMBERS_MAX, Cluster, memory  # noqa: E402
from harness import until  # noqa: E402
from story import Kind  # noqa: E402

# What a node may take at most, MiB: itself, what streams may hold (limits.h: 256), and what the
# allocator keeps of that. Only bombs, which keys keep out, come to the middle one.
SMALL = 96
LARGE = 384
REFLECTED_MAX = 24  # packets for each of the attacker's (SECURITY.md): 8 questions, three each
ANSWERED = 5.0  # seconds, at most, until a newcomer is answered
SLOW = 15.0  # seconds: longer than a stream may take with the timings of `lan`, which is 10
PLAYED_BACK = ("claims_stale", "drop_unexpected", "drop_wrong_node")
CROWDED_OUT = ("stream_drop_overload", "stream_drop_source_streams")


class Hostile(unittest.TestCase):
    options = None
    keyed = False

    def setUp(self):
        self.stack = contextlib.ExitStack()
        self.addCleanup(self.stack.close)
        self.cluster = Cluster(self.options, self.keyed, self.stack)

    def under(self, story, most, *counters, joins=False):
        """One story, in the middle of which somebody may join; each counter must grow by it."""
        before = self.cluster.count()
        with self.cluster.attacker(story, self.options.seconds) as tally:
            time.sleep(min(1.0, self.options.seconds / 2))
            joined = self.cluster.honest_join(self.cluster.targets(story)) if joins else None
        self.report(story, tally, joined)
        self.assertGreater(tally.attempts, 0)
        if joins:
            self.assertLess(joined, ANSWERED)
        self.check_grown(before, *counters)
        self.check_bounded(most)
        return tally

    @contextlib.contextmanager
    def slowly(self, most):
        """Connections that say next to nothing, while other stories go on: so long that those that
        came first are over time."""
        before = self.cluster.count()
        with self.cluster.attacker("slow_connections", max(SLOW, self.options.seconds)) as tally:
            yield
        self.report("slow_connections", tally)
        self.check_grown(before, "stream_drop_deadline")
        self.check_bounded(most)

    def check_grown(self, before, *counters):
        after = self.cluster.count()
        for counter in counters:
            self.assertGreater(after[counter], before[counter], counter)

    def check_bounded(self, most):
        for node in self.cluster.ours:
            self.assertTrue(node.running(), node.story())
            self.assertLess(memory(node), most, node.name)
            self.assertLessEqual(len(node.members()), MEMBERS_MAX)

    def report(self, story, tally, joined=None):
        most = max(memory(node) for node in self.cluster.ours)
        mode = "keyed" if self.keyed else "plain"
        more = "" if joined is None else f", newcomers answered within {joined:.2f} s"
        if tally.reflected:
            more += f", {tally.reflected} packets to a bystander"
        print(f"{mode} {story}: {tally.attempts} times, at most {most:.0f} MiB{more}", flush=True)


class Keyed(Hostile):
    """Nobody gets in, nobody is removed, newcomers with the key are answered at once."""

    keyed = True

    def untouched(self, story, most, *counters):
        tally = self.under(story, most, *counters, joins=True)
        self.assertEqual(self.cluster.lost(), [])
        self.assertEqual(self.cluster.strangers(), set())
        self.assertEqual(self.cluster.revived(), [])
        self.cluster.only_members()
        return tally

    def test_packets(self):
        self.untouched("random_packets", SMALL, "drop_unauthentic", "drop_label")
        self.untouched("mutated_packets", SMALL, "drop_unauthentic", "stream_drop_unauthentic")
        # Guests have come and gone by now: they are in the recording, and remembered. What is
        # played back opens: answers that nobody waits for, questions to somebody else. Members do
        # not say such things to one another.
        tally = self.untouched("replayed", SMALL, *PLAYED_BACK)
        self.assertGreater(tally.tables, 0)
        for story, counters in {
                "deepest_nesting": ("drop_unauthentic", "stream_drop_unauthentic"),
                "accusations": ("drop_unauthentic",)}.items():
            self.assertEqual(self.untouched(story, SMALL, *counters).tables, 0)

    def test_streams(self):
        with self.slowly(SMALL):
            for story, counters in {
                    "guesses": ("drop_unauthentic", "drop_label", "stream_drop_unauthentic",
                                "stream_drop_label"),
                    "bombs": ("drop_unauthentic", "stream_drop_unauthentic"),
                    "crowds": ("drop_unauthentic", "stream_drop_unauthentic")}.items():
                self.assertEqual(self.untouched(story, SMALL, *counters).tables, 0)
        tally = self.untouched("idle_connections", SMALL, *CROWDED_OUT)
        self.assertGreaterEqual(tally.attempts, 10_000)


class Plain(Hostile):
    """What SECURITY.md says that a stranger can do to a cluster without keys, and no more."""

    def check_whole(self):
        """Nobody new, and all are there: at the latest when it is over."""
        self.assertEqual(self.cluster.strangers(), set())
        self.cluster.whole()

    def test_noise(self):
        """What is no claim adds nobody, with or without keys."""
        self.under("random_packets", SMALL, "drop_malformed", "drop_type", "drop_label", "drop_crc")
        self.under("replayed", SMALL, *PLAYED_BACK)
        with self.slowly(SMALL):
            self.under("deepest_nesting", SMALL, "drop_nesting", "drop_malformed",
                       "stream_drop_malformed")
        self.check_whole()

    def test_bombs(self):
        """What packs well takes what it is worth unpacked, up to the bounds."""
        with self.slowly(LARGE):
            self.under("bombs", LARGE, "drop_budget", "stream_drop_limit", "stream_drop_malformed")
        self.assertEqual(self.cluster.strangers(), {"nobody"})  # one of them is a table, in order
        self.cluster.whole()

    def test_connections(self):
        tally = self.under("idle_connections", SMALL, *CROWDED_OUT, joins=True)
        self.assertGreaterEqual(tally.attempts, 10_000)
        self.check_whole()

    def test_mutations(self):
        """Nearly all mutations are found out by the checksum; the others may be claims."""
        self.under("mutated_packets", SMALL, "drop_crc", "drop_type", "drop_malformed")
        self.under("mutated_claims", SMALL, "drop_malformed", "drop_type")
        self.cluster.whole()

    def test_accusations(self):
        """Members may be thought dead while it lasts; they are back by themselves."""
        self.under("accusations", SMALL, "refutations", "drop_invalid_claim")
        self.check_whole()
        # Claims near the end of the numbers are not believed: so everybody can still answer.
        for node in self.cluster.ours:
            for name, row in node.members().items():
                self.assertLess(row["incarnation"], (1 << 32) - 1024, name)

    def test_rising_accusations(self):
        """Each is news, and is answered; none leaves anything behind."""
        self.under("rising_accusations", SMALL, "refutations")
        self.assertEqual(self.cluster.strangers(), {"nobody"})
        self.cluster.whole()

    def test_captures(self):
        """A name is gone for a moment, and its owner takes it back, in all views that had it."""
        self.under("captures", SMALL, "refutations")
        self.assertEqual(self.cluster.strangers(), set())
        self.cluster.at_home()

    def test_reflections(self):
        """A bystander gets what is asked for in its name, and of each datagram so much at most."""
        tally = self.under("reflections", SMALL, "drop_answers")
        self.assertGreater(tally.reflected, 0)
        self.assertLessEqual(tally.reflected, REFLECTED_MAX * tally.attempts)
        self.check_whole()

    def test_versions(self):
        """A member that understands nobody does not keep others apart."""
        self.under("poisons", SMALL, "push_pulls_failed", joins=True)
        self.assertEqual(self.cluster.strangers(), {"alien", "odd"})
        self.cluster.whole()

    def test_crowds(self):
        """Names of nobody get in, up to the bounds."""
        self.under("crowds", SMALL, "drop_members", "drop_source_members")
        self.assertNotEqual(self.cluster.strangers(), set())
        for node in self.cluster.ours:
            until(lambda n=node: self.cluster.names <= set(n.members()), "nobody real is missing",
                  node)


class EndOfNumbers(unittest.TestCase):
    """Somebody is buried at incarnation 2^32 - 1, and no larger number is left for an answer."""

    timings = {"profile": "lan", "gossip_to_the_dead": "3s", "push_pull_interval": "2s"}

    def start(self, kind, name, **more):
        node = kind.start(name, **self.timings, **more)
        self.addCleanup(node.close)
        return node

    def test_we_do_not_believe_it_and_memberlist_forgets_it(self):
        options = Hostile.options
        kind = Kind([options.command, "node"], labels=True, ours=True)
        accused, witness = (self.start(kind, name) for name in ("accused", "witness"))
        peer = self.start(Kind([options.peer], labels=False), "peer")
        for node in (witness, peer):
            self.assertEqual(node.join(accused)["contacted"], 1)
        for node in (accused, witness, peer):
            until(lambda n=node: len(n.members()) == 3, f"{node.name} sees all", node)
        marks = {node: node.mark() for node in (accused, witness, peer)}
        claim = lies.message(lies.DEAD, Incarnation=(1 << 32) - 1, Node="accused", From="nobody")
        with socket.socket(type=socket.SOCK_DGRAM) as attacker:
            for node in (accused, witness, peer):
                host, port = node.addr.rsplit(":", 1)
                attacker.sendto(claim, (host, int(port)))
        buried = peer.wait(lambda line: line.get("kind") in ("dead", "leave") and
                           line.get("node") == "accused", "memberlist believes it", marks[peer])
        back = peer.wait_kind("join", since=marks[peer], node="accused", patience=60)
        print(f"memberlist had it dead for {back['t'] - buried['t']:.1f} s, with 3 s to the dead",
              flush=True)
        for node in (accused, witness):
            self.assertEqual(node.seen("dead", since=marks[node]), [])
            self.assertEqual(node.seen("refuted", since=marks[node]), [])
            self.assertEqual(node.members()["accused"]["state"], "alive")
            self.assertGreater(node.ask("stats", "stats")["drop_invalid_claim"], 0)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--command", required=True)
    parser.add_argument("--peer", required=True)
    parser.add_argument("--seconds", type=float, default=5)
    Hostile.options, rest = parser.parse_known_args()
    # Whoever lets 1024 streams in needs as many descriptors; children inherit this.
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 20000), hard))
    unittest.main(argv=[sys.argv[0], *rest], verbosity=2)


if __name__ == "__main__":
    main()
