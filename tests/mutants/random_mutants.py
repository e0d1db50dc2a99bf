#!/usr/bin/env python3
"""random_mutants.py --build DIR [--count N] [--seed S]: random faults in the merge rule, in
suspicion and in the prober, and whether the tests notice.

A fault is one of mutations.py, in a copy outside of the source tree. What is compiled from that
file, or includes it, is compiled anew with the copy's folder first among the includes, by the line
of compile_commands.json; a test program is linked anew by Ninja's line for it, with these objects
in the place of its own and ahead of the archives, which so never contribute the sound ones. The
stages below run until one fails. What does not compile is drawn again; a static assertion that
fails, and a test that runs several times as long as it should, have noticed.

The seed decides which faults are drawn, as long as the sources stay as they are. Exit status 1 if
less than nine of ten are noticed.
"""

import argparse
import json
import os
import random
import re
import resource
import shlex
import shutil
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import mutations  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent.parent
# What is damaged: files of src/swim, and from which words on if not from the first.
GROUPS = {
    "rule": {"merge_rule.h": "", "claims.cc": "", "claims_of_life.cc": "",
             "claims_of_ourselves.cc": "", "claim_checks.cc": "", "moves.h": ""},
    "suspicion": {"suspicions.h": "", "suspicions.cc": "", "last_calls.cc": "", "loss_watch.h": "",
                  "formulas.h": "// The shortest suspicion"},
    "prober": {"prober.h": "", "prober.cc": "", "local_health.h": ""},
}
# The tests, by stage, and what they find in their environment.
STAGES = [
    ("unit tests", ["tests/unit/swim/unit_swim"], {}),
    ("recorded behaviour and the explorer",
     ["tests/golden/golden_session", "tests/explorer/explorer"], {}),
    ("stories", ["tests/scenario/scenario_stories", "tests/scenario/scenario_theory_swim",
                 "tests/scenario/scenario_theory_lifeguard"], {"GOSSIPOD_SEEDS": "20"}),
    ("chaos", ["tests/scenario/scenario_chaos"], {"GOSSIPOD_SEEDS": "2"}),
]
MEMORY_MAX = 4 << 30  # of a test: a fault may let it allocate without end
WANTED = 0.9


class Build:
    """What CMake and Ninja know of a build folder."""

    def __init__(self, folder):
        self.folder = Path(folder).resolve()
        commands = json.loads((self.folder / "compile_commands.json").read_text(encoding="utf-8"))
        self.compile = {}  # object: words, source
        for entry in commands:
            words = shlex.split(entry["command"])
            self.compile[words[words.index("-o") + 1]] = (words, entry["file"])
        self.includers = {}  # file: objects
        for block in self.ninja("-t", "deps").split("\n\n"):
            name, *files = block.strip().split("\n")
            for file in files:
                path = str((self.folder / file.strip()).resolve())
                self.includers.setdefault(path, set()).add(name.split(":")[0])
        self.inputs_of = {}
        self.links = {}
        for _, programs, _ in STAGES:
            for program in programs:
                self.inputs_of[program] = set(self.ninja("-t", "inputs", program).split("\n"))
                line = self.ninja("-t", "commands", "-s", program).strip()
                self.links[program] = shlex.split(line.removeprefix(": && ").removesuffix(" && :"))

    def ninja(self, *words):
        return subprocess.run(["ninja", "-C", self.folder, "--quiet", *words], check=True,
                              text=True, capture_output=True).stdout

    def touched(self, file, program):
        """The objects of a program that are another when that file is."""
        return sorted(name for name in self.includers.get(str(file), set())
                      if name in self.inputs_of[program] and name in self.compile)


class DoesNotCompile(Exception):
    pass


