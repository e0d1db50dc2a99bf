"""Our node among Serf agents.

  serf_test.py --command gossipod --serf serf

A Serf agent takes a member in if it names the delegate versions Serf does (2 to 5); it shows our
metadata as the tag `role`, and our leaving as a failure, because we announce no intent to leave.
"""

import argparse
import base64
import json
import subprocess
import sys
import tempfile
import unittest

import runner
import story
from harness import Process, always, steady_port, until

VERSIONS = "2:5:5"


class Agent(Process):
    def __init__(self, serf, name, key=None, addr=None):
        self.serf = serf
        self.name = name
        self.addr = addr or f"127.0.0.1:{steady_port()}"
        self.rpc = f"127.0.0.1:{steady_port()}"
        argv = [serf, "agent", f"-node={name}", f"-bind={self.addr}", f"-rpc-addr={self.rpc}",
                "-profile=local", "-log-level=debug", "-tag", "color=blue"]
        if key:
            argv.append("-encrypt=" + base64.b64encode(bytes.fromhex(key)).decode())
        # Only a file can say how often it asks for those who failed.
        with tempfile.NamedTemporaryFile("w", suffix=".json") as settings:
            json.dump({"reconnect_interval": "1s"}, settings)
            settings.flush()
            super().__init__([*argv, "-config-file=" + settings.name], name)
            self.await_start()

    def await_start(self):
        with self.closed_on_failure():
            self.wait(lambda line: "Log data will now stream" in line, "start")

    def run(self, command, *arguments):
        return subprocess.run([self.serf, command, f"-rpc-addr={self.rpc}", *arguments],
                              capture_output=True, text=True, timeout=30, check=False)

    def members(self):
        answer = self.run("members", "-format=json")
        rows = json.loads(answer.stdout)["members"] if answer.returncode == 0 else []
        return {row["name"]: row for row in rows}

    def status(self, name):
        return self.members().get(name, {}).get("status")


class SerfStory(unittest.TestCase):
    argv = None
    serf = None
    key = None

    def our_kind(self):
        return story.Kind(self.argv, labels=True, ours=True)

    def ours(self, name="ours", versions=VERSIONS, key="the agents'", **more):
        key = self.key if key == "the agents'" else key
        options = {"delegate_protocol": versions} if versions else {}
        if key:
            options["key"] = key
        node = self.our_kind().start(name, **options, **more)
        self.addCleanup(node.close)
        return node

    def agent(self, name="agent", addr=None):
        agent = Agent(self.serf, name, self.key, addr)
        self.addCleanup(agent.close)
        return agent

    def met(self, **more):
        """Our node and an agent that list each other as alive."""
        ours, agent = self.ours(meta="worker", **more), self.agent()
        answer = ours.join(agent)
        self.assertEqual((answer["contacted"], answer["error"]), (1, None), agent.story())
        self.check_alive(ours, agent)
        return ours, agent

    def check_alive(self, ours, agent):
        until(lambda: agent.status(ours.name) == "alive", f"{agent.name} lists us", ours, agent)
        row = agent.members()[ours.name]
        self.assertEqual(row["addr"], ours.addr)
        ours.wait_kind("join", node=agent.name, addr=agent.addr)
        self.assertEqual(ours.members()[agent.name]["state"], "alive")


class Meeting(SerfStory):
    def test_we_join_and_stay(self):
        ours, agent = self.met()
        row = agent.members()["ours"]
        self.assertEqual(row["tags"], {"role": "worker"})
        self.assertEqual(row["protocol"], {"min": 2, "max": 5, "version": 5})
        tags = ours.members()["agent"]
        self.assertIn(b"\xa5color\xa4blue".hex(), tags["meta_hex"])
        def well():
            return (agent.status("ours") == "alive" and not ours.seen("suspect")
                    and not ours.seen("refuted"))
        always(well, "alive on both sides", ours, agent, seconds=10)
        self.assertNotIn("uspect ours", agent.stderr() + "".join(agent.lines()))

    def test_the_agent_joins_us(self):
        ours, agent = self.ours(), self.agent()
        answer = agent.run("join", ours.addr)
        self.assertEqual(answer.returncode, 0, answer.stdout + answer.stderr)
        self.check_alive(ours, agent)

    def test_agents_meet_through_us(self):
        ours, first, second = self.ours(), self.agent("first"), self.agent("second")
        for agent in (first, second):
            answer = agent.run("join", ours.addr)
            self.assertEqual(answer.returncode, 0, answer.stdout + answer.stderr)
        for agent, other in ((first, second), (second, first)):
            until(lambda a=agent, o=other: a.status(o.name) == "alive",
                  f"{agent.name} lists {other.name}", ours, first, second)
            row = agent.members()[other.name]
            self.assertEqual((row["addr"], row["tags"]), (other.addr, {"color": "blue"}))

    def test_new_metadata_is_a_new_role(self):
        ours, agent = self.met()
        ours.write("meta boss")
        until(lambda: agent.members()["ours"]["tags"] == {"role": "boss"}, "the role", ours, agent)

    def test_new_tags_are_new_metadata(self):
        ours, agent = self.met()
        answer = agent.run("tags", "-set", "color=red")
        self.assertEqual(answer.returncode, 0, answer.stdout + answer.stderr)
        update = ours.wait_kind("update", node="agent")
        self.assertIn(b"\xa5color\xa3red".hex(), update["meta_hex"])

    def test_a_user_event_reaches_us_as_a_message(self):
        ours, agent = self.met()
        answer = agent.run("event", "deployed", "version-7")
        self.assertEqual(answer.returncode, 0, answer.stdout + answer.stderr)
        def is_event(line):
            shown = line.get("data", "") + bytes.fromhex(line.get("data_hex", "")).decode("latin1")
            return line.get("kind") == "message" and "deployed" in shown and "version-7" in shown
        message = ours.wait(is_event, "the event")
        self.assertEqual(message["from"], agent.addr)


