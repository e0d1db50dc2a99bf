"""What is run: jobs, each a process that prints figures, of which compare/rows.py makes rows.

A job's words are the same for all columns, but for what only memberlist's program must be told.
"counted" jobs are about numbers of packets, bytes and calls, or about seconds that timers make, so
that the columns run side by side; all others run one at a time, in turn.
"""

from dataclasses import dataclass

THEIRS, ASIO, URING = "memberlist", "asio", "io_uring"
COLUMNS = (THEIRS, ASIO, URING)


@dataclass(frozen=True)
class Job:
    key: str
    words: str               # of measure and measure_memberlist
    quick: str = ""          # the same, small; "": as it is
    theirs: str = ""         # more words, for measure_memberlist only
    counted: bool = False
    together: int = 1        # counted: so many runs at the same time
    timeout: float = 90      # seconds for one run
    runs: int = 0            # 0: as many as asked for
    columns: tuple = COLUMNS
    absent: str = ""         # why the other columns are empty
    kind: str = "plain"      # "crowd": with a crowd beside it; "syscalls": under strace

    def how(self, runs):
        """How often and in which order, for the page."""
        together = f", {self.together} runs at a time" if self.together > 1 else ""
        order = f"side by side{together}" if self.counted else "in turn"
        return f"{self.runs or runs}, {order}"


JOBS = [
    Job("dense", "cluster --nodes 200 --idle 5", "cluster --nodes 20 --idle 1"),
    Job("grow", "cluster --nodes 300 --patience 30", "cluster --nodes 30", timeout=60),
    Job("burst", "cluster --nodes 500 --at-once 500 --patience 25",
        "cluster --nodes 50 --at-once 50", timeout=60),
    Job("thousands",
        "cluster --nodes 5000 --loops 2 --at-once 100 --idle 5 --kill 1 --patience 150",
        "cluster --nodes 100 --at-once 50 --idle 1 --kill 1 --loops 2", timeout=400, runs=1,
        columns=(ASIO, URING), absent="not tried"),
    Job("load", "load --nodes 50", "load --nodes 5", kind="crowd"),
    Job("view", "view --members 10000 --idle 10 --exchanges 10",
        "view --members 500 --idle 1 --exchanges 3 --every 300", kind="crowd"),
    Job("datagrams", "bare --members 10000 --idle 10", "bare --members 300 --idle 2", kind="crowd",
        columns=(ASIO,), absent="not a cluster"),
    Job("events",
        "cluster --nodes 50 --apart 0.02 --idle 6 --changes 4 --broadcasts 4 --joins 4 --kill 5",
        "cluster --nodes 10 --apart 0.1 --idle 2 --changes 2 --broadcasts 2 --joins 1 --kill 2",
        counted=True, together=2, timeout=180),
    Job("reach", "cluster --nodes 50 --apart 0.02 --idle 4 --broadcasts 4",
        "cluster --nodes 10 --apart 0.1 --idle 2 --broadcasts 2", theirs="--retransmit 6",
        counted=True, together=2),
    Job("news", "cluster --nodes 50 --apart 0.02 --changes 2 --broadcasts 2 --joins 3",
        "cluster --nodes 10 --changes 2 --broadcasts 2 --joins 1"),
    Job("spread", "cluster --nodes 200 --apart 0.005 --changes 2 --broadcasts 2",
        "cluster --nodes 20 --changes 2 --broadcasts 2"),
    Job("deaths", "cluster --nodes 200 --apart 0.005 --kill 2",
        "cluster --nodes 20 --apart 0.05 --kill 1", counted=True, together=2, timeout=120),
    Job("keyed", "cluster --nodes 50 --keys 1 --idle 5", "cluster --nodes 10 --keys 1 --idle 1",
        counted=True),
    Job("syscalls", "cluster --nodes 50 --keys 1 --idle 0.1 --hold 1",
        "cluster --nodes 10 --keys 1 --idle 0.1 --hold 1", counted=True, kind="syscalls"),
    Job("reliable", "reliable --messages 30", "reliable --messages 5"),
    Job("bare", "reliable --messages 100 --compress 0", "reliable --messages 5 --compress 0"),
    Job("decode", "decode --packet {packet}", "decode --packet {packet} --seconds 0.1",
        columns=(THEIRS, ASIO), absent="the same"),
    Job("seal", "seal", "seal --seconds 0.1", columns=(THEIRS, ASIO), absent="the same"),
]