class Mutant:
    def __init__(self, name, file, text, mutation):
        self.name, self.file, self.text, self.mutation = name, file, text, mutation
        self.objects = {}  # of the sound build: damaged
        self.stage = self.by = None

    @property
    def where(self):
        return f"src/swim/{self.file}:{self.mutation.line(self.text)}"

    def build(self, build, program, folder):
        """The damaged program."""
        source = ROOT / "src/swim" / self.file
        copy = folder / "swim" / self.file
        if not copy.exists():
            copy.parent.mkdir(parents=True)
            copy.write_text(self.mutation.apply(self.text), encoding="utf-8")
        for name in build.touched(source, program):
            if name not in self.objects:
                self.objects[name] = folder / f"{len(self.objects)}.o"
                words, compiled = build.compile[name]
                at = words.index("-o") + 1
                words = [words[0], f"-I{folder}", *words[1:at], self.objects[name], *words[at + 1:]]
                if compiled == str(source):
                    words[words.index(compiled)] = copy
                run = subprocess.run([*words, "-w"], cwd=build.folder, check=False, text=True,
                                     capture_output=True)
                if run.returncode != 0:
                    raise DoesNotCompile(run.stderr)
        return self.link(build, program, folder)

    def link(self, build, program, folder):
        words = list(build.links[program])
        own = {name: damaged for name, damaged in self.objects.items() if name in words}
        others = [damaged for name, damaged in self.objects.items()
                  if name not in words and name in build.inputs_of[program]]
        words = [own.get(word, word) for word in words]
        first = next(i for i, word in enumerate(words) if str(word).endswith(".a"))
        out = folder / Path(program).name
        words[words.index("-o") + 1] = out
        words[first:first] = others
        subprocess.run(words, cwd=build.folder, check=True, capture_output=True)
        return out


def run_tests(program, environment, seconds):
    """None if all pass, else who noticed."""
    def limits():
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MAX, MEMORY_MAX))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with subprocess.Popen([program, "--gtest_fail_fast"], text=True, errors="replace",
                          env={**os.environ, **environment}, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, start_new_session=True,
                          preexec_fn=limits) as child:
        try:
            said = child.communicate(timeout=seconds)[0]
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            said = child.communicate()[0]
            return f"{running(said)}, which did not end"
    if child.returncode == 0:
        return None
    failed = re.search(r"^\[  FAILED  \] ([\w/]+\.[\w/]+)", said, re.M)
    if failed:
        return failed.group(1)
    why = "an assertion" if re.search(r"\bassert", said, re.I) else f"status {child.returncode}"
    return f"{running(said)}, by {why}"


def running(said):
    started = re.findall(r"^\[ RUN      \] (\S+)", said, re.M)
    return started[-1] if started else "no test"


class Patience:
    """How long a program may take: several times what it does when it is sound, which it has to
    show first."""

    def __init__(self, build):
        self.build, self.seconds, self.lock = build, {}, threading.Lock()

    def of(self, program, environment):
        with self.lock:
            if program not in self.seconds:
                started = time.monotonic()
                failed = run_tests(self.build.folder / program, environment, 3600)
                if failed:
                    sys.exit(f"{program} fails as it is: {failed}")
                self.seconds[program] = 20 + 6 * (time.monotonic() - started)
            return self.seconds[program]


def judge(mutant, build, patience, scratch, stages):
    """False if it is no mutant at all. Else mutant.stage says who noticed, if somebody did."""
    folder = scratch / mutant.name
    shutil.rmtree(folder, ignore_errors=True)
    try:
        for stage, programs, environment in stages:
            for program in programs:
                seconds = patience.of(program, environment)
                damaged = mutant.build(build, program, folder)
                mutant.by = run_tests(damaged, environment, seconds)
                damaged.unlink()
                if mutant.by:
                    mutant.stage = stage
                    return True
    except DoesNotCompile as failure:
        if "static assertion failed" not in str(failure):
            return False
        mutant.stage, mutant.by = "the compiler", "a static assertion"
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return True


def candidates(group, seed):
    """All mutants of a group, in the order in which they are drawn."""
    drawn = []
    for file, begin in GROUPS[group].items():
        text = (ROOT / "src/swim" / file).read_text(encoding="utf-8")
        first = text.index(begin)
        drawn += [(file, text, m) for m in mutations.mutations(text) if m.start >= first]
    random.Random(f"{seed} {group}").shuffle(drawn)
    return [Mutant(f"{group}-{i + 1}", *one) for i, one in enumerate(drawn)]


