"""Our node and a Go peer on memberlist, each in both roles.

  memberlist_test.py --command gossipod --peer peer --seed peer --joiner ours
"""

import argparse
import sys

import runner
import stories
import story


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--command", help="our command")
    parser.add_argument("--peer", help="the Go peer")
    parser.add_argument("--peer-labels", action="store_true", help="its memberlist knows labels")
    parser.add_argument("--seed", choices=["ours", "peer"], required=True)
    parser.add_argument("--joiner", choices=["ours", "peer"], required=True)
    story.add_transport(parser)
    parser.add_argument("--workers", type=int, default=12)
    parser.add_argument("--only", help="tests whose name contains this")
    options = parser.parse_args()

    def kind(which):
        if which == "ours":
            argv = [story.executable(options.command), "node"]
            return story.Kind(story.on_transport(argv, options.transport), labels=True, ours=True)
        return story.Kind([story.executable(options.peer)], labels=options.peer_labels)

    cases = stories.cases(kind(options.seed), kind(options.joiner))
    return runner.run(cases, options.workers, options.only)


if __name__ == "__main__":
    sys.exit(main())
