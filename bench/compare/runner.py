"""Runs jobs: each run is a process of its own, the columns in turn, or side by side where only
counts matter. Whatever goes wrong in a run becomes its result: {"failed": "why"}."""

import concurrent.futures
import contextlib
import json
import subprocess
import sys
import time
from pathlib import Path

from compare import syscalls
from compare.jobs import ASIO, THEIRS, URING


def say(text):
    print(text, file=sys.stderr, flush=True)


def last_line(text):
    lines = [line for line in text.split("\n") if line.strip()]
    return lines[-1] if lines else ""


def parsed(code, out, err):
    """What a run printed, or what can be said of one that printed nothing."""
    with contextlib.suppress(ValueError):
        result = json.loads(last_line(out))
        if isinstance(result, dict) and "ready" not in result:
            return result
    return {"failed": f"ended with {code}: {last_line(err)[-200:]}"}


class Crowd:
    """Stands for many members beside one run: see bench/ours/crowd.h."""

    def __init__(self, program, members, flood_seconds="3"):
        self.child = subprocess.Popen([program, "crowd", "--members", str(members), "--seconds",
                                       flood_seconds], text=True,
                                      stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.ports = json.loads(self.child.stdout.readline())

    def words(self):
        return ["--crowd", str(self.ports["control"]), "--port", str(self.ports["port"])]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.child.stdin.close()
        try:
            self.child.wait(5)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
        self.child.stdout.close()


class Runner:
    """`folder` holds both programs; `theirs_absent` says why there is none of memberlist's."""

    def __init__(self, folder, scratch, runs, quick, theirs_absent=""):
        self.ours = str(Path(folder) / "measure")
        self.theirs = str(Path(folder) / "measure_memberlist")
        self.packet = str(Path(scratch) / "packet")
        self.runs, self.quick, self.theirs_absent = runs, quick, theirs_absent

    def prepare(self):
        subprocess.run([self.ours, "packet", "--packet", self.packet], check=True,
                       stdout=subprocess.DEVNULL)

    def command(self, job, column):
        words = (self.quick and job.quick or job.words).format(packet=self.packet).split()
        if column == THEIRS:
            return [self.theirs, *words, *job.theirs.split()]
        return [self.ours, *words, "--body", URING if column == URING else ASIO]

    def once(self, job, column):
        command = self.command(job, column)
        try:
            if job.kind == "syscalls":
                return syscalls.counted(command, 2 if self.quick else 5, job.timeout)
            if job.kind == "crowd":
                members = (command[command.index("--members") + 1] if "--members" in command
                           else 1)
                with Crowd(self.ours, members) as crowd:
                    return self.plain(command + crowd.words(), job.timeout)
            return self.plain(command, job.timeout)
        except subprocess.TimeoutExpired:
            return {"failed": f"not within {job.timeout:.0f} s", "hopeless": True}
        except (OSError, ValueError) as error:
            return {"failed": str(error)}

    @staticmethod
    def plain(command, timeout):
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=timeout, check=False)
        return parsed(done.returncode, done.stdout, done.stderr)

    def measure(self, job):
        """Column -> results of its runs."""
        rounds = job.runs or self.runs
        results = {column: [] for column in (THEIRS, ASIO, URING)}
        for column in results:
            if column not in job.columns:
                results[column].append({"absent": job.absent})
        if self.theirs_absent and THEIRS in job.columns:
            results[THEIRS].append({"absent": self.theirs_absent})
        at_once = (job.together if job.counted else 1)
        for first in range(0, rounds, at_once):
            running = [column for column in job.columns if not hopeless(results[column])]
            begin = time.monotonic()
            batch = [column for _ in range(min(at_once, rounds - first)) for column in running]
            for column, result in self.batch(job, batch):
                results[column].append(result)
            took = time.monotonic() - begin
            say(f"  {job.key}: {min(first + at_once, rounds)} of {rounds} rounds, {took:.0f} s")
        return results

    def batch(self, job, columns):
        if not job.counted:
            return [(column, self.once(job, column)) for column in columns]
        with concurrent.futures.ThreadPoolExecutor(max(len(columns), 1)) as pool:
            return list(zip(columns, pool.map(lambda column: self.once(job, column), columns)))


def hopeless(results):
    """Whether another run is not worth its time: there is none, or two took long and failed."""
    if any("absent" in result for result in results):
        return True
    return sum("hopeless" in result or "not all see all" in result.get("failed", "")
               for result in results) >= 2
