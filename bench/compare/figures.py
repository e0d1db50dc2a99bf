"""Medians, spreads and ratios: plain functions on lists of figures."""


def median(values):
    """The middle one; of an even number, the mean of the middle two."""
    ordered = sorted(values)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2


def number(value):
    """Three digits that count, and no exponent."""
    if value is None:
        return ""
    size = abs(value)
    if size >= 1000:
        return f"{value:,.0f}"
    if size >= 100:
        return f"{value:.0f}"
    if size >= 10:
        return f"{value:.1f}"
    if size >= 1:
        return f"{value:.2f}"
    if size >= 0.01:
        return f"{value:.3f}"
    return f"{value:.2g}"


class Cell:
    """One figure of one column: its median and spread, or why there is none."""

    def __init__(self, results, figure):
        self.values = [result[figure] for result in results if figure in result]
        self.reason = ""
        if not self.values:
            reasons = [result.get("absent") or result.get("failed") for result in results]
            self.reason = next((reason for reason in reasons if reason), "")
        # Nothing but failures, or a failure here and there.
        self.broken = not self.values and any("failed" in result for result in results)
        self.failed = sum(1 for result in results if figure not in result) if self.values else 0

    @property
    def median(self):
        return median(self.values) if self.values else None

    def text(self):
        if not self.values:
            return self.reason or "-"
        text = number(self.median)
        low, high = number(min(self.values)), number(max(self.values))
        if len(self.values) > 1 and low != high:
            text += f" ({low} .. {high})"
        if self.failed:
            text += f", {self.failed} of {self.failed + len(self.values)} runs failed"
        return text


def advantage(theirs, ours, more):
    """How many times better our figure is than theirs, above 1; below 1 we are behind.

    None if either is missing; if ours is 0 (or both are) there is no ratio either.
    """
    if theirs is None or ours is None:
        return None
    best, other = (theirs, ours) if more else (ours, theirs)
    if best <= 0 or other < 0:
        return None
    return other / best


def advantage_text(theirs, ours, more):
    value = advantage(theirs, ours, more)
    if value is None:
        return ""
    return f"{value:.2f}" if value < 10 else f"{value:.0f}"
