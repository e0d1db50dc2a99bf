"""How busy the machine was with other things: before, and meanwhile."""

import os
import resource
import time
from pathlib import Path

LOOKING = 5  # seconds
BUSY_BEFORE, BUSY_MEANWHILE = 0.25, 0.1  # cores; beyond that the page warns


def spent():
    """Seconds of all processors, since the start: (for programs, taken by the hypervisor)."""
    text = Path("/proc/stat").read_text(encoding="utf-8")
    user, nice, system, _, _, _, _, steal = map(int, text.split("\n")[0].split()[1:9])
    per_second = os.sysconf("SC_CLK_TCK")
    return (user + nice + system) / per_second, steal / per_second


def own():
    """Seconds of this program and of those it waited for."""
    return sum(usage.ru_utime + usage.ru_stime for usage in map(
        resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))


class Load:
    """Looks before; asked later, says what others took of the machine since then, in cores."""

    def __init__(self, looking=LOOKING):
        self.reset()
        time.sleep(looking)
        self.before = max(self.meanwhile())
        self.reset()

    def reset(self):
        self.began, self.used, (self.all, self.stolen) = time.monotonic(), own(), spent()

    def meanwhile(self):
        seconds = time.monotonic() - self.began
        programs, stolen = spent()
        others = programs - self.all - (own() - self.used)
        return max(others, 0) / seconds, (stolen - self.stolen) / seconds

    def text(self):
        others, stolen = self.meanwhile()
        return (f"{self.before:.2f} cores busy before; meanwhile {others:.2f} cores for others, "
                f"{stolen:.2f} for other machines on this one")

    def warning(self):
        """What stands above the page if others had much of the machine, or ''."""
        others = max(self.meanwhile())
        if self.before <= BUSY_BEFORE and others <= BUSY_MEANWHILE:
            return ""
        return (f"THE MACHINE WAS BUSY WITH OTHER THINGS: {self.before:.2f} cores before, "
                f"{others:.2f} while this was measured. All times are worse than they are on a "
                "machine of its own, and ratios may be wrong. Measure again.")
