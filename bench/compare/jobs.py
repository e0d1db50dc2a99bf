"""What is measured: jobs, each a process that prints figures, and the rows that are made of them.

A job's words are the same for all columns. "counted" jobs are about numbers of packets, bytes and
calls, or about delays that timers make, so that the columns run side by side; all others run one
at a time, in turn.
"""

from dataclasses import dataclass

THEIRS, ASIO, URING = "memberlist", "asio", "io_uring"
COLUMNS = (THEIRS, ASIO, URING)


@dataclass(frozen=True)
class Job:
    key: str
    words: str               # of measure and measure_memberlist
    quick: str = ""          # the same, small; "": as it is
    counted: bool = False
    together: int = 1        # counted: so many runs at the same time
    timeout: float = 90      # seconds for one run
    runs: int = 0            # 0: as many as asked for
    columns: tuple = COLUMNS
    absent: str = ""         # why the other columns are empty
    kind: str = "plain"      # "crowd": with a crowd beside it; "syscalls": under strace


JOBS = [
    Job("dense", "cluster --nodes 200 --idle 5", "cluster --nodes 20 --idle 1"),
    Job("grow", "cluster --nodes 300", "cluster --nodes 30", timeout=60),
    Job("burst", "cluster --nodes 500 --at-once 500 --patience 30",
        "cluster --nodes 50 --at-once 50", timeout=60),
    Job("thousands", "cluster --nodes 5000 --at-once 100 --idle 10 --kill 1 --patience 150",
        "cluster --nodes 100 --at-once 50 --idle 1 --kill 1", timeout=400, runs=1,
        columns=(ASIO, URING), absent="not tried"),
    Job("view", "view --members 10000 --idle 4 --exchanges 10",
        "view --members 500 --idle 1 --exchanges 3 --every 300", kind="crowd"),
    Job("events", "cluster --nodes 50 --idle 10 --changes 10 --broadcasts 10 --joins 5 --kill 1",
        "cluster --nodes 10 --idle 2 --changes 2 --broadcasts 2 --joins 1 --kill 1",
        counted=True, together=2, timeout=180),
    Job("spread", "cluster --nodes 200 --changes 4 --broadcasts 4 --kill 1",
        "cluster --nodes 20 --changes 2 --broadcasts 2 --kill 1", counted=True, timeout=180),
    Job("keyed", "cluster --nodes 50 --keys 1 --idle 5", "cluster --nodes 10 --keys 1 --idle 1",
        counted=True, together=2),
    Job("syscalls", "cluster --nodes 50 --idle 0.1 --hold 1",
        "cluster --nodes 10 --idle 0.1 --hold 1", counted=True, kind="syscalls"),
    Job("reliable", "reliable --messages 30", "reliable --messages 5"),
    Job("bare", "reliable --messages 100 --compress 0", "reliable --messages 5 --compress 0"),
    Job("decode", "decode --packet {packet}", "decode --packet {packet} --seconds 0.1",
        columns=(THEIRS, ASIO), absent="the same"),
    Job("seal", "seal", "seal --seconds 0.1", columns=(THEIRS, ASIO), absent="the same"),
]


@dataclass(frozen=True)
class Row:
    job: str
    figure: str
    title: str
    unit: str
    more: bool = False  # more is better
    ratio: bool = True

    @property
    def key(self):
        return f"{self.job}/{self.figure}"


