#!/usr/bin/env python3
"""The comparison's arithmetic and its table, on figures made up here."""

import re
import subprocess
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "bench"))
from compare import figures, goals, jobs, load, rows, runner, syscalls, table  # noqa: E402


class Figures(unittest.TestCase):
    def test_median(self):
        self.assertEqual(figures.median([3, 1, 2]), 2)
        self.assertEqual(figures.median([4, 1, 3, 2]), 2.5)
        self.assertEqual(figures.median([7]), 7)

    def test_numbers_have_three_digits_that_count(self):
        for value, text in ((123456, "123,456"), (123.4, "123"), (12.34, "12.3"), (1.234, "1.23"),
                            (0.1234, "0.123"), (0.00123, "0.0012"), (0, "0")):
            self.assertEqual(figures.number(value), text)

    def test_a_cell_is_its_median_with_the_least_and_the_most(self):
        cell = figures.Cell([{"x": 1}, {"x": 5}, {"x": 2}], "x")
        self.assertEqual(cell.text(), "2.00 (1.00 .. 5.00)")
        self.assertEqual(figures.Cell([{"x": 3}], "x").text(), "3.00")

    def test_a_cell_without_figures_says_why(self):
        self.assertEqual(figures.Cell([{"absent": "no such body"}], "x").text(), "no such body")
        self.assertEqual(figures.Cell([{"failed": "not within 60 s"}], "x").text(),
                         "not within 60 s")
        self.assertIsNone(figures.Cell([{}], "x").median)

    def test_runs_that_failed_are_not_hidden_by_those_that_did_not(self):
        cell = figures.Cell([{"x": 1}, {"failed": "why"}, {"x": 1}], "x")
        self.assertEqual(cell.text(), "1.00, 1 of 3 runs failed")

    def test_the_ratio_says_how_many_times_better_we_are(self):
        self.assertEqual(figures.advantage(10, 2, more=False), 5)
        self.assertEqual(figures.advantage(10, 20, more=True), 2)
        self.assertEqual(figures.advantage(10, 20, more=False), 0.5)
        for theirs, ours in ((None, 1), (1, None), (1, 0)):
            self.assertIsNone(figures.advantage(theirs, ours, more=False))


class Table(unittest.TestCase):
    SECTIONS = [("Part", [rows.Row("a", "x", "some time", "s", goal=goals.Goal(most=2)),
                          rows.Row("b", "y", "some speed", "MB/s", more=True)])]
    RESULTS = {
        "a": {"memberlist": [{"x": 4}], "asio": [{"x": 1}], "io_uring": [{"x": 8}]},
        "b": {"memberlist": [{"y": 100}], "asio": [{"y": 200, "calls": "some"}],
              "io_uring": [{"absent": "not in this build"}]},
    }

    def test_rows_where_we_are_behind_are_marked(self):
        time, speed = (table.line(row, self.RESULTS) for row in self.SECTIONS[0][1])
        self.assertEqual(time, ("some time", "s", "4.00", "1.00", "8.00", "4.00", "0.50",
                                "2; missed: io_uring", "behind: io_uring"))
        self.assertEqual(speed, ("some speed", "MB/s", "100", "200", "not in this build", "2.00",
                                 "", "", ""))

    def test_text_and_page_have_every_row(self):
        text = "\n".join(table.as_text(self.SECTIONS, self.RESULTS))
        page = table.page({"machine": "one"}, 5, self.SECTIONS, self.RESULTS, ["a part"],
                          "## Where we are not ahead\n",
                          [jobs.Job("a", "cluster --nodes 7", theirs="--retransmit 6"),
                           jobs.Job("b", "seal", runs=1, counted=True)], "BUSY")
        for part in ("Part", "some time", "some speed", "behind: io_uring", "not in this build"):
            self.assertIn(part, text)
            self.assertIn(part, page)
        for part in ("* machine: one", "**BUSY**", "Medians of 5 runs", "b, asio: some", "(b: 1)",
                     "| a | `cluster --nodes 7` | `--retransmit 6` | 5, in turn |",
                     "| b | `seal` |  | 1, side by side |", "a part", "## Where we are not ahead"):
            self.assertIn(part, page)
        widths = {line.count("|") for line in page.split("\n") if line.startswith("|")}
        self.assertEqual(widths, {10, 5})


