#!/usr/bin/env python3
"""check_docs.py [--root DIR]: the documents say what the headers say.

* every counter and gauge of stats.h and every fact of observer.h is in docs/metrics.md, and nothing
  that is not there
* every knob of ConfigBuilder is in docs/configuration.md and, with the knobs of memberlist that
  config.h names, in docs/moving_from_memberlist.md; no document names a knob that does not exist
* every limit of limits.h is in docs/limits.md
* every row of docs/parity.md names tests, and they exist, or says why there is none
* links between documents lead somewhere
* the program in README.md is examples/hello.cc, byte for byte
"""

import argparse
import re
import sys
from pathlib import Path


class Checker:
    def __init__(self, root):
        self.root = Path(root)
        self.offences = []

    def text(self, path):
        file = self.root / path
        if not file.is_file():
            self.say(path, "is missing")
            return ""
        return file.read_text(encoding="utf-8")

    def say(self, path, what):
        self.offences.append(f"{path}: {what}")

    def same(self, path, kind, there, here):
        for name in sorted(set(here) - set(there)):
            self.say(path, f"{kind} {name} is not described")
        for name in sorted(set(there) - set(here)):
            self.say(path, f"{kind} {name} does not exist")


def without_comments(text):
    return re.sub(r"//[^\n]*", "", text)


def enumerators(text, name):
    body = re.search(rf"enum class {name}\b[^{{]*{{(.*?)}}", without_comments(text), re.S)
    return re.findall(r"(\w+)\s*(?:=[^,}]*)?(?:,|$)", body.group(1).strip()) if body else []


def rows(text, heading, until=None):
    """The names in the first column of the tables between two headings."""
    part = text.split(heading, 1)[1] if heading in text else ""
    if until is not None:
        part = part.split(until, 1)[0]
    names = []
    for line in part.split("\n"):
        if line.startswith("| `"):
            names += re.findall(r"`(\w+)`", line.split("|")[1])
    return names


def check_metrics(check):
    stats = check.text("include/gossipod/stats.h")
    observer = check.text("include/gossipod/observer.h")
    metrics = check.text("docs/metrics.md")
    counters = [name for name in enumerators(stats, "Counter") if name != "count_"]
    check.same("docs/metrics.md", "counter", rows(metrics, "## Counters", "## Gauges"), counters)
    gauges = re.search(r"struct Stats \{(.*?)\n\};", without_comments(stats), re.S)
    fields = re.findall(r"(?:uint64_t|string_view) (\w+)(?: = 0)?;",
                        gauges.group(1) if gauges else "")
    check.same("docs/metrics.md", "gauge", rows(metrics, "## Gauges", "## Facts"), fields)
    facts = enumerators(observer, "Id")
    check.same("docs/metrics.md", "fact", rows(metrics, "## Facts"), facts)
    if not counters or not fields or not facts:
        check.say("tools/check_docs.py", "found no counters, gauges or facts in the headers")


def check_configuration(check):
    config = without_comments(check.text("include/gossipod/config.h"))
    knobs = set(re.findall(r"\b(with_\w+)\(", config))
    if not knobs:
        check.say("tools/check_docs.py", "found no knobs in config.h")
    described = re.findall(r"^\| `(with_\w+)`", check.text("docs/configuration.md"), re.M)
    check.same("docs/configuration.md", "knob", described, knobs)
    for path in documents(check.root):
        for name in set(re.findall(r"\b(with_\w+)\b", check.text(path))) - knobs:
            check.say(path, f"knob {name} does not exist")
    moving = check.text("docs/moving_from_memberlist.md")
    own = {"with_name", "with_port", "with_level", "with_members_max", "with_socket_buffer_bytes",
           "with_metadata", "with_buddy_system", "with_last_calls", "with_lha_probe",
           "with_lha_suspicion", "with_probe_order", "with_on_own_death",
           "with_drain_before_judging", "with_excuse_late_turns", "with_incarnation_from_clock",
           "with_reconnect_interval", "with_reconnect_timeout", "with_join_retry",
           "with_relay_broadcasts", "with_body", "with_members_per_source_max",
           "with_refuse_encryption_v0", "with_answer_members_only"}
    for name in sorted(knobs - own - set(re.findall(r"\b(with_\w+)\b", moving))):
        check.say("docs/moving_from_memberlist.md", f"knob {name} is not there")


