"""System calls of an idle process, counted from outside with strace while it holds still."""

import json
import re
import signal
import subprocess
import tempfile
import time


def summary(text):
    """The total and the calls by name, of what strace -c wrote."""
    calls = {}
    for line in text.split("\n"):
        words = line.split()
        if len(words) >= 5 and re.fullmatch(r"[0-9.]+", words[0]) and words[3].isdigit():
            calls[words[-1]] = int(words[3])
    total = calls.pop("total", None)
    if total is None:
        total = sum(calls.values())
    return total, dict(sorted(calls.items(), key=lambda item: -item[1]))


def counted(command, seconds, timeout):
    """`command` prints a line when it is at rest and goes on when it gets one."""
    nodes = int(command[command.index("--nodes") + 1])
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL, text=True)
    try:
        line = child.stdout.readline()
        if "ready" not in line:
            return json.loads(line)  # it says why
        return watch(child.pid, nodes, seconds)
    finally:
        try:
            child.communicate("\n", timeout=timeout)
        except subprocess.TimeoutExpired:
            child.kill()
            child.communicate()


def watch(pid, nodes, seconds):
    with tempfile.NamedTemporaryFile("r") as out:
        try:
            strace = subprocess.Popen(["strace", "-c", "-f", "-p", str(pid), "-o", out.name],
                                      stderr=subprocess.PIPE, text=True)
        except OSError:
            return {"absent": "there is no strace here"}
        said = strace.stderr.readline()
        if "attached" not in said:
            strace.wait()
            return {"absent": f"strace does not work here: {said.strip()}"}
        begin = time.monotonic()
        time.sleep(seconds)
        strace.send_signal(signal.SIGINT)
        took = time.monotonic() - begin
        strace.communicate(timeout=30)
        total, calls = summary(out.read())
    if not calls:
        return {"failed": "strace counted nothing"}
    per = nodes * took
    named = ", ".join(f"{name} {count / per:.2f}" for name, count in list(calls.items())[:4])
    return {"idle_calls": total / per, "calls": named}
