"""Our node and real peers when something fails between them.

  faults_test.py --command gossipod --peer peer
"""

import argparse
import sys

import faults
import runner
import splits
import story


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--command", required=True, help="our command")
    parser.add_argument("--peer", required=True, help="the Go peer")
    parser.add_argument("--long", action="store_true", help="a split as long as in real life, too")
    parser.add_argument("--workers", type=int, default=16)
    parser.add_argument("--only", help="tests whose name contains this")
    options = parser.parse_args()

    ours = story.Kind([story.executable(options.command), "node"], labels=True, ours=True)
    peer = story.Kind([story.executable(options.peer)], labels=False)
    kinds = {"ours_kind": ours, "peer_kind": peer}
    cases = []
    for case in (faults.Indirect, faults.Suspicion, splits.Split):
        cases += story.variants(case, plain=kinds)
    cases += story.variants(faults.Restart,
                            ours={**kinds, "back_kind": ours, "stays_kind": peer},
                            theirs={**kinds, "back_kind": peer, "stays_kind": ours})
    if options.long:
        cases += story.variants(splits.LongSplit, plain=kinds)
    return runner.run(cases, options.workers, options.only)


if __name__ == "__main__":
    sys.exit(main())
