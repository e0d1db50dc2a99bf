"""What goes wrong, and what may come of it. Each story leaves the cluster as it found it, all
together and believed alive; but the last, which kills half of it.

A story returns who was removed though it was well and could be reached, and how long it took until
all agreed again, once the trouble was over.
"""

import time

from harness import PAUSE, RESUME, Missing, until

# How long each lasts: in every test run, and in a whole soak.
SECONDS = {"loss": (20, 120), "one_way": (15, 60), "split": (30, 90), "restarts": (0.3, 2),
           "slow": (15, 60), "flips": (15, 60)}
# Who is away for longer may be suspected, and for 5.2 s more be removed.
NOTICED = 3
# Until a suspicion that began in trouble is over: 31 s without anybody who confirms it.
SETTLE = (5, 35)


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

    def _trouble(self, name, begin, end, excused=lambda witness, about: False):
        marks = self.cluster.marks()
        begin()
        self._pass(self._seconds(name))
        end()
        healed = self.cluster.whole()
        self._pass(SETTLE[self.whole])
        healed += self.cluster.whole() if self.whole else 0
        return self.cluster.removals(marks, excused), healed

    def loss(self):
        """A quarter of all packets is lost, of streams as of datagrams."""
        return self._trouble("loss", lambda: self.network.lose(250), self.network.heal)

    def one_way(self):
        """Three hear no datagrams at all, but are heard; streams pass."""
        return self._trouble("one_way", lambda: self.network.deafen((2, 7, 11)), self.network.heal)

    def split(self):
        """In two halves, for longer than the dead are remembered."""
        half = self.members // 2
        left, right = range(half), range(half, self.members)
        marks = self.cluster.marks()
        self.network.split(left, right)
        start = time.monotonic()
        names = {True: {f"member-{n:02}" for n in left}, False: {f"member-{n:02}" for n in right}}
        for node in self.cluster.running():
            mine = names[node.number < half]
            until(lambda n=node, m=mine: {name for name, row in n.members().items()
                                          if row["state"] in ("alive", "suspect")} == m,
                  f"{node.name} has lost the others", node, patience=120, pause=0.5)
        self._pass(self._seconds("split") - (time.monotonic() - start))
        self.network.heal()
        healed = self._gather()
        return self.cluster.removals(marks, lambda a, b: (a < half) != (b < half)), healed

    def _gather(self):
        """By itself, if any of ours are there; memberlist alone has to be told."""
        if self.cluster.whose != "theirs":
            return self.cluster.whole()
        try:
            return self.cluster.whole(patience=60)
        except Missing:
            self.cluster.join(self.members - 1)
            self.cluster.whole()
            return None

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
        healed = self.cluster.whole(metas)
        return self.cluster.removals(marks, lambda witness, about: about in away), healed

    def pauses(self):
        """One is stopped for 20 s, two others for 3 s: it is removed, and back by itself; they are
        not removed at all."""
        marks = self.cluster.marks()
        start = time.monotonic()
        nodes = self.cluster.nodes
        nodes[5].signal(PAUSE)
        for short in (3, 8):
            nodes[short].signal(PAUSE)
            self._pass(3)
            nodes[short].signal(RESUME)
        for node, mark in list(marks.items()):
            if node.number != 5:
                node.wait(lambda line: line.get("kind") in ("dead", "leave")
                          and line.get("node") == "member-05",
                          "the stopped one is removed", mark, patience=60)
        self._pass(max(0, 20 - (time.monotonic() - start)))
        nodes[5].signal(RESUME)
        healed = self.cluster.whole()
        return self.cluster.removals(marks, lambda witness, about: about == 5), healed

    def half(self):
        """Half of all are killed at once."""
        marks = self.cluster.marks()
        killed = set(range(0, self.members, 4)) | set(range(1, self.members, 4))
        for number in killed:
            self.cluster.kill(number)
        marks = {node: mark for node, mark in marks.items() if node.number not in killed}
        healed = self.cluster.whole()
        return self.cluster.removals(marks, lambda witness, about: about in killed), healed

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
        """In one of 20 datagrams one bit is wrong; all are sealed."""
        return self._relayed("flips", flip=50)


DIRECT = ("loss", "one_way", "split", "restarts", "pauses", "half")
RELAYED = ("slow", "flips")
