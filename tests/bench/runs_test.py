#!/usr/bin/env python3
"""runs_test.py --measure PROGRAM: every run of bench/ours, as small as can be, on every body. What
it prints must be sane; how fast it was is not looked at."""

import argparse
import re
import shutil
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "bench"))
from compare import jobs, runner, syscalls  # noqa: E402

BODIES = (jobs.ASIO, jobs.URING)


class Runs(unittest.TestCase):
    measure = ""

    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory()
        self.addCleanup(self.scratch.cleanup)

    def run_it(self, words, body):
        command = [self.measure, *words.split(), "--body", body]
        result = runner.Runner.plain(command, 120)
        self.assertNotIn("failed", result, command)
        if body == jobs.URING and "absent" in result:
            self.skipTest(result["absent"])
        self.assertNotIn("absent", result)
        return result

    def on_every_body(self, words, check):
        for body in BODIES:
            with self.subTest(body=body):
                result = self.run_it(words, body)
                if "body" in result:
                    self.assertEqual(result["body"], body)
                check(result)

    def test_a_cluster_goes_through_all_phases(self):
        def check(result):
            self.assertEqual(result["nodes"], 5)
            self.assertEqual(result["joins_failed"], 0)
            self.assertGreater(result["all_s"], 0)
            # A ping and an ack a second, give or take the phase.
            self.assertGreater(result["idle_packets"], 0)
            self.assertGreater(result["idle_bytes"], result["idle_packets"])
            for figure in ("change_packets", "change_bytes", "broadcast_packets", "kill_packets",
                           "one_join_packets", "one_join_bytes", "resident_kib"):
                self.assertGreater(result[figure], 0, figure)
            self.assertEqual(result["one_join_streams"], 1)
            self.assertLessEqual(result["change_ms_p50"], result["change_ms_p99"])
            self.assertLessEqual(result["kill_first_s"], result["kill_all_s"])
            self.assertLess(result["kill_over_s"], result["kill_all_s"])
            self.assertGreater(result["idle_packet_us"], 0)
            self.assertGreaterEqual(min(result["idle_late_turns"], result["idle_accusations"]), 0)

        self.on_every_body("cluster --nodes 5 --idle 1 --changes 2 --broadcasts 2 --joins 1 "
                           "--kill 2", check)

    def test_a_window_may_be_too_short_for_any_packet(self):
        self.on_every_body("cluster --nodes 2 --idle 0.01",
                           lambda result: self.assertGreaterEqual(result["idle_packets"], 0))

    def test_all_join_at_once_with_keys(self):
        def check(result):
            self.assertEqual(result["joins_failed"], 0)
            self.assertLessEqual(result["join_ms_p50"], result["join_ms_p99"])

        self.on_every_body("cluster --nodes 5 --at-once 5 --keys 1 --idle 0.2", check)

    def test_reliable_messages_arrive_whole(self):
        def check(result):
            self.assertEqual(result["received_bytes"], 3 * 100_000)
            self.assertGreater(result["reliable_mb_s"], 0)

        self.on_every_body("reliable --messages 3 --bytes 100000", check)

    def test_the_packet_has_twenty_claims_and_is_full(self):
        packet = Path(self.scratch.name) / "packet"
        written = runner.Runner.plain([self.measure, "packet", "--packet", str(packet)], 60)
        self.assertEqual(written["bytes"], 1400)
        decoded = runner.Runner.plain(
            [self.measure, "decode", "--packet", str(packet), "--seconds", "0.05"], 60)
        self.assertEqual((decoded["bytes"], decoded["claims"]), (1400, 20))
        self.assertGreater(decoded["decode_ns"], 0)

    def test_what_is_sealed_opens(self):
        sealed = runner.Runner.plain([self.measure, "seal", "--seconds", "0.05"], 60)
        self.assertEqual(sealed["sealed_bytes"], 1 + 12 + 1400 + 16)
        self.assertGreater(min(sealed["seal_ns"], sealed["open_ns"]), 0)

    def test_a_node_knows_a_crowd(self):
        def check(result):
            self.assertEqual(result["members"], 301)
            self.assertGreaterEqual(result["view_with_ms"], result["view_idle_ms"])
            self.assertGreaterEqual(result["view_peak_mib"], result["view_mib"])

        for body in BODIES:
            with self.subTest(body=body), runner.Crowd(self.measure, 300) as crowd:
                check(self.run_it("view --members 300 --idle 0.2 --exchanges 2 " +
                                  " ".join(crowd.words()), body))

    def test_a_loop_without_a_protocol_is_answered(self):
        with runner.Crowd(self.measure, 300) as crowd:
            result = self.run_it("bare --idle 2 " + " ".join(crowd.words()), BODIES[0])
        self.assertGreater(result["bare_ms"], 0)

    def test_nodes_answer_a_flood(self):
        def check(result):
            self.assertGreater(result["load_packets_s"], 0)
            self.assertGreater(result["load_packet_us"], 0)

        for body in BODIES:
            with self.subTest(body=body), runner.Crowd(self.measure, 1, "0.3") as crowd:
                check(self.run_it("load --nodes 3 " + " ".join(crowd.words()), body))

    def test_system_calls_are_counted_or_it_says_why_not(self):
        command = [self.measure, *"cluster --nodes 5 --idle 0.1 --hold 1".split()]
        result = syscalls.counted(command, 3, 60)  # each probes each second, if it gets its turn
        if "absent" in result:
            self.assertTrue(re.search("strace", result["absent"]), result)
            self.assertTrue(result["absent"] != "there is no strace here" or
                            shutil.which("strace") is None)
        else:
            self.assertGreater(result.get("idle_calls", 0), 0, result)

    def test_nonsense_is_refused(self):
        for words in ("", "nothing", "cluster --nodes", "cluster --no-such 1",
                      "cluster --body none"):
            with self.subTest(words=words):
                result = runner.Runner.plain([self.measure, *words.split()], 60)
                self.assertIn("ended with 2", result["failed"])


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--measure", required=True)
    args, rest = parser.parse_known_args()
    Runs.measure = args.measure
    unittest.main(argv=[sys.argv[0], *rest])
