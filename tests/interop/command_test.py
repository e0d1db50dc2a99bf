"""The command itself: its options, commands, lines, signals, exit codes, and the demo.

  command_test.py --command gossipod
"""

import argparse
import base64
import signal
import socket
import subprocess
import sys

import runner
import story
from command_people import Demo, People
from command_story import CommandStory
from command_trace import Trace
from harness import PATIENCE, until


class CommandLine(CommandStory):
    def test_version_and_help(self):
        version = self.run_command("--version")
        self.assertEqual(version.returncode, 0)
        self.assertRegex(version.stdout, r"^gossipod \d+\.\d+\.\d+\n"
                                         r"transports: .*\basio\b.*\n"
                                         r"libraries: OpenSSL 3[\w.]*, zlib 1[\d.]*, Asio \d.*\n$")
        for arguments in (("--help",), ("node", "--help"), ("demo", "--help")):
            self.assertEqual(self.run_command(*arguments).returncode, 0)
        self.assertIn("--suspicious-timeout", self.run_command("node", "--help").stdout)

    def test_keygen_draws_keys_that_nodes_take(self):
        keys = [self.run_command("keygen").stdout.strip() for _ in range(2)]
        self.assertNotEqual(*keys)
        for key in keys:
            self.assertEqual(len(base64.b64decode(key, validate=True)), 32)
        node = self.node("keyed", "--key", keys[0], "--key=" + keys[1])
        self.assertEqual(node.ask("keys", "keys")["list"], keys)

    def test_a_bad_command_line_is_one_line_that_names_the_option(self):
        good = ["node", "--name", "a", "--bind", "127.0.0.1:0"]
        for arguments, blamed in (
                (["node", "--bind", "127.0.0.1:0"], "--name"),
                (["node", "--name", "a"], "--bind"),
                ([*good, "--nmae", "b"], "--nmae"),
                ([*good, "stray"], "stray"),
                ([*good, "--profile", "moon"], "--profile"),
                ([*good, "--level", "high"], "--level"),
                ([*good, "--protocol", "6"], "--protocol"),
                ([*good, "--log", "loud"], "--log"),
                ([*good, "--verify-incoming", "maybe"], "--verify-incoming"),
                ([*good, "--key", "abc"], "--key"),
                ([*good, "--key", "00" * 17], "--key"),
                ([*good, "--meta", "x" * 513], "--meta"),
                ([*good, "--label", "x" * 256], "--label"),
                ([*good, "--delegate-protocol", "2:5"], "--delegate-protocol"),
                ([*good, "--delegate-protocol", "5:2:3"], "--delegate-protocol"),
                ([*good, "--probing-interval", "fast"], "--probing-interval"),
                ([*good, "--probing-interval", "5"], "--probing-interval"),
                ([*good, "--ack-timeout", "9s", "--probing-interval", "1s"], "--ack-timeout"),
                ([*good, "--advertise", "nowhere"], "--advertise"),
                (["node", "--name", "a", "--bind", "127.0.0.1:70000"], "--bind"),
                (["node", "--name", "", "--bind", "127.0.0.1:0"], "--name"),
                (["demo", "--guest", "/nowhere/peer"], "--guest"),
                (["fly"], "fly"),
                ([*good, "--level", "two\nlines"], "--level"),
                ([*good, "two\nlines"], "two")):
            with self.subTest(arguments=arguments):
                answer = self.run_command(*arguments)
                self.assertEqual(answer.returncode, 2, answer)
                self.assertEqual(answer.stdout, "")
                self.assertEqual(answer.stderr.count("\n"), 1, answer.stderr)
                self.assertIn(blamed, answer.stderr)

    def test_no_arguments_at_all(self):
        answer = self.run_command()
        self.assertEqual((answer.returncode, answer.stderr.count("\n")), (2, 1), answer)

    def test_a_port_in_use_is_said(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = str(taken.getsockname()[1])
            answer = self.run_command("node", "--name", "a", "--bind", "127.0.0.1:" + port)
        self.assertEqual(answer.returncode, 1, answer)
        self.assertEqual(answer.stderr.count("\n"), 1, answer.stderr)
        self.assertIn(port, answer.stderr)
        self.assertIn("use", answer.stderr)

    def test_options_with_equal_signs_and_lists(self):
        seed = self.node("seed")
        other = self.process("node", "--name=other", "--bind=127.0.0.1:0", "--json",
                             f"--join=127.0.0.1:1,{seed.addr}", "--profile=local")
        other.wait(lambda line: '"kind":"joined"' in line and '"contacted":1' in line, "joined")
        seed.wait_kind("join", node="other")

    def test_nodes_meet_whatever_their_dialect(self):
        for arguments in (["--protocol", "1"], ["--protocol", "2"], ["--protocol", "5"],
                          ["--no-compress"],
                          ["--level", "basic"], ["--level", "infection"],
                          ["--label", "blue", "--key", story.KEY],
                          ["--delegate-protocol=1:4:3"], ["--profile", "wan"]):
            with self.subTest(arguments=arguments):
                # Version 1 carries no ports: all members have the same one.
                first, second = self.pair(*arguments, same_port="1" in arguments)
                self.assertIsNone(first.ask("send-reliable second hello", "sent")["error"])
                second.wait_kind("message", data="hello", reliable=True)

    def test_a_key_is_introduced_while_the_cluster_runs(self):
        plain = self.node("plain")
        half = self.node("half", "--key", story.KEY, "--verify-incoming", "off",
                         "--verify-outgoing", "off")
        talking = self.node("talking", "--key", story.KEY, "--verify-incoming=off")
        self.assertEqual(half.join(plain)["contacted"], 1)
        self.assertEqual(talking.join(half)["contacted"], 1)
        for node in (half, talking):
            for other in ("half", "talking"):
                node.wait_kind("join", node=other)

    def test_another_address_is_advertised(self):
        node = self.node("a", "--advertise", "127.0.0.9:4000")
        self.assertEqual(node.addr, "127.0.0.9:4000")


class Commands(CommandStory):
    def test_events_of_one_member_in_order(self):
        first, second = self.pair("--meta", "early")
        second.write("meta late")
        first.wait_kind("update", node="second", meta="late")
        second.write("quit")
        self.assertEqual(second.exit_code(), 0)
        first.wait_kind("leave", node="second")
        about = [line["kind"] for line in first.lines() if line.get("node") == "second"]
        self.assertEqual(about, ["join", "update", "leave"])
        self.assertEqual(first.members()["second"]["state"], "left")

    def test_every_line_has_kind_and_time(self):
        first, _ = self.pair()
        first.ask("stats", "stats")
        times = []
        for line in first.lines():
            self.assertIsInstance(line["kind"], str)
            times.append(line["t"])
        self.assertGreater(min(times), 1.7e9)
        self.assertLess(max(times) - min(times), 600)

    def test_bytes_that_are_no_text_come_in_hex(self):
        first, second = self.pair()
        first.write_bytes(b"send-reliable second \xff\xfe\xc3\n")
        second.wait_kind("message", data_hex="fffec3", size=3)
        first.write_bytes(b"meta \x80\n")
        second.wait_kind("update", node="first", meta_hex="80")

    def test_a_long_message_is_shown_whole(self):
        first, second = self.pair()
        self.assertIsNone(first.ask("send-size second 10000", "sent")["error"])
        message = second.wait_kind("message", size=10000, reliable=True)
        self.assertEqual(message["data"], "\0" * 10000)
        self.assertRegex(message["from"], r"^127\.0\.0\.1:\d+$")

    def test_a_member_that_is_gone_for_good_is_removed(self):
        first, second = self.pair()
        second.kill()
        first.wait_kind("dead", node="second")
        self.assertEqual(first.ask("remove second", "removed")["error"], None)
        self.assertEqual(first.members()["second"]["state"], "left")
        self.assertIn("stranger: ", first.ask("remove stranger", "removed")["error"])

    def test_what_cannot_be_done_is_said_and_the_node_goes_on(self):
        node = self.node("alone")
        self.assertIn("no such command", node.ask("dance", "error")["error"])
        self.assertIn("stranger: ", node.ask("send stranger hello", "sent")["error"])
        self.assertIsNotNone(node.ask("send-reliable stranger hello", "sent")["error"])
        self.assertIsNotNone(node.ask("broadcast " + "x" * 3000, "sent")["error"])
        self.assertIsNotNone(node.ask("ping stranger", "pinged")["error"])
        for command in ("send-size alone many", "key-add abc", "meta " + "x" * 513):
            self.assertEqual(node.ask(command, "error")["command"], command.split()[0])
        answer = node.ask("join 127.0.0.1:1", "joined")
        self.assertEqual(answer["contacted"], 0)
        self.assertIn("127.0.0.1:1", answer["error"])
        self.assertEqual(node.ask("join :::", "joined")["contacted"], 0)
        self.assertIn("1 MiB", node.ask("meta " + "x" * 1_100_000, "error")["error"])
        self.assertEqual(list(node.members()), ["alone"])

    def test_strangers_are_counted(self):
        for options, stranger_options, counters in (
                (["--key", story.KEY], ["--key", story.OTHER_KEY], ["stream_drop_unauthentic"]),
                (["--label", "blue"], ["--label", "green"], ["stream_drop_label"])):
            node, stranger = self.node("node", *options), self.node("stranger", *stranger_options)
            self.assertEqual(stranger.join(node)["contacted"], 0)
            stats = node.ask("stats", "stats")
            self.assertGreater(sum(stats[name] for name in counters), 0, stats)
            self.assertEqual(stats["members_alive"], 1)

    def test_a_ping_takes_time(self):
        first, second = self.pair()
        for node, other in ((first, second), (second, first)):
            answer = node.ask("ping " + other.name, "pinged")
            self.assertIsNone(answer["error"])
            self.assertGreater(answer["us"], 0)

    def test_leave_keeps_the_process(self):
        first, second = self.pair()
        self.assertIsNone(second.ask("leave", "left")["error"])
        first.wait_kind("leave", node="second")
        self.assertTrue(second.running())
        self.assertIn("second", second.members())
        second.write("quit")
        self.assertEqual(second.exit_code(), 0)

    def test_the_end_of_the_input_ends_only_the_commands(self):
        first, second = self.pair()
        second.write_bytes(b"meta last words")  # without the end of a line
        second.close_input()
        first.wait_kind("update", node="second", meta="last words")
        self.assertIsNone(first.ask("ping second", "pinged")["error"])
        second.signal(signal.SIGTERM)
        self.assertEqual(second.exit_code(), 0)
        first.wait_kind("leave", node="second")

    def test_nobody_reads_any_more(self):
        first = self.node("first")
        child = subprocess.Popen(
            [self.command, "node", "--json", "--name", "child", "--bind", "127.0.0.1:0",
             "--profile", "local", "--join", first.addr],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.addCleanup(end, child)
        while b'"kind":"joined"' not in child.stdout.readline():
            self.assertIsNone(child.poll())
        child.stdout.close()
        first.write("meta something to tell")
        first.wait_kind("leave", node="child")
        self.assertEqual(child.wait(PATIENCE), 0)


class Signals(CommandStory):
    def test_a_signal_leaves_in_good_order(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            first, second = self.pair()
            second.signal(number)
            self.assertEqual(second.exit_code(), 0)
            first.wait_kind("leave", node="second")
            self.assertEqual(first.seen("dead"), [])

    def test_a_signal_cuts_a_long_wait_short(self):
        with socket.socket() as silent:  # connects, and never says a word
            silent.bind(("127.0.0.1", 0))
            silent.listen()
            first, second = self.pair()
            second.write("join 127.0.0.1:%d" % silent.getsockname()[1])
            silent.accept()[0].setblocking(True)
            second.signal(signal.SIGTERM)
            first.wait_kind("leave", node="second")
            self.assertEqual(second.exit_code(), 0)

    def test_a_second_signal_stops_at_once(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            # Nobody reads what it says, so that it hangs in the middle of saying it.
            child = subprocess.Popen(
                [self.command, "node", "--json", "--name", "a", "--bind", "127.0.0.1:0"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            self.addCleanup(end, child)
            self.assertIn(b"kind", child.stdout.readline())
            child.stdin.write(b"stats\n" * 200)
            child.stdin.flush()
            until(lambda c=child: waits_for_pipe(c.pid), "the pipe is full")
            child.send_signal(number)
            # Signals of one kind do not queue: the first must have been taken.
            until(lambda c=child, n=number: not pending(c.pid, n), "the signal is taken")
            child.send_signal(number)
            self.assertEqual(child.wait(PATIENCE), 128 + number)


def end(child):
    child.kill()
    child.wait()
    child.stdout.close()
    try:
        child.stdin.close()
    except BrokenPipeError:
        pass  # commands it never read


def waits_for_pipe(pid):
    """Whether the main thread hangs in writing to a full pipe."""
    with open(f"/proc/{pid}/wchan", encoding="ascii") as wchan:
        name = wchan.read()
    with open(f"/proc/{pid}/syscall", encoding="ascii") as call:
        return "pipe" in name or call.read().startswith("1 ")  # 1: write, on x86-64


def pending(pid, number):
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        masks = [int(line.split()[1], 16) for line in status
                 if line.startswith(("SigPnd:", "ShdPnd:"))]
    return any(mask >> (number - 1) & 1 for mask in masks)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--command", required=True)
    parser.add_argument("--guest", help="the Go peer, for the demo")
    parser.add_argument("--serf", help="Serf, for the demo")
    parser.add_argument("--workers", type=int, default=6)
    parser.add_argument("--only", help="tests whose name contains this")
    options = parser.parse_args()
    CommandStory.command = story.executable(options.command)
    Demo.serf = options.serf or None
    Demo.guest = options.guest and story.executable(options.guest)
    return runner.run([CommandLine, Commands, Signals, People, Trace, Demo], options.workers,
                      options.only)


if __name__ == "__main__":
    sys.exit(main())
