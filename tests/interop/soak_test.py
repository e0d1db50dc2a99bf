"""Thirty members, half ours and half memberlist's, for minutes: nobody may be lost. Then some are
killed at once: everybody must notice.

  soak_test.py --command gossipod --peer peer --members 30 --seconds 300 --killed 5

Prints what it measured, one figure a line, and ends with 1 at the first thing that goes wrong.
"""

import argparse
import contextlib
import os
import random
import signal
import statistics
import sys
import time

import story
from harness import Missing, until

PATIENCE = 300  # seconds, for what gossip, or a comparison every half minute, settles at last
LOSSES = ("dead", "leave")


def figure(what, value):
    print(f"{what:48} {value}", flush=True)


def spread(values):
    values = sorted(values)
    return (f"{values[0]:.1f} first, {statistics.median(values):.1f} median, "
            f"{values[-1]:.1f} last")


def memory(node):
    """MiB in core."""
    with open(f"/proc/{node.pid()}/status") as status:
        line = next(line for line in status if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def processor(node):
    """Seconds used."""
    with open(f"/proc/{node.pid()}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Soak:
    def __init__(self, options, stack):
        self.options = options
        self.dice = random.Random(options.seed)
        self.nodes = []
        ours = story.Kind([story.executable(options.command), "node"], labels=True, ours=True)
        peer = story.Kind([story.executable(options.peer)], labels=False)
        for number in range(options.members):
            node = (peer if number % 2 else ours).start(
                f"member-{number:02}", profile="lan", key=story.KEY, meta=f"number {number}")
            stack.callback(node.close)
            self.nodes.append(node)

    def halves(self, nodes):
        return (("ours", [node for node in nodes if node.ours]),
                ("memberlist's", [node for node in nodes if not node.ours]))

    def check(self, true, what):
        if not true:
            raise Missing(what)

    def alive(self, witness):
        return {name for name, row in witness.members().items() if row["state"] == "alive"}

    def whole(self, nodes, patience=PATIENCE):
        names = {node.name for node in nodes}
        for node in nodes:
            until(lambda n=node: self.alive(n) == names, f"{node.name} sees exactly the others",
                  node, patience=patience, pause=0.5)

    def gather(self):
        start = time.monotonic()
        for number, node in enumerate(self.nodes[1:], 1):
            seed = self.nodes[self.dice.randrange(number)]
            self.check(node.join(seed)["contacted"] == 1, node.story())
        figure("joining one after another, seconds", f"{time.monotonic() - start:.1f}")
        self.whole(self.nodes)
        figure("until all saw all, seconds", f"{time.monotonic() - start:.1f}")

    def live(self):
        """Something changes all the time; nobody may be lost meanwhile."""
        marks = {node: node.mark() for node in self.nodes}
        used = {node: processor(node) for node in self.nodes}
        start = time.monotonic()
        said, newest = [], {}
        while time.monotonic() - start < self.options.seconds:
            speaker = self.dice.choice(self.nodes)
            if len(said) % 4 == 3:
                newest[speaker.name] = f"changed {len(said)} times"
                speaker.write("meta " + newest[speaker.name])
            text = f"word {len(said)}"
            self.check(speaker.ask("broadcast " + text, "sent")["error"] is None, speaker.story())
            said.append((speaker, text))
            time.sleep(1)
            for node in self.nodes:
                self.check(node.running(), f"{node.name} ended\n{node.story()}")
                for kind in LOSSES:
                    lost = node.seen(kind, since=marks[node])
                    self.check(not lost, f"{node.name} lost somebody: {lost}\n{node.story()}")
        for name, meta in newest.items():
            for node in self.nodes:
                until(lambda n=node, m=name, text=meta: n.members()[m]["meta"] == text,
                      f"{node.name} knows the newest metadata of {name}", node, patience=PATIENCE)
        self.whole(self.nodes)
        seconds = time.monotonic() - start
        figure("together, seconds", f"{seconds:.0f}")
        figure("members lost", 0)
        self.report(marks, used, seconds, said)

    def report(self, marks, used, seconds, said):
        for whose, nodes in self.halves(self.nodes):
            figure(f"memory of {whose}, MiB, median and most",
                   f"{statistics.median(map(memory, nodes)):.1f}, {max(map(memory, nodes)):.1f}")
            times = [1000 * (processor(node) - used[node]) / seconds for node in nodes]
            figure(f"processor time of {whose}, ms each second, median",
                   f"{statistics.median(times):.1f}")
            for author in ("ours", "memberlist's"):
                due = [(node, text) for node in nodes for speaker, text in said
                       if speaker is not node and speaker.ours == (author == "ours")]
                heard = sum(1 for node, text in due if node.seen("message", data=text))
                figure(f"broadcasts of {author}, heard by {whose}", f"{heard} of {len(due)}")
        ours = self.halves(self.nodes)[0][1]
        figure("suspicions that ours heard of", sum(len(node.seen("suspect", since=marks[node]))
                                                  for node in ours))
        stats = [node.ask("stats", "stats") for node in ours]
        for name in ("probes", "probes_failed", "probe_fallbacks", "refutations", "late_turns",
                     "push_pulls", "push_pulls_failed", "packets_sent", "packets_received"):
            figure(f"{name} of ours, all together", sum(each[name] for each in stats))
        drops = {name: count for name in stats[0] if name.startswith(("drop_", "stream_drop_"))
                 if (count := sum(each[name] for each in stats))}
        figure("drops of ours", drops or "none")

    def kill(self):
        killed = self.dice.sample(self.nodes, self.options.killed)
        rest = [node for node in self.nodes if node not in killed]
        start = time.time()
        for node in killed:
            node.kill()
        for whose, nodes in self.halves(rest):
            after = [node.wait_kind("dead", node=other.name, patience=PATIENCE)["t"] - start
                     for node in nodes for other in killed]
            figure(f"killed, until dead to {whose}, seconds", spread(after))
        self.whole(rest)
        for node in rest:
            wrong = {line["node"] for kind in LOSSES for line in node.seen(kind)}
            self.check(wrong == {other.name for other in killed}, f"{node.name} lost {wrong}")
        figure("killed, and gone everywhere", ", ".join(
            f"{len(nodes)} {whose}" for whose, nodes in self.halves(killed)))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--command", required=True, help="our command")
    parser.add_argument("--peer", required=True, help="the Go peer")
    parser.add_argument("--members", type=int, default=30)
    parser.add_argument("--seconds", type=int, default=300)
    parser.add_argument("--killed", type=int, default=5)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the members end as well
    figure("members", f"{options.members}, every other one ours")
    figure("seed of the dice", options.seed)
    with contextlib.ExitStack() as stack:
        try:
            soak = Soak(options, stack)
            soak.gather()
            soak.live()
            soak.kill()
        except Missing as missing:
            print(missing, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