def check_limits(check):
    header = check.text("include/gossipod/limits.h")
    limits = re.findall(r"inline constexpr [\w:]+ (\w+)\s*=", header)
    check.same("docs/limits.md", "limit", rows(check.text("docs/limits.md"), "# Limits"), limits)


def tests_of(root):
    """Suite.Test of each C++ test, test_this of each Python test."""
    names = set()
    for path in (Path(root) / "tests").rglob("*.cc"):
        text = path.read_text(encoding="utf-8")
        found = re.findall(r"^TEST(?:_F|_P)?\((\w+),\s*(\w+)\)", text, re.M)
        names |= {f"{suite}.{name}" for suite, name in found}
    for path in (Path(root) / "tests").rglob("*.py"):
        names |= set(re.findall(r"^ +def (test_\w+)\(", path.read_text(encoding="utf-8"), re.M))
    return names


def check_parity(check):
    path = "docs/parity.md"
    existing = tests_of(check.root)
    numbers = {"P": [], "Q": []}
    for line in check.text(path).split("\n"):
        row = re.match(r"\| ([PQ])(\d+) \|", line)
        if not row:
            continue
        numbers[row.group(1)].append(int(row.group(2)))
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) != 4:
            check.say(path, f"row {cells[0]} has {len(cells)} columns, not 4")
            continue
        if not cells[3] and not cells[2].startswith("none: "):
            check.say(path, f"row {cells[0]} names no test and does not say why")
        if cells[3] and not re.fullmatch(r"`[\w.]+`(?:, `[\w.]+`)*", cells[3]):
            check.say(path, f"row {cells[0]}: what proves it is not a list of tests")
        for name in re.findall(r"`([\w.]+)`", cells[3]):
            if name not in existing:
                check.say(path, f"row {cells[0]}: there is no test {name}")
    for letter, found in numbers.items():
        if not found or found != list(range(1, len(found) + 1)):
            check.say(path, f"the rows {letter} are not numbered from 1 on")


def documents(root):
    root = Path(root)
    found = [path.relative_to(root).as_posix() for path in root.glob("*.md")]
    for folder in ("docs", "bench", "tests", "sim", "examples", "fuzz"):
        if (root / folder).is_dir():
            found += [path.relative_to(root).as_posix() for path in (root / folder).rglob("*.md")]
    return sorted(found)


def anchor(heading):
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def check_links(check):
    for path in documents(check.root):
        prose = re.sub(r"```.*?```", "", check.text(path), flags=re.S)
        for target in re.findall(r"\]\(([^)\s]+)\)", prose):
            if re.match(r"[a-z]+:", target):
                continue
            name, _, place = target.partition("#")
            file = (check.root / path).parent / name if name else check.root / path
            if not file.exists():
                check.say(path, f"the link {target} leads nowhere")
            elif place:
                headings = re.findall(r"^#+ (.*)$", file.read_text(encoding="utf-8"), re.M)
                if place not in map(anchor, headings):
                    check.say(path, f"the link {target} has no such heading")
        # Files that are named in prose exist.
        for name in re.findall(r"`((?:src|include|tools|tests|docs|examples|cmake|bench|fuzz|sim)/"
                               r"[\w./-]*\w)`", prose):
            if not (check.root / name).exists():
                check.say(path, f"there is no {name}")


def check_readme(check):
    readme = check.text("README.md")
    program = check.text("examples/hello.cc")
    blocks = re.findall(r"```cpp\n(.*?)```", readme, re.S)
    if program not in blocks:
        check.say("README.md", "its program is not examples/hello.cc, byte for byte")


def run(root):
    check = Checker(root)
    for each in (check_metrics, check_configuration, check_limits, check_parity, check_links,
                 check_readme):
        each(check)
    return check.offences


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--root", default=Path(__file__).resolve().parent.parent)
    offences = run(parser.parse_args().root)
    for offence in offences:
        print(offence)
    return 1 if offences else 0


if __name__ == "__main__":
    sys.exit(main())
