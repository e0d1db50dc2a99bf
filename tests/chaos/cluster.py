"""Twenty members, each in a namespace of its own, and what they believe of one another."""

import time

import story
from harness import Missing, until

PORT = 7946
LOSSES = ("dead", "leave")


class Cluster:
    """`whose` is "ours", "mixed" or "theirs"; mixed: every other one is ours."""

    def __init__(self, network, whose, options, stack, relayed=False, **settings):
        self.network = network
        self.whose = whose
        self.options = options
        self.relayed = relayed
        self.settings = settings
        self.stack = stack
        self.nodes = {}  # by number; who was killed is not in it
        for number in range(network.members):
            self.start(number)
            if number:
                self.join(number)

    def is_ours(self, number):
        return self.whose == "ours" or (self.whose == "mixed" and number % 2 == 0)

    def start(self, number, meta="first"):
        ours = self.is_ours(number)
        program = [self.options.command, "node"] if ours else [self.options.peer]
        kind = story.Kind([*self.network.inside(number), *program], labels=ours, ours=ours)
        address = (self.network.relayed_address if self.relayed else self.network.address)(number)
        settings = dict(self.settings)
        if ours:
            settings.update(self.options.our_settings)
        node = kind.start(f"member-{number:02}", bind=f"{address}:{PORT}", profile="lan",
                          meta=meta, gossip_to_the_dead=f"{self.options.dead_seconds}s",
                          **settings)
        node.number = number
        self.stack.callback(node.close)
        self.nodes[number] = node
        return node

    def join(self, number):
        others = [node for other, node in sorted(self.nodes.items()) if other != number]
        answer = self.nodes[number].join(others[0])
        if answer["contacted"] != 1:
            raise Missing(f"{answer}\n{self.nodes[number].story()}")

    def kill(self, number):
        self.nodes.pop(number).kill()

    def running(self):
        return list(self.nodes.values())

    # --- What they believe

    def whole(self, meta=None):
        """Waits until all agree on who is there, and on their metadata; how long that took."""
        start = time.monotonic()
        patience = self.options.patience
        names = {node.name for node in self.running()}

        def agrees(node):
            alive = {name: row for name, row in node.members().items() if row["state"] == "alive"}
            return set(alive) == names and all(
                alive[name].get("meta") == text for name, text in (meta or {}).items())
        for node in self.running():
            until(lambda n=node: agrees(n), f"{node.name} sees everybody, and nobody else", node,
                  patience=max(1, patience - (time.monotonic() - start)), pause=0.3)
        return time.monotonic() - start

    def forgotten(self, others, what, patience):
        """Waits until nobody has a record of those whom `others(number)` names, not even as dead.
        All are asked again each time: who has one could tell who has not."""
        until(lambda: all(others(node.number).isdisjoint(story.remembered(node))
                          for node in self.running()),
              what, *self.running(), patience=patience, pause=0.5)

    def marks(self):
        return {node: node.mark() for node in self.running()}

    def removals(self, marks, excused=lambda line, witness, about: False):
        """Who was taken for dead or gone by whom since then: lines with their witness."""
        found = []
        for node, mark in marks.items():
            for kind in LOSSES:
                for line in node.seen(kind, since=mark):
                    about = int(line["node"].rsplit("-", 1)[1])
                    if not excused(line, node.number, about):
                        found.append({**line, "witness": node.name, "ours": node.ours})
        return found

    def blamed_on_us(self, removals):
        """Those that one of ours decided, and did not merely hear of."""
        ours = {f"member-{number:02}" for number in range(self.network.members)
                if self.is_ours(number)}
        return [line for line in removals if line["ours"] and line.get("by") in ours]
