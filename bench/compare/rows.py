"""What is shown: rows, each one figure of one job, in sections."""

from dataclasses import dataclass

from compare.goals import Goal
from compare.jobs import JOBS


@dataclass(frozen=True)
class Row:
    job: str
    figure: str
    title: str
    unit: str
    more: bool = False  # more is better
    ratio: bool = True
    goal: Goal | None = None

    @property
    def key(self):
        return f"{self.job}/{self.figure}"


LITTLE_MORE = Goal(above=0.05)  # what is sent, beside memberlist
BODIES = Goal(beside=1.5)       # what a packet costs, Asio beside io_uring

SECTIONS = [
    ("Many nodes in one process", [
        Row("dense", "idle_cpu_ms", "processor time per idle node-second, 200 nodes", "ms",
            goal=Goal(most=0.06, asio_most=0.09)),
        Row("dense", "idle_packet_us", "the same per datagram sent, waking up included", "us",
            goal=BODIES),
        Row("load", "load_packet_us", "processor time per ping answered under load, 50 nodes",
            "us", goal=BODIES),
        Row("dense", "resident_kib", "resident memory per node, 200 nodes", "KiB",
            goal=Goal(most=40)),
        Row("dense", "all_s", "200 nodes started one after another: all see all", "s",
            goal=Goal(most=1.5)),
        Row("grow", "all_s", "300 nodes: the same", "s", goal=Goal(most=2)),
        Row("burst", "all_s", "500 nodes, all joins at once: all see all", "s",
            goal=Goal(most=3)),
        Row("burst", "joins_failed", "500 joins at once: failed", "joins", ratio=False,
            goal=Goal(most=0)),
        Row("burst", "join_ms_p50", "500 joins at once: a join takes, median", "ms"),
        Row("burst", "join_ms_p99", "500 joins at once: a join takes, 99 %", "ms"),
        Row("thousands", "total_s", "5,000 nodes: started, and all see all", "s",
            goal=Goal(most=60)),
        Row("thousands", "idle_cores", "5,000 nodes, idle: cores", "cores", goal=Goal(most=1)),
        Row("thousands", "resident_gib", "5,000 nodes: resident in all", "GiB",
            goal=Goal(most=6)),
        Row("thousands", "kill_first_s", "5,000 nodes, one killed: the first knows", "s"),
        Row("thousands", "kill_all_s", "5,000 nodes, one killed: all know", "s"),
        Row("thousands", "kill_over_s", "5,000 nodes, one killed: all know, less the bound", "s",
            ratio=False, goal=Goal(most=3)),
    ]),
    ("One node that knows 10,000 others", [
        Row("view", "view_idle_ms", "processor time per second, no push-pull", "ms",
            goal=Goal(most=0.1)),
        Row("datagrams", "bare_ms", "the same datagrams, without any protocol", "ms",
            ratio=False),
        Row("view", "view_with_ms", "processor time per second, with the LAN profile's push-pulls",
            "ms", goal=Goal(most=0.25)),
        Row("view", "view_asking_ms", "one push-pull asked for", "ms"),
        Row("view", "view_answering_ms", "one push-pull answered", "ms"),
        Row("view", "view_mib", "resident for the view, after push-pulls", "MiB",
            goal=Goal(most=4)),
        Row("view", "view_peak_mib", "resident for the view, at the peak", "MiB",
            goal=Goal(most=8)),
    ]),
    ("What is sent", [
        Row("events", "idle_packets", "idle: datagrams per node-second", "", goal=LITTLE_MORE),
        Row("events", "idle_bytes", "idle: bytes per node-second", "bytes", goal=LITTLE_MORE),
        Row("events", "one_join_packets", "one join into 50: datagrams of all", "",
            goal=LITTLE_MORE),
        Row("events", "one_join_bytes", "one join into 50: bytes of all, streams too", "bytes",
            goal=LITTLE_MORE),
        Row("events", "kill_packets", "one failure of 50: datagrams of all", "",
            goal=LITTLE_MORE),
        Row("events", "kill_bytes", "one failure of 50: bytes of all", "bytes",
            goal=LITTLE_MORE),
        Row("events", "change_packets", "one metadata change among 50: datagrams of all", "",
            goal=LITTLE_MORE),
        Row("events", "change_bytes", "one metadata change among 50: bytes of all", "bytes",
            goal=LITTLE_MORE),
        Row("events", "broadcast_packets", "one user broadcast among 50: datagrams of all", ""),
        Row("events", "broadcast_bytes", "one user broadcast among 50: bytes of all", "bytes"),
        Row("reach", "broadcast_packets", "the same, memberlist's told as often as ours: datagrams",
            ""),
        Row("reach", "broadcast_bytes", "the same, memberlist's told as often as ours: bytes",
            "bytes"),
    ]),
    ("How long news take", [
        Row("news", "change_ms_p50", "metadata change to 50 members, median", "ms"),
        Row("news", "change_ms_p99", "metadata change to 50 members, 99 %", "ms"),
        Row("spread", "change_ms_p50", "metadata change to 200 members, median", "ms"),
        Row("spread", "change_ms_p99", "metadata change to 200 members, 99 %", "ms"),
        Row("news", "broadcast_ms_p50", "user broadcast to 50 members, median", "ms"),
        Row("news", "broadcast_ms_p99", "user broadcast to 50 members, 99 %", "ms"),
        Row("spread", "broadcast_ms_p50", "user broadcast to 200 members, median", "ms"),
        Row("spread", "broadcast_ms_p99", "user broadcast to 200 members, 99 %", "ms"),
        Row("news", "one_join_ms_p50", "one join into 50: answered", "ms"),
        Row("news", "one_join_all_ms_p50", "one join into 50: all see all", "ms"),
        Row("events", "kill_first_s", "one of 50 killed: the first knows", "s"),
        Row("events", "kill_all_s", "one of 50 killed: all know", "s"),
        Row("deaths", "kill_first_s", "one of 200 killed: the first knows", "s"),
        Row("deaths", "kill_all_s", "one of 200 killed: all know", "s"),
    ]),
    ("Bytes and calls", [
        Row("reliable", "reliable_mb_s", "reliable messages of 1 MiB, as configured by default",
            "MB/s", more=True),
        Row("bare", "reliable_mb_s", "reliable messages of 1 MiB, without compression", "MB/s",
            more=True),
        Row("decode", "decode_ns", "decode a packet of 1,400 bytes with 20 claims", "ns",
            goal=Goal(times=10)),
        Row("seal", "seal_ns", "seal 1,400 bytes, AES-256-GCM, nonce drawn", "ns"),
        Row("seal", "open_ns", "open them", "ns"),
        Row("keyed", "idle_heap_calls", "allocations per second of 50 idle nodes with a key", "",
            goal=Goal(most=0)),
        Row("keyed", "idle_late_turns", "turns that were late meanwhile", "", ratio=False),
        Row("keyed", "idle_accusations", "accusations that were heard meanwhile", "",
            ratio=False),
        Row("syscalls", "idle_calls", "system calls per idle node-second, 50 nodes with a key",
            ""),
    ]),
]


def chosen(pattern):
    """The jobs and sections that have a row whose key or title matches a compiled pattern."""
    sections = [(title, [row for row in rows if pattern.search(row.key) or
                         pattern.search(row.title)]) for title, rows in SECTIONS]
    wanted = {row.job for _, rows in sections for row in rows}
    return ([job for job in JOBS if job.key in wanted],
            [(title, rows) for title, rows in sections if rows])
