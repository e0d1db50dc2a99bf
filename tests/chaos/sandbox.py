"""A place of its own for a network that is treated badly: nothing of it can be seen from outside,
and nothing of it is left when it is over, however it ends.

The test starts itself again as the first process of new namespaces: network, mounts, processes.
When that process ends, by whatever cause, the kernel ends all processes in there, and with the last
of them the network with all its interfaces is gone; the names under /run/netns are on a file system
that only they saw. Without root it takes a namespace of users as well, where that is permitted.

What the kernel or its guards refuse is a reason to be skipped. A program that is not installed is
none: that is a failure.
"""

import ctypes
import os
import shutil
import signal
import subprocess
import sys

INSIDE = "GOSSIPOD_CHAOS_INSIDE"
SKIPPED = 77  # what ctest takes for "skipped"
NAMES = "/run/netns"


def _unshare():
    # The kill reaches the first process inside, and by that all of them.
    argv = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child=SIGKILL",
            "--mount-proc"]
    return argv if os.geteuid() == 0 else [*argv, "--user", "--map-root-user"]


def _end_with_us():
    """Even if we are killed: that signal comes to unshare then, and from there to the inside."""
    set_parent_death_signal = 1
    ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGKILL)


def refused():
    """Why the kernel lets us have no such place here; None if it does. Ends the program if a tool
    is missing."""
    for tool in ("unshare", "ip", "nft", "mount"):
        if shutil.which(tool) is None:
            sys.exit(f"{tool} is not there; tools/deps.sh lists the packages")
    script = (f"mkdir -p {NAMES} && mount -t tmpfs none {NAMES} && ip netns add probe && "
              "ip link add probe0 type bridge && nft add table inet probe && "
              "{ test -c /dev/net/tun || { echo there is no /dev/net/tun >&2; exit 1; }; }")
    tried = subprocess.run([*_unshare(), "sh", "-c", script], capture_output=True, text=True,
                           check=False)
    return None if tried.returncode == 0 else (
        "namespaces, bridges, nftables or tun are not permitted: " + tried.stderr.strip())


def enter():
    """Returns inside only. Outside it ends with the exit code of what happened inside."""
    if os.environ.get(INSIDE) == "yes":
        os.makedirs(NAMES, exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "none", NAMES], check=True)
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        return
    why = refused()
    if why is not None:
        print(f"skipped: {why}")
        sys.exit(SKIPPED)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda number, _frame: sys.exit(128 + number))
    inside = subprocess.Popen([*_unshare(), sys.executable, "-B", *sys.argv],
                              env={**os.environ, INSIDE: "yes"}, stdin=subprocess.DEVNULL,
                              preexec_fn=_end_with_us)
    try:
        code = inside.wait()
    finally:
        inside.kill()
        inside.wait()
    sys.exit(code)