def draw(options, build, scratch):
    """Judges as many of each group as are wanted, and prints each as it is done."""
    patience = Patience(build)
    waiting, judged, redrawn = {}, [], 0
    share = {group: options.count // 3 + (i < options.count % 3) for i, group in enumerate(GROUPS)}
    pools = {group: iter(candidates(group, options.seed)) for group in GROUPS}
    with ThreadPoolExecutor(options.jobs) as pool:
        def submit(mutant):
            waiting[pool.submit(judge, mutant, build, patience, scratch,
                                STAGES[:options.stages])] = mutant
        for group, number in share.items():
            for _ in range(number):
                submit(next(pools[group]))
        while waiting:
            for done in wait(waiting, return_when=FIRST_COMPLETED).done:
                mutant = waiting.pop(done)
                if not done.result():
                    redrawn += 1
                    submit(next(pools[mutant.name.split("-")[0]]))
                    continue
                judged.append(mutant)
                print(f"{mutant.name:13} {mutant.where}: {mutant.mutation.describe(mutant.text)}\n"
                      f"              {mutant.by or 'NOT NOTICED'}", flush=True)
    return judged, redrawn


def again(options, build, scratch):
    """Judges those that are named."""
    patience, judged = Patience(build), []
    for name in options.only.split(","):
        group = name.split("-")[0]
        mutant = next(m for m in candidates(group, options.seed) if m.name == name)
        judge(mutant, build, patience, scratch, STAGES[:options.stages])
        judged.append(mutant)
        print(f"{name:13} {mutant.where}: {mutant.mutation.describe(mutant.text)}\n"
              f"              {mutant.by or 'NOT NOTICED'}", flush=True)
    return judged, 0


def report(judged, redrawn, seed):
    commit = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=ROOT, check=False,
                            text=True, capture_output=True).stdout.strip()
    stages = ["the compiler"] + [stage for stage, _, _ in STAGES]
    caught = sum(m.stage is not None for m in judged)
    print(f"\nSeed {seed}, sources {commit or 'unknown'}, {redrawn} drawn again.\n")
    print("| noticed by | " + " | ".join(GROUPS) + " | all |\n"
          "| --- |" + " ---: |" * (len(GROUPS) + 1))
    for stage in [*stages, None]:
        row = [sum(m.stage == stage and m.name.startswith(group) for m in judged)
               for group in GROUPS]
        print(f"| {stage or 'nobody'} | " + " | ".join(map(str, row)) + f" | {sum(row)} |")
    print(f"\n{caught} of {len(judged)}: {100 * caught / len(judged):.0f} %")
    for mutant in judged:
        if mutant.stage is None:
            print(f"* {mutant.name}, `{mutant.where}`: {mutant.mutation.describe(mutant.text)}")
    return caught >= WANTED * len(judged)


def main():
    parse = argparse.ArgumentParser(description=__doc__,
                                    formatter_class=argparse.RawDescriptionHelpFormatter)
    parse.add_argument("--build", required=True, help="a build folder, its test programs built")
    parse.add_argument("--count", type=int, default=50)
    parse.add_argument("--seed", default=str(random.SystemRandom().randrange(1, 1 << 31)))
    parse.add_argument("--jobs", type=int, default=os.cpu_count())
    parse.add_argument("--only", help="of that seed only these: rule-3,prober-12")
    parse.add_argument("--stages", type=int, default=len(STAGES),
                       help="only so many of the stages: 1 is a matter of minutes")
    options = parse.parse_args()
    print(f"seed {options.seed}", flush=True)
    scratch = Path(options.build).resolve() / "mutants"
    build = Build(options.build)
    judged, redrawn = (again if options.only else draw)(options, build, scratch)
    return 0 if report(judged, redrawn, options.seed) else 1


if __name__ == "__main__":
    sys.exit(main())
