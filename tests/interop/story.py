"""What stories of several members share: how to start them, and how to ask what they believe."""

import json
import os
import subprocess
import unittest

from harness import PATIENCE, Node, steady_port, until

KEY = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
OTHER_KEY = "ff" * 32
LOOPBACK = "127.0.0.1:0"
SKIPPED = 77  # the exit code that ctest counts as such
LOOPBACK6 = "[::1]:0"


class Kind:
    """How to start a node of one implementation."""

    def __init__(self, argv, labels, ours=False):
        self.argv = argv
        self.labels = labels
        self.ours = ours

    def start(self, name, bind=LOOPBACK, profile="local", **options):
        """Options as on the command line: True is a flag, a list is an option given repeatedly."""
        argv = self.argv + ["--json", "--name", name, "--bind", bind, "--profile", profile]
        for option, value in options.items():
            word = "--" + option.replace("_", "-")
            for each in value if isinstance(value, list) else [value]:
                argv += [word] if each is True else [word, str(each)]
        node = Node(argv, name)
        node.ours = self.ours
        return node

    def has_option(self, option):
        answer = subprocess.run([*self.argv, "--help"], capture_output=True, text=True,
                                stdin=subprocess.DEVNULL, timeout=PATIENCE, check=False)
        return option in answer.stdout + answer.stderr


def remembered(witness):
    """Names of all it has not forgotten, those that are gone too. Ours lists these as members;
    memberlist's does not, so the peer looks into its table."""
    if witness.ours:
        return sorted(witness.members())
    return sorted(row["name"] for row in witness.ask("table", "table")["list"])


class Story(unittest.TestCase):
    """What all stories share. The kinds and the key are set by whoever runs them."""

    seed_kind = None
    joiner_kind = None
    options = {}  # for both nodes: a key, another family of addresses

    def start(self, kind, name, **more):
        node = kind.start(name, **{**self.options, **more})
        self.addCleanup(node.close)
        return node

    def joined_pair(self, steady=False, **more):
        def bind():  # on ports that can be had again, or any
            return {"bind": f"127.0.0.1:{steady_port()}"} if steady else {}
        seed = self.start(self.seed_kind, "seed", meta="first", **more, **bind())
        joiner = self.start(self.joiner_kind, "joiner", meta="second", **more, **bind())
        answer = joiner.join(seed)
        self.assertEqual((answer["contacted"], answer["error"]), (1, None), joiner.story())
        self.both_see_each_other(seed, joiner)
        return seed, joiner

    def both_see_each_other(self, *nodes, patience=PATIENCE):
        for node in nodes:
            for other in nodes:
                if node is not other:
                    node.wait_kind("join", node=other.name, addr=other.addr, patience=patience)

    def state(self, witness, other):
        """What one believes of the other; None if it does not list it."""
        return witness.members().get(other.name, {}).get("state")

    def gone(self, witness, other):
        return self.state(witness, other) in (None, "dead", "left")

    def sees_only_itself(self, node):
        return list(node.members()) == [node.name]

    def hears(self, speaker, listener, command, text):
        """Datagrams may get lost, so a best-effort message is said again until it is heard."""
        def heard():
            answer = speaker.ask(command, "sent")
            self.assertIsNone(answer["error"], speaker.story())
            try:
                listener.wait_kind("message", patience=2, data=text)
                return True
            except AssertionError:
                return False
        until(heard, f"{listener.name} hears {text!r}", speaker, listener, pause=0)

    def check_counted(self, node, *counters):
        """That our node counted a stranger. memberlist keeps no such count; its log tells."""
        stats = node.ask("stats", "stats")
        self.assertGreater(sum(stats[name] for name in counters), 0, stats)
        self.assertEqual(stats["members_alive"], 1)

    def incarnation(self, witness, other):
        return witness.members()[other.name]["incarnation"]

    def check_refuted(self, accused, accuser, since=0):
        """By its own account; memberlist's is its log."""
        if accused.ours:
            accused.wait_kind("refuted", since=since, by=accuser.name)
        else:
            until(lambda: f"Refuting a suspect message (from: {accuser.name})" in accused.stderr(),
                  f"{accused.name} refutes what {accuser.name} says", accused, accuser)


def variants(case, **named):
    """Classes of `case`, one for each set of attributes; `options` add to those of the case."""
    for suffix, attributes in named.items():
        more = {**case.options, **attributes.get("options", {})}
        yield type(f"{case.__name__}_{suffix}", (case,), {**attributes, "options": more})


def add_transport(parser):
    parser.add_argument("--transport", default="auto", choices=["auto", "asio", "io_uring"],
                        help="what our nodes run on")


def on_transport(argv, transport):
    """The command line of our node on that transport. Where the machine does not let it run, that
    is said, and the whole run counts as skipped.
    """
    argv = [*argv, "--transport", transport]
    why = refusal(argv, transport)
    if why:
        print(f"skipped, for this machine cannot: {why}")
        raise SystemExit(SKIPPED)
    return argv


def refusal(argv, transport):
    """Why our node does not run on the transport that is asked for; nothing if it does."""
    probe = subprocess.run(
        [*argv, "--json", "--name", "probe", "--bind", LOOPBACK], input="stats\nquit\n",
        capture_output=True, text=True, timeout=PATIENCE, check=False)
    if probe.returncode != 0 and transport in probe.stderr:
        return probe.stderr.strip()
    bodies = [json.loads(line).get("body") for line in probe.stdout.splitlines()
              if '"kind":"stats"' in line]
    if len(bodies) != 1 or transport not in ("auto", bodies[0]):
        raise SystemExit(f"{argv} runs on {bodies}: {probe.stderr.strip()}")
    return ""


def executable(path):
    if not os.access(path, os.X_OK):
        raise SystemExit(f"{path}: not there or not executable; tools/deps.sh lists the packages")
    return path
