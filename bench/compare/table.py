"""How it looks: the comparison as text for a terminal and as a page for docs/."""

from compare import goals
from compare.figures import Cell, advantage, advantage_text
from compare.jobs import ASIO, COLUMNS, THEIRS, URING

EVEN = 0.995  # a ratio that prints as 1.00 is no defeat
HEADS = ("", "unit", "Go memberlist", "ours, Asio", "ours, io_uring", "Asio", "io_uring", "goal",
         "")


def line(row, results):
    """One row: title, unit, three cells, two ratios, goal, remark."""
    cells = {column: Cell(results[row.job][column], row.figure) for column in COLUMNS}
    ratios = [advantage_text(cells[THEIRS].median, cells[column].median, row.more)
              if row.ratio else "" for column in (ASIO, URING)]
    behind = [name for name, column in (("Asio", ASIO), ("io_uring", URING)) if row.ratio and
              (advantage(cells[THEIRS].median, cells[column].median, row.more) or 1) < EVEN]
    remark = f"behind: {', '.join(behind)}" if behind else ""
    texts = [shortened(cells[column].text()) for column in COLUMNS]
    return (row.title, row.unit, *texts, *ratios, goals.text(row, cells), remark)


def shortened(text):
    return text if len(text) <= 48 else text[:45] + "..."


def aligned(lines):
    """Columns of equal width; the first one to the left, the others to the right."""
    widths = [max(len(each[column]) for each in lines) for column in range(len(lines[0]))]
    for each in lines:
        first, *others = each
        yield "  ".join([f"{first:<{widths[0]}}"] + [
            f"{text:>{width}}" for text, width in zip(others, widths[1:])]).rstrip()


def as_text(sections, results):
    lines, titles = [HEADS], {}
    for title, rows in sections:
        titles[len(lines)] = title
        lines += [line(row, results) for row in rows]
    for number, text in enumerate(aligned(lines)):
        if number in titles:
            yield f"\n{titles[number]}"
        yield text


def as_markdown(sections, results):
    for title, rows in sections:
        yield f"\n### {title}\n"
        yield ("| | unit | Go memberlist | ours, Asio | ours, io_uring | Asio: times better | "
               "io_uring: times better | goal | |")
        yield "| --- | --- | ---: | ---: | ---: | ---: | ---: | --- | --- |"
        for row in rows:
            yield "| " + " | ".join(text.replace("|", "/") for text in line(row, results)) + " |"


def notes(results):
    """What runs said beside figures: system calls by name, why joins failed, whole reasons."""
    for column in COLUMNS:
        for job, columns in results.items():
            for result in columns[column][:1]:
                for key in ("calls", "join_failure", "failed"):
                    if key in result:
                        yield f"{job}, {column}: {result[key]}"


PAGE = """\
# What it costs

Written by `make bench`; do not edit it, but [bench/remarks.md](../bench/remarks.md), which is its
last part. What each row means, and how it is measured, is in [bench/README.md](../bench/README.md).

{about}
{warning}
Medians of {runs} runs, each in a process of its own; the least and the most are in brackets. How
often each is run, and which not so often, is in [the list of commands](#commands){fewer}. "Times
better" is their figure by ours, or ours by theirs where more is better: below 1 we are behind, and
the last column says so. A goal is at most what it says, in the unit of its row or beside
memberlist's figure; who misses it stands behind it.
{tables}

## Commands

`make bench` builds all and runs `bench/run.py --write docs/performance.md`. Each run is a process,
`measure` of [bench/ours](../bench/ours) with `--body asio` or `--body io_uring`, or
`measure_memberlist` of [bench/peer](../bench/peer), with these words:

{commands}
{parts}
{remarks}"""

PARTS = """
## The parts alone

Processor time per operation, median of 3.

```
{lines}
```
"""


def commands(jobs, runs):
    """What each job is called in notes and what it runs."""
    yield "| job | words | for memberlist only | runs |"
    yield "| --- | --- | --- | --- |"
    for job in jobs:
        extra = f"`{job.theirs}`" if job.theirs else ""
        yield f"| {job.key} | `{job.words.format(packet='FILE')}` | {extra} | {job.how(runs)} |"


def page(about, runs, sections, results, micro, remarks, jobs=(), warning=""):
    facts = "\n".join(f"* {key}: {value}" for key, value in about.items())
    tables = "\n".join(as_markdown(sections, results))
    said = "\n".join(f"* {note}" for note in notes(results))
    if said:
        tables += f"\n\nWhat the runs said beside figures:\n\n{said}"
    parts = PARTS.format(lines="\n".join(micro)) if micro else ""
    few = ", ".join(f"{job.key}: {job.runs}" for job in jobs if 0 < job.runs < runs)
    return PAGE.format(about=facts, warning=f"\n**{warning}**\n" if warning else "", runs=runs,
                       fewer=f" ({few})" if few else "", tables=tables,
                       commands="\n".join(commands(jobs, runs)), parts=parts, remarks=remarks)
