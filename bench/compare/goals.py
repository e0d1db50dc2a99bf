"""What a row is to be at most, and which of our columns are not. Plain functions on cells."""

from dataclasses import dataclass

from compare.figures import number

NAMES = {"asio": "Asio", "io_uring": "io_uring"}


@dataclass(frozen=True)
class Goal:
    """Any of these; the row's unit where it has one."""
    most: float | None = None       # of both columns
    asio_most: float | None = None  # of Asio, where it is another
    above: float | None = None      # so much above memberlist's at most: 0.05 is 5 %
    times: float | None = None      # so many times better than memberlist's at least
    beside: float | None = None     # Asio's is at most so many times io_uring's

    def limits(self):
        asio = self.most if self.asio_most is None else self.asio_most
        return {"asio": asio, "io_uring": self.most}


def decisive(cell, limit):
    """The median; where the goal is that there be none, the worst of all runs."""
    return cell.median if limit else max(cell.values)


def missed(goal, cells, more=False):
    """The names of our columns that miss it. What failed misses it, what is absent does not."""
    theirs, uring = cells["memberlist"].median, cells["io_uring"].median
    names = []
    for column, name in NAMES.items():
        cell = cells[column]
        if not cell.values:
            names += [name] if cell.broken else []
            continue
        limit, ours = goal.limits()[column], cell.median
        wrong = [
            limit is not None and decisive(cell, limit) > limit,
            goal.above is not None and theirs is not None and ours > theirs * (1 + goal.above),
            goal.times is not None and theirs is not None and
            (ours < theirs * goal.times if more else ours * goal.times > theirs),
            goal.beside is not None and column == "asio" and uring is not None and
            ours > uring * goal.beside,
        ]
        names += [name] if any(wrong) else []
    return names


def words(goal, cells):
    """The goal itself; where it is about Asio beside io_uring, what came of it too."""
    if goal.most is not None:
        both = goal.asio_most is None
        return (f"{plain(goal.most)}" if both else
                f"{plain(goal.most)} io_uring, {plain(goal.asio_most)} Asio")
    if goal.above is not None:
        return f"{100 * goal.above:.0f} % more"
    if goal.times is not None:
        return f"{plain(goal.times)} times better"
    asio, uring = cells["asio"].median, cells["io_uring"].median
    text = f"Asio {plain(goal.beside)} times io_uring"
    return f"{text} (is {number(asio / uring)})" if asio is not None and uring else text


def plain(value):
    return f"{value:g}"


def text(row, cells):
    """'0.06; missed: Asio', or '' without a goal."""
    if row.goal is None:
        return ""
    names = missed(row.goal, cells, row.more)
    return words(row.goal, cells) + (f"; missed: {', '.join(names)}" if names else "")
