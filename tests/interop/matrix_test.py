"""All combinations, two by two, of how our node and a Go peer may speak with each other.

  matrix_test.py --ours ours --peer peer
"""

import argparse
import sys

import matrix
import runner
import story


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--ours", required=True, help="our node with a delegate")
    parser.add_argument("--peer", required=True, help="the Go peer")
    parser.add_argument("--peer-labels", action="store_true", help="its memberlist knows labels")
    story.add_transport(parser)
    parser.add_argument("--workers", type=int, default=16)
    parser.add_argument("--only", help="tests whose name contains this")
    options = parser.parse_args()
    argv = story.on_transport([story.executable(options.ours)], options.transport)
    ours = story.Kind(argv, labels=True, ours=True)
    peer = story.Kind([story.executable(options.peer)], labels=options.peer_labels)
    return runner.run(matrix.cases(ours, peer, options.peer_labels), options.workers, options.only)


if __name__ == "__main__":
    sys.exit(main())
