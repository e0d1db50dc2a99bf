"""What is wrong of what was seen, and whose decision it was: with lines that were made up."""

import os
import sys
import types
import unittest
import unittest.mock

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "interop"))

import chaos_test  # noqa: E402
from chaos_test import judge  # noqa: E402
from cluster import Cluster  # noqa: E402
from harness import Missing  # noqa: E402
from soak import describe, interval  # noqa: E402
from troubles import Told  # noqa: E402


class Witness:
    """A node that said these lines; the first of them before the mark."""

    def __init__(self, number, ours, *lines):
        self.number, self.ours, self.name = number, ours, f"member-{number:02}"
        self.lines = [{"kind": "dead", "node": "member-09", "by": "member-00"}, *lines]

    def members(self):
        return {"member-00": {"state": "alive"}, "member-03": {"state": "dead"}}

    def story(self):
        return self.name

    def seen(self, kind, since):
        return [line for line in self.lines[since:] if line["kind"] == kind]


def cluster(whose, members=4):
    made = object.__new__(Cluster)  # without its processes
    made.whose = whose
    made.network = types.SimpleNamespace(members=members)
    return made


def dead(about, by=None, t=0.0):
    line = {"kind": "dead", "node": f"member-{about:02}", "t": t}
    return line if by is None else {**line, "by": f"member-{by:02}"}


class Removals(unittest.TestCase):
    def removals(self, *witnesses, **more):
        return cluster("mixed").removals({witness: 1 for witness in witnesses}, **more)

    def test_counts_the_dead_and_the_gone_since_the_mark(self):
        found = self.removals(
            Witness(0, True, dead(3, by=2), {"kind": "leave", "node": "member-01"}),
            Witness(1, False, dead(3)))
        self.assertEqual([(line["witness"], line["node"], line["ours"]) for line in found],
                         [("member-00", "member-03", True), ("member-00", "member-01", True),
                          ("member-01", "member-03", False)])

    def test_other_lines_are_none(self):
        self.assertEqual(self.removals(
            Witness(0, True, {"kind": "suspect", "node": "member-03"},
                    {"kind": "join", "node": "member-03"})), [])

    def test_an_excuse_is_asked_about_line_witness_and_whom(self):
        def excused(line, witness, about):
            return line["t"] <= 5 and (witness < 2) != (about < 2)
        found = self.removals(Witness(0, True, dead(3, t=4), dead(1, t=4), dead(2, t=6)),
                              excused=excused)
        self.assertEqual([line["node"] for line in found], ["member-01", "member-02"])

    def test_ours_are_blamed_for_what_they_decided(self):
        lines = self.removals(
            Witness(0, True, dead(3, by=2), dead(3, by=1), dead(3)),  # one of ours, theirs, unknown
            Witness(1, False, dead(3, by=2)))  # it may have been told so by theirs
        self.assertEqual(cluster("mixed").blamed_on_us(lines), [lines[0]])
        self.assertEqual(cluster("ours").blamed_on_us(lines), lines[:2])
        self.assertEqual(cluster("theirs").blamed_on_us(lines), [])


class Judge(unittest.TestCase):
    removal = {"node": "member-03"}

    def test_nothing_is_wrong(self):
        for whose in ("ours", "mixed", "theirs"):
            self.assertIsNone(judge(whose, "loss", Told([], 1.0), []))

    def test_a_removal_is(self):
        self.assertIn("member-03", judge("ours", "loss", Told([self.removal], 1.0), []))
        self.assertIn("member-03", judge("mixed", "loss", Told([self.removal], 1.0),
                                         [self.removal]))

    def test_of_a_mixed_cluster_only_what_ours_decided(self):
        self.assertIsNone(judge("mixed", "loss", Told([self.removal], 1.0), []))

    def test_not_to_heal_is_wrong(self):
        for whose in ("ours", "mixed"):
            self.assertIn("went by", judge(whose, "loss", Told([], None, "180 s went by"), []))

    def test_nothing_is_demanded_of_theirs(self):
        self.assertIsNone(judge("theirs", "split", Told([self.removal], None, "why"), []))


class Forgotten(unittest.TestCase):
    def forgotten(self, *others):
        made = cluster("ours")
        made.nodes = {0: Witness(0, True)}
        made.forgotten(lambda number: set(others), "they are forgotten", patience=0)

    def test_is_who_has_no_row(self):
        self.forgotten("member-02", "member-04")

    def test_the_dead_are_not_yet(self):
        with self.assertRaises(Missing):
            self.forgotten("member-02", "member-03")


class Stories:
    """Of which one ends badly."""

    def __init__(self, cluster, whole):
        pass

    def split(self):
        return Told([], None, "75 s went by")

    def pauses(self):
        raise Missing("not removed")

    def loss(self):
        return Told([], 1.0)


class AClusterThatCameApart(unittest.TestCase):
    def tell_all(self, whose, *names):
        made = unittest.mock.Mock(whose=whose)
        made.blamed_on_us.return_value = []
        options = types.SimpleNamespace(whose=whose, whole=False, figures=None)
        with unittest.mock.patch.multiple(
                chaos_test, Stories=Stories, Cluster=unittest.mock.Mock(return_value=made),
                print=unittest.mock.Mock(), create=True):
            right = chaos_test.tell_all(unittest.mock.Mock(), names, options, False, {})
            return right, chaos_test.Cluster.call_count

    def test_is_replaced_and_the_rest_is_told(self):
        names = ("loss", "split", "loss", "pauses", "loss", "loss")
        for whose, right in (("ours", False), ("mixed", False), ("theirs", True)):
            self.assertEqual(self.tell_all(whose, *names), (right, 3))

    def test_is_kept_while_it_is_whole(self):
        self.assertEqual(self.tell_all("ours", "loss", "loss"), (True, 1))


class Figures(unittest.TestCase):
    def test_the_interval_for_a_median_of_ten(self):
        values = [7, 3, 9, 1, 5, 8, 2, 6, 10, 4]
        self.assertEqual(interval(values), (2, 9, 98))

    def test_few_values_have_a_wide_one(self):
        self.assertEqual(interval([3, 1, 2]), (1, 3, 75))
        self.assertEqual(interval([1]), (1, 1, 0))

    def test_many_have_one_of_at_least_95(self):
        self.assertEqual(interval(list(range(1, 21))), (6, 15, 96))

    def test_what_did_not_heal_is_said(self):
        rows = [{"removed": removed, "healed": healed, "seconds": 1.0}
                for removed, healed in ((0, 1.5), (2, None), (1, 2.5))]
        text = describe(rows)
        self.assertIn("removed though well 1 (0 to 2", text)
        self.assertIn("agreed after 2.0 s (1.5 to 2.5", text)
        self.assertIn("not by itself 1 of 3", text)


if __name__ == "__main__":
    unittest.main()