SECTIONS = [
    ("Many nodes in one process", [
        Row("dense", "idle_cpu_ms", "processor time per idle node-second, 200 nodes", "ms"),
        Row("dense", "resident_kib", "resident memory per node, 200 nodes", "KiB"),
        Row("dense", "all_s", "200 nodes started one after another: all see all", "s"),
        Row("grow", "all_s", "300 nodes: the same", "s"),
        Row("burst", "all_s", "500 nodes, all joins at once: all see all", "s"),
        Row("burst", "joins_failed", "500 joins at once: failed", "joins", ratio=False),
        Row("burst", "join_ms_p50", "500 joins at once: a join takes, median", "ms"),
        Row("burst", "join_ms_p99", "500 joins at once: a join takes, 99 %", "ms"),
        Row("thousands", "total_s", "5,000 nodes: started, and all see all", "s"),
        Row("thousands", "idle_cores", "5,000 nodes, idle: cores", "cores"),
        Row("thousands", "resident_gib", "5,000 nodes: resident in all", "GiB"),
        Row("thousands", "kill_first_s", "5,000 nodes, one killed: the first knows", "s"),
        Row("thousands", "kill_all_s", "5,000 nodes, one killed: all know", "s"),
    ]),
    ("One node that knows 10,000 others", [
        Row("view", "view_idle_ms", "processor time per second, no push-pull", "ms"),
        Row("view", "view_with_ms", "processor time per second, with the LAN profile's push-pulls",
            "ms"),
        Row("view", "view_asking_ms", "one push-pull asked for", "ms"),
        Row("view", "view_answering_ms", "one push-pull answered", "ms"),
        Row("view", "view_mib", "resident for the view, after push-pulls", "MiB"),
        Row("view", "view_peak_mib", "resident for the view, at the peak", "MiB"),
    ]),
    ("What is sent", [
        Row("events", "idle_packets", "idle: datagrams per node-second", ""),
        Row("events", "idle_bytes", "idle: bytes per node-second", "bytes"),
        Row("events", "one_join_packets", "one join into 50: datagrams of all", ""),
        Row("events", "one_join_bytes", "one join into 50: bytes of all, streams too", "bytes"),
        Row("events", "kill_packets", "one failure of 50: datagrams of all", ""),
        Row("events", "kill_bytes", "one failure of 50: bytes of all", "bytes"),
        Row("events", "change_packets", "one metadata change among 50: datagrams of all", ""),
        Row("events", "change_bytes", "one metadata change among 50: bytes of all", "bytes"),
        Row("events", "broadcast_packets", "one user broadcast among 50: datagrams of all", ""),
        Row("events", "broadcast_bytes", "one user broadcast among 50: bytes of all", "bytes"),
    ]),
    ("How long news take", [
        Row("events", "change_ms_p50", "metadata change to 50 members, median", "ms"),
        Row("events", "change_ms_p99", "metadata change to 50 members, 99 %", "ms"),
        Row("spread", "change_ms_p50", "metadata change to 200 members, median", "ms"),
        Row("spread", "change_ms_p99", "metadata change to 200 members, 99 %", "ms"),
        Row("events", "broadcast_ms_p50", "user broadcast to 50 members, median", "ms"),
        Row("events", "broadcast_ms_p99", "user broadcast to 50 members, 99 %", "ms"),
        Row("spread", "broadcast_ms_p50", "user broadcast to 200 members, median", "ms"),
        Row("spread", "broadcast_ms_p99", "user broadcast to 200 members, 99 %", "ms"),
        Row("events", "one_join_ms_p50", "one join into 50: answered", "ms"),
        Row("events", "one_join_all_ms_p50", "one join into 50: all see all", "ms"),
        Row("events", "kill_first_s", "one of 50 killed: the first knows", "s"),
        Row("events", "kill_all_s", "one of 50 killed: all know", "s"),
        Row("spread", "kill_first_s", "one of 200 killed: the first knows", "s"),
        Row("spread", "kill_all_s", "one of 200 killed: all know", "s"),
    ]),
    ("Bytes and calls", [
        Row("reliable", "reliable_mb_s", "reliable messages of 1 MiB, as configured by default",
            "MB/s", more=True),
        Row("bare", "reliable_mb_s", "reliable messages of 1 MiB, without compression", "MB/s",
            more=True),
        Row("decode", "decode_ns", "decode a packet of 1,400 bytes with 20 claims", "ns"),
        Row("seal", "seal_ns", "seal 1,400 bytes, AES-256-GCM, nonce drawn", "ns"),
        Row("seal", "open_ns", "open them", "ns"),
        Row("keyed", "idle_heap_calls", "allocations per second of 50 idle nodes with a key", ""),
        Row("syscalls", "idle_calls", "system calls per idle node-second, 50 nodes", ""),
    ]),
]


def chosen(pattern):
    """The jobs and sections that have a row whose key or title matches a compiled pattern."""
    sections = [(title, [row for row in rows if pattern.search(row.key) or
                         pattern.search(row.title)]) for title, rows in SECTIONS]
    wanted = {row.job for _, rows in sections for row in rows}
    return ([job for job in JOBS if job.key in wanted],
            [(title, rows) for title, rows in sections if rows])
