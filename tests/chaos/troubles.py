"""What goes wrong, and what may come of it. Each story leaves the cluster as it found it, all
together and believed alive; but the last, which kills half of it.

A story tells who was removed though it was well and could be reached, and how long it took until
all agreed again, once the trouble was over. It raises Missing when something else did not come to
pass that had to.
"""

import dataclasses
import time

from cluster import LOSSES
from harness import PAUSE, RESUME, Missing

# How long each lasts: in every test run, and in a whole soak. A split lasts in any case until all
# is forgotten.
SECONDS = {"loss": (20, 120), "one_way": (10, 60), "split": (0, 90), "restarts": (0.3, 2),
           "slow": (10, 60), "flips": (10, 60)}
FORGOTTEN = 120  # seconds: far beyond a suspicion, the time that the dead are kept, and a round
LONG_PAUSE = 20
SHORT_PAUSE = 3
# Who is away for longer may be suspected, and for 5.2 s more be removed.
NOTICED = 3
# Until a suspicion that began in trouble is over: 31 s without anybody who confirms it.
SETTLE = (5, 35)


@dataclasses.dataclass
class Told:
    removals: list
    healed: float | None  # seconds; None: not by itself, and `why` says who did not agree
    why: str = ""


class Stories:
    def __init__(self, cluster, whole):
        self.cluster = cluster
        self.network = cluster.network
        self.whole = whole
        self.members = cluster.network.members

    def _seconds(self, name):
        return SECONDS[name][1 if self.whole else 0]

    def _pass(self, seconds):
        """Time passes, and nobody ends by himself meanwhile."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for node in self.cluster.running():
                if not node.running():
                    raise Missing(f"{node.name} ended\n{node.story()}")
            time.sleep(min(1, max(0, end - time.monotonic())))

    def _trouble(self, name, begin, end):
        marks = self.cluster.marks()
        begin()
        self._pass(self._seconds(name))
        end()
        return self._ended(marks, settle=SETTLE[self.whole])

    def _ended(self, marks, excused=lambda line, witness, about: False, settle=0, **waits):
        why = ""
        try:
            healed = self.cluster.whole(**waits)
            self._pass(settle)
            healed += self.cluster.whole() if settle else 0
        except Missing as missing:
            healed, why = None, str(missing)
        return Told(self.cluster.removals(marks, excused), healed, why)

    def loss(self):
        """A quarter of all packets is lost, of streams as of datagrams."""
        return self._trouble("loss", lambda: self.network.lose(250), self.network.heal)

    def one_way(self):
        """Three hear no datagrams at all, but are heard; streams pass."""
        return self._trouble("one_way", lambda: self.network.deafen((2, 7, 11)), self.network.heal)

    def split(self):
        """In two halves, for longer than the dead are remembered: nobody has a record of anybody of
        the other half when it ends."""
        half = self.members // 2
        left, right = range(half), range(half, self.members)
        names = {True: {f"member-{n:02}" for n in left}, False: {f"member-{n:02}" for n in right}}
        marks = self.cluster.marks()
        self.network.split(left, right)
        start = time.monotonic()
        self._pass(self._seconds("split"))
        self.cluster.forgotten(lambda number: names[number >= half], "the other half is forgotten",
                               patience=max(1, FORGOTTEN - (time.monotonic() - start)))
        over = time.time()
        self.network.heal()
        # Without a row there is no suspicion: nobody has anything left to say that comes later.
        return self._ended(marks, lambda line, witness, about: line["t"] <= over and (
            witness < half) != (about < half))

    def restarts(self):
        """Everybody, one after another, with new metadata, before anybody notices."""
        marks = self.cluster.marks()
        metas = {}
        away = set()  # too long for the others not to notice: a machine that has no time for us
        for number in range(self.members):
            node = self.cluster.nodes[number]
            metas[node.name] = f"version 2 of {number}"
            start = time.monotonic()
            self.cluster.kill(number)
            marks.pop(node)
            again = self.cluster.start(number, meta=metas[node.name])
            marks[again] = 0
            self.cluster.join(number)
            if time.monotonic() - start > NOTICED:
                away.add(number)
            self._pass(self._seconds("restarts"))
        return self._ended(marks, lambda line, witness, about: about in away, meta=metas)

    def pauses(self):
        """Two are stopped for 20 s, two others for 3 s; one of each kind if there are two. Those
        are removed by everybody before they wake up, and back by themselves; these are not."""
        stopped, shortly = (5, 6), (3, 8)
        marks = self.cluster.marks()
        nodes = self.cluster.nodes
        end = time.monotonic() + LONG_PAUSE
        for number in stopped:
            nodes[number].signal(PAUSE)
        for number in shortly:
            nodes[number].signal(PAUSE)
            self._pass(SHORT_PAUSE)
            nodes[number].signal(RESUME)
        for node, mark in marks.items():
            for number in stopped:
                if node.number not in stopped:
                    node.wait(lambda line, name=nodes[number].name: line.get("kind") in LOSSES
                              and line.get("node") == name, f"{nodes[number].name} is removed",
                              mark, patience=max(0, end - time.monotonic()))
        self._pass(end - time.monotonic())
        over = time.time()
        for number in stopped:
            nodes[number].signal(RESUME)
        # They themselves hear of one another's removal when they are awake again.
        return self._ended(marks, lambda line, witness, about: about in stopped
                           and (line["t"] <= over or witness in stopped))

    def half(self):
        """Half of all are killed at once."""
        marks = self.cluster.marks()
        killed = set(range(0, self.members, 4)) | set(range(1, self.members, 4))
        for number in killed:
            self.cluster.kill(number)
        marks = {node: mark for node, mark in marks.items() if node.number not in killed}
        return self._ended(marks, lambda line, witness, about: about in killed)

    # --- By way of the relay

    def _relayed(self, name, **weather):
        def begin():
            self.network.weather(**weather)

        def end():
            counts = self.network.weather()
            for what, count in (("twice", "twice"), ("flip", "flipped")):
                if what in weather and counts[count] == 0:
                    raise Missing(f"the relay did nothing: {counts}")
        return self._trouble(name, begin, end)

    def slow(self):
        """Every packet takes between 0 and 400 ms, so they overtake one another; a tenth of the
        datagrams comes twice."""
        return self._relayed("slow", delay_ms_most=400, twice=100)

    def flips(self):
        """In one of 20 datagrams one bit is wrong; all are sealed. Where memberlist's are, not in
        the first byte: it says whether there is padding, and the seal does not vouch for it. A
        wrong one has them take off what is not there, and die of that (security.go, pkcs7decode).
        """
        first = 0 if self.cluster.whose == "ours" else 1
        return self._relayed("flips", flip=50, flip_from=first)


DIRECT = ("loss", "one_way", "split", "restarts", "pauses", "half")
RELAYED = ("slow", "flips")
