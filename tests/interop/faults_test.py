"""Our node and real peers when something fails between them.

  faults_test.py --command gossipod --peer peer --transport asio --transport io_uring

Several transports are tried side by side, for the stories wait most of their time.
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
    parser.add_argument("--transport", action="append", choices=["auto", "asio", "io_uring"],
                        help="what our nodes run on; may be given several times")
    parser.add_argument("--workers", type=int, default=16, help="for each transport")
    parser.add_argument("--only", help="tests whose name contains this")
    options = parser.parse_args()

    peer = story.Kind([story.executable(options.peer)], labels=False)
    cases = []
    transports = 0
    for transport in options.transport or ["auto"]:
        argv = [story.executable(options.command), "node", "--transport", transport]
        why = story.refusal(argv, transport)
        if why:
            print(f"skipped, for this machine cannot: {why}")
            continue
        transports += 1
        ours = story.Kind(argv, labels=True, ours=True)
        cases += cases_of(ours, peer, transport, options.long)
    if not cases:
        return story.SKIPPED
    return runner.run(cases, transports * options.workers, options.only)


def cases_of(ours, peer, transport, long):
    kinds = {"ours_kind": ours, "peer_kind": peer}
    plain = [faults.Indirect, faults.Suspicion, splits.Split] + ([splits.LongSplit] if long else [])
    for case in plain:
        yield from story.variants(case, **{transport: kinds})
    yield from story.variants(faults.Restart, **{
        f"ours_{transport}": {**kinds, "back_kind": ours, "stays_kind": peer},
        f"theirs_{transport}": {**kinds, "back_kind": peer, "stays_kind": ours}})


if __name__ == "__main__":
    sys.exit(main())