class Goals(unittest.TestCase):
    @staticmethod
    def cells(theirs, asio, uring):
        return {column: figures.Cell([{"x": value} for value in values], "x") for column, values in
                zip(jobs.COLUMNS, (theirs, asio, uring))}

    def judged(self, goal, theirs, asio, uring, more=False):
        cells = self.cells(theirs, asio, uring)
        return goals.text(rows.Row("a", "x", "", "", more=more, goal=goal), cells)

    def test_no_goal_says_nothing(self):
        self.assertEqual(self.judged(None, [1], [1], [1]), "")

    def test_a_limit_of_both_or_of_each(self):
        self.assertEqual(self.judged(goals.Goal(most=3), [9], [3], [3.1]), "3; missed: io_uring")
        self.assertEqual(self.judged(goals.Goal(most=0.06, asio_most=0.09), [9], [0.08], [0.05]),
                         "0.06 io_uring, 0.09 Asio")

    def test_what_must_never_be_is_judged_by_the_worst_run(self):
        self.assertEqual(self.judged(goals.Goal(most=0), [9], [0, 0, 1], [0, 0, 0]),
                         "0; missed: Asio")
        self.assertEqual(self.judged(goals.Goal(most=1), [9], [0, 1, 9], [1, 1, 1]), "1")

    def test_beside_memberlist(self):
        self.assertEqual(self.judged(goals.Goal(above=0.05), [100], [105], [106]),
                         "5 % more; missed: io_uring")
        self.assertEqual(self.judged(goals.Goal(times=10), [100], [10], [11]),
                         "10 times better; missed: io_uring")
        self.assertEqual(self.judged(goals.Goal(times=10), [1], [10], [9], more=True),
                         "10 times better; missed: io_uring")
        self.assertEqual(self.judged(goals.Goal(above=0.05), [], [105], [106]), "5 % more")

    def test_asio_beside_io_uring(self):
        self.assertEqual(self.judged(goals.Goal(beside=1.5), [9], [1.5], [1]),
                         "Asio 1.5 times io_uring (is 1.50)")
        self.assertEqual(self.judged(goals.Goal(beside=1.5), [9], [1.6], [1]),
                         "Asio 1.5 times io_uring (is 1.60); missed: Asio")

    def test_what_fails_misses_and_what_is_absent_does_not(self):
        cells = {**self.cells([1], [1], [1]), "asio": figures.Cell([{"failed": "why"}], "x"),
                 "io_uring": figures.Cell([{"absent": "why"}], "x")}
        self.assertEqual(goals.missed(goals.Goal(most=1), cells), ["Asio"])


class Busy(unittest.TestCase):
    def test_a_page_warns_if_others_had_the_machine(self):
        machine = load.Load(looking=0.01)
        for before, meanwhile, warns in ((0, (0, 0), False), (1, (0, 0), True), (0, (0.5, 0), True),
                                         (0, (0, 0.5), True)):
            machine.before, machine.meanwhile = before, lambda value=meanwhile: value
            self.assertEqual(bool(machine.warning()), warns, (before, meanwhile))

    def test_a_page_is_of_all_rows_and_enough_runs(self):
        for words in (["--filter", "decode"], ["--runs", "4"], ["--quick"], ["--no-parts"]):
            done = subprocess.run([sys.executable, "-B", ROOT / "bench" / "run.py", "--write",
                                   "/dev/null", *words], capture_output=True, text=True,
                                  check=False)
            self.assertEqual(done.returncode, 2, words)
            self.assertIn("--write is for the whole of it", done.stderr)


class Jobs(unittest.TestCase):
    def test_every_row_has_a_job_and_every_job_a_row(self):
        named = {row.job for _, each in rows.SECTIONS for row in each}
        self.assertEqual(named, {job.key for job in jobs.JOBS})

    def test_the_filter_chooses_rows_and_only_their_jobs(self):
        wanted, sections = rows.chosen(re.compile("decode"))
        self.assertEqual([job.key for job in wanted], ["decode"])
        self.assertEqual([len(rows) for _, rows in sections], [1])

    def test_commands_differ_in_program_and_body_only(self):
        runs = runner.Runner("folder", "scratch", 5, False)
        job = jobs.JOBS[0]
        self.assertEqual(runs.command(job, jobs.THEIRS),
                         ["folder/measure_memberlist", *job.words.split()])
        self.assertEqual(runs.command(job, jobs.URING),
                         ["folder/measure", *job.words.split(), "--body", "io_uring"])
        job = jobs.Job("a", "cluster", theirs="--retransmit 6")
        self.assertEqual(runs.command(job, jobs.THEIRS)[1:], ["cluster", "--retransmit", "6"])
        self.assertEqual(runs.command(job, jobs.ASIO)[1:], ["cluster", "--body", "asio"])


class Runner(unittest.TestCase):
    """How runs are put in order; the runs themselves are made up."""

    def runs(self, job, results):
        order = []

        class Made(runner.Runner):
            def once(self, job, column):
                order.append(column)
                return results[column]

        measured = Made("folder", "scratch", 3, False).measure(job)
        return order, measured

    def test_columns_take_turns(self):
        order, measured = self.runs(jobs.Job("a", "a"), {column: {"x": 1}
                                                         for column in jobs.COLUMNS})
        self.assertEqual(order, list(jobs.COLUMNS) * 3)
        self.assertEqual({len(results) for results in measured.values()}, {3})

    def test_what_can_never_come_is_not_tried_again(self):
        order, measured = self.runs(jobs.Job("a", "a"), {
            jobs.THEIRS: {"failed": "not within 60 s", "hopeless": True}, jobs.ASIO: {"x": 1},
            jobs.URING: {"absent": "not in this build"}})
        self.assertEqual(order.count(jobs.THEIRS), 2)
        self.assertEqual(order.count(jobs.URING), 1)
        self.assertEqual(order.count(jobs.ASIO), 3)
        self.assertEqual(len(measured[jobs.ASIO]), 3)

    def test_a_run_that_prints_nothing_says_how_it_ended(self):
        self.assertEqual(runner.parsed(1, "", "some\nlast words\n"),
                         {"failed": "ended with 1: last words"})
        self.assertEqual(runner.parsed(0, '{"ready": 1}\n{"x": 2}\n', ""), {"x": 2})


class Syscalls(unittest.TestCase):
    def test_the_summary_of_strace(self):
        total, calls = syscalls.summary("""\
% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ----------------
 60.00    0.000600           6       100           epoll_wait
 40.00    0.000400           2       200        10 recvmmsg
------ ----------- ----------- --------- --------- ----------------
100.00    0.001000           3       300        10 total
""")
        self.assertEqual(total, 300)
        self.assertEqual(calls, {"recvmmsg": 200, "epoll_wait": 100})


if __name__ == "__main__":
    unittest.main()