class Parting(SerfStory):
    def test_we_are_killed(self):
        ours, agent = self.met()
        ours.kill()
        until(lambda: agent.status("ours") == "failed", "failed", ours, agent)

    def test_the_agent_is_killed(self):
        ours, agent = self.met()
        agent.kill()
        ours.wait_kind("suspect", node="agent")
        ours.wait_kind("dead", node="agent")

    def test_we_leave(self):
        # Who leaves a Serf cluster tells Serf as well, which we do not: it takes us for failed.
        ours, agent = self.met()
        ours.write("quit")
        self.assertEqual(ours.exit_code(), 0)
        until(lambda: agent.status("ours") == "failed", "failed", ours, agent)

    def test_the_agent_leaves(self):
        ours, agent = self.met()
        self.assertEqual(agent.run("leave").returncode, 0)
        ours.wait_kind("leave", node="agent")
        self.assertEqual(ours.seen("dead"), [])


class Returning(SerfStory):
    """Nobody joins again: who stayed asks for who failed."""

    def test_the_agent_asks_for_us(self):
        ours, agent = self.met(bind=f"127.0.0.1:{steady_port()}")
        ours.kill()
        until(lambda: agent.status("ours") == "failed", "failed", ours, agent)
        again = self.ours(meta="again", bind=ours.addr)
        until(lambda: agent.status("ours") == "alive", "alive again", again, agent, patience=120)
        until(lambda: agent.members()["ours"]["tags"] == {"role": "again"}, "role", again, agent)
        again.wait_kind("join", node="agent", addr=agent.addr)

    def test_we_ask_for_the_agent(self):
        often = {}  # else about every half minute
        if self.our_kind().has_option("--reconnect-interval"):
            often["reconnect_interval"] = "2s"
        ours, agent = self.met(**often)
        agent.kill()
        ours.wait_kind("dead", node="agent")
        since = ours.mark()
        again = self.agent(addr=agent.addr)
        ours.wait_kind("join", since=since, node="agent", patience=300)
        until(lambda: again.status("ours") == "alive", "alive", ours, again)


class Strangers(SerfStory):
    def refused(self, ours, agent, *counters):
        answer = ours.join(agent)
        self.assertEqual(answer["contacted"], 0, ours.story())
        self.assertNotEqual(agent.run("join", ours.addr).returncode, 0)
        always(lambda: list(agent.members()) == ["agent"] and list(ours.members()) == ["ours"],
               "each is alone", ours, agent, seconds=1.5)
        if counters:
            stats = ours.ask("stats", "stats")
            self.assertGreater(sum(stats[name] for name in counters), 0, stats)

    def test_without_delegate_versions(self):
        self.refused(self.ours(versions=None), self.agent())

    def test_with_another_key(self):
        self.refused(self.ours(key=story.OTHER_KEY), self.agent(), "stream_drop_unauthentic")

    def test_with_a_label_that_agents_do_not_have(self):
        self.refused(self.ours(label="blue"), self.agent(), "stream_drop_label")


class PlainStrangers(SerfStory):
    key = story.KEY

    def test_in_plain_words(self):
        Strangers.refused(self, self.ours(key=None), self.agent(), "stream_drop_unauthentic",
                          "stream_drop_type")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--command", required=True, help="our command")
    parser.add_argument("--serf", required=True, help="Serf's command")
    story.add_transport(parser)
    parser.add_argument("--workers", type=int, default=12)
    parser.add_argument("--only", help="tests whose name contains this")
    options = parser.parse_args()
    argv = story.on_transport([story.executable(options.command), "node"], options.transport)
    paths = {"argv": argv, "serf": story.executable(options.serf)}
    cases = []
    for case in (Meeting, Parting, Returning, Strangers):
        cases.append(type(case.__name__ + "_plain", (case,), paths))
        cases.append(type(case.__name__ + "_keyed", (case,), {**paths, "key": story.KEY}))
    cases.append(type("PlainStrangers_keyed", (PlainStrangers,), paths))
    return runner.run(cases, options.workers, options.only)


if __name__ == "__main__":
    sys.exit(main())
