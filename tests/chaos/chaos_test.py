"""Bad networks and bad machines on real sockets: troubles.py says what happens, sandbox.py where.

  chaos_test.py --whose ours|mixed|theirs --command gossipod --peer peer [--whole]
                [--only STORY] [--figures FILE]

ours: all members are ours. mixed: every other one, the others are memberlist's. theirs: all are
memberlist's, for comparison only: nothing is demanded of them. Prints for each story how many were
removed though they were well, and how long it took until all agreed again and in all. Exit code 77:
the kernel does not permit it here.
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
from troubles import DIRECT, RELAYED, Stories, Told  # noqa: E402


def judge(whose, name, told, blamed):
    """What is wrong with that, or nothing."""
    if whose == "theirs":
        return None
    if told.healed is None:
        return f"{name}: {told.why.splitlines()[0]}"
    # Of a mixed cluster we answer for what our members decided; memberlist's decide for themselves.
    wrong = told.removals if whose == "ours" else blamed
    if wrong:
        return f"{name}: {len(wrong)} were removed though they were well: {wrong[:5]}"
    return None


def tell(cluster, name, options):
    """Tells one, and how it ended; whether that is right, and whether all are together again."""
    start = time.monotonic()
    try:
        told = getattr(Stories(cluster, options.whole), name)()
    except (Missing, BrokenPipeError) as missing:  # the latter: a node that is asked has ended
        told = Told([], None, str(missing))
    blamed = cluster.blamed_on_us(told.removals)
    took = time.monotonic() - start
    agreed = (f"not as it must be: {told.why.splitlines()[0]}" if told.healed is None
              else f"all agreed after {told.healed:.1f} s")
    print(f"{cluster.whose:6} {name:9} removed though well {len(told.removals):3}, by ours "
          f"{len(blamed):3}; {agreed}; {took:.0f} s in all", flush=True)
    if options.figures:
        with open(options.figures, "a") as figures:
            figures.write(json.dumps({
                "whose": cluster.whose, "story": name, "removed": len(told.removals),
                "by_ours": len(blamed), "healed": told.healed, "seconds": took}) + "\n")
    problem = judge(cluster.whose, name, told, blamed)
    if told.why:
        print(told.why, file=sys.stderr, flush=True)
    if problem:
        print(problem, file=sys.stderr, flush=True)
    return problem is None, told.healed is not None


def tell_all(network, names, options, relayed, settings):
    """One after another, with one cluster, or with a fresh one after it came apart for good;
    whether they ended as they should."""
    all_right = True
    names = list(names)
    while names:
        with contextlib.ExitStack() as stack:
            if relayed:
                stack.callback(network.stop_relay)
                network.start_relay()
            cluster = Cluster(network, options.whose, options, stack, relayed, **settings)
            cluster.whole()
            together = True
            while names and together:
                right, together = tell(cluster, names.pop(0), options)
                all_right = all_right and right
        network.heal()
    return all_right


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
    # Until all agree again: push-pulls, and in a whole soak reconnects, come every half minute.
    options.patience = 180 if options.whole else 75
    # Shortened: the dead are forgotten, and asked for, sooner. Whole: as everybody has it.
    options.dead_seconds = 30 if options.whole else 10
    options.our_settings = {} if options.whole else {"reconnect_interval": "5s"}
    start = time.monotonic()
    all_right = True
    try:
        network = Network(options.members)
        for names, relayed, settings in ((DIRECT, False, {}), (RELAYED, True, {"key": story.KEY})):
            names = [name for name in names if not options.only or name in options.only]
            all_right = tell_all(network, names, options, relayed, settings) and all_right
    except Missing as missing:
        print(missing, file=sys.stderr)
        return 1
    print(f"{options.whose:6} all stories {time.monotonic() - start:.0f} s", flush=True)
    return 0 if all_right else 1


if __name__ == "__main__":
    sys.exit(main())
