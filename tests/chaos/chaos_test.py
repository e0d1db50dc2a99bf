"""Bad networks and bad machines on real sockets: troubles.py says what happens, sandbox.py where.

  chaos_test.py --whose ours|mixed|theirs --command gossipod --peer peer [--whole]
                [--only STORY] [--figures FILE]

ours: all members are ours. mixed: every other one, the others are memberlist's. theirs: all are
memberlist's, for comparison only: nothing is demanded of them. Prints for each story who was
removed though it was well, and how long it took until all agreed again. Exit code 77: not possible
here.
"""

import argparse
import contextlib
import json
import os
import signal
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "interop"))

import sandbox  # noqa: E402
import story  # noqa: E402
from cluster import Cluster  # noqa: E402
from harness import Missing  # noqa: E402
from network import Network  # noqa: E402
from troubles import DIRECT, RELAYED, Stories  # noqa: E402


def judge(whose, name, removals, blamed, healed):
    """What is wrong with that, or nothing."""
    if whose == "theirs":
        return None
    if healed is None:
        return f"{name}: did not heal by itself"
    # Of a mixed cluster we answer for what our members decided; memberlist's decide for themselves.
    wrong = removals if whose == "ours" else blamed
    if wrong:
        return f"{name}: {len(wrong)} were removed though they were well: {wrong[:5]}"
    return None


def tell(cluster, names, options):
    wrong = []
    stories = Stories(cluster, options.whole)
    for name in names:
        if options.only and name not in options.only:
            continue
        start = time.monotonic()
        removals, healed = getattr(stories, name)()
        blamed = cluster.blamed_on_us(removals)
        took = time.monotonic() - start
        agreed = "never by itself" if healed is None else f"{healed:.1f} s"
        print(f"{cluster.whose:6} {name:9} removed though well {len(removals):3}, by ours "
              f"{len(blamed):3}; all agreed after {agreed}; {took:.0f} s in all", flush=True)
        if options.figures:
            with open(options.figures, "a") as figures:
                figures.write(json.dumps({
                    "whose": cluster.whose, "story": name, "removed": len(removals),
                    "by_ours": len(blamed), "healed": healed, "seconds": took}) + "\n")
        problem = judge(cluster.whose, name, removals, blamed, healed)
        if problem:
            wrong.append(problem)
    return wrong


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--whose", choices=("ours", "mixed", "theirs"), required=True)
    parser.add_argument("--command", required=True, help="our command")
    parser.add_argument("--peer", required=True, help="the Go peer")
    parser.add_argument("--members", type=int, default=20)
    parser.add_argument("--whole", action="store_true", help="as long as in a soak")
    parser.add_argument("--figures", help="append the figures of each story to this file, as JSON")
    parser.add_argument("--only", nargs="*", choices=DIRECT + RELAYED, help="these stories")
    options = parser.parse_args()
    sandbox.enter()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    options.command = os.path.abspath(story.executable(options.command))
    if options.whose != "ours":
        options.peer = os.path.abspath(story.executable(options.peer))
    # Shortened: the dead are forgotten, and asked for, sooner. Whole: as everybody has it.
    options.dead_seconds = 30 if options.whole else 10
    options.our_settings = {} if options.whole else {"reconnect_interval": "5s"}
    wrong = []
    try:
        network = Network(options.members)
        for names, relayed, settings in ((DIRECT, False, {}), (RELAYED, True, {"key": story.KEY})):
            if options.only and not set(options.only) & set(names):
                continue
            with contextlib.ExitStack() as stack:
                if relayed:
                    stack.callback(network.stop_relay)
                    network.start_relay()
                cluster = Cluster(network, options.whose, options, stack, relayed, **settings)
                cluster.whole()
                wrong += tell(cluster, names, options)
    except Missing as missing:
        print(missing, file=sys.stderr)
        return 1
    for problem in wrong:
        print(problem, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
