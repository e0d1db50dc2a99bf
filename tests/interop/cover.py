"""Few combinations of many choices, so that any two choices of different kinds occur together."""

import collections
import itertools


def pairs_of(cell):
    """All pairs of choices that meet in this cell: ((kind, choice), (kind, choice))."""
    return set(itertools.combinations(sorted(cell.items(), key=lambda item: item[0]), 2))


def possible_cells(choices, possible):
    names = sorted(choices)
    for combination in itertools.product(*(choices[name] for name in names)):
        cell = dict(zip(names, combination))
        if possible(cell):
            yield cell


def pairwise(choices, possible=lambda cell: True):
    """Greedy, and the same each time: the cell with the most pairs not yet seen; among equals, the
    one whose choices were made least often."""
    cells = list(possible_cells(choices, possible))
    missing = set().union(*(pairs_of(cell) for cell in cells))
    used = collections.Counter()
    chosen = []
    while missing:
        best = max(cells, key=lambda cell: (len(pairs_of(cell) & missing),
                                            -sum(used[item] for item in cell.items())))
        missing -= pairs_of(best)
        used.update(best.items())
        chosen.append(best)
    return chosen
