"""The network inside the sandbox: one namespace for each member, and two ways between them.

eth0, 10.77.0.N: a veth pair into one bridge; losses and partitions are nftables rules of the
member. tun0, 10.78.0.N: whatever is sent there is handed to relay.py, which delays, doubles and
spoils it. All addresses are private, and nothing routes beyond.
"""

import os
import subprocess
import sys

RELAY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "relay.py")


def run(*argv, text=None):
    done = subprocess.run(argv, input=text, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(argv)}: {done.stderr.strip()}\n{text or ''}")


class Network:
    def __init__(self, members):
        self.members = members
        self._relay = None
        run("ip", "link", "add", "bridge0", "type", "bridge")
        run("ip", "link", "set", "bridge0", "up")
        for number in range(members):
            name = self.namespace(number)
            run("ip", "netns", "add", name)
            run("ip", "link", "add", f"veth{number}", "type", "veth",
                "peer", "name", "eth0", "address", self.hardware(number), "netns", name)
            run("ip", "link", "set", f"veth{number}", "master", "bridge0", "up")
            for word in (["link", "set", "lo", "up"],
                         ["addr", "add", f"{self.address(number)}/24", "dev", "eth0"],
                         ["link", "set", "eth0", "up"]):
                run("ip", "-n", name, *word)
            self._introduce(number)

    def _introduce(self, number):
        """To the others, for good. The kernel has one table of neighbours for all namespaces, and
        in it room for a thousand that are not permanent: with three networks at once it overflows,
        and whoever is not in it is not reached, for seconds."""
        known = "".join(f"neigh add {self.address(other)} lladdr {self.hardware(other)} "
                        "dev eth0 nud permanent\n"
                        for other in range(self.members) if other != number)
        run("ip", "-n", self.namespace(number), "-batch", "-", text=known)

    def close(self):
        """Takes all of it away before it returns: a namespace that is deleted lets go of its
        devices only later, so each pair is deleted by the end that is here."""
        self.stop_relay()
        for number in range(self.members):
            run("ip", "link", "del", f"veth{number}")
            run("ip", "netns", "del", self.namespace(number))
        run("ip", "link", "del", "bridge0")

    @staticmethod
    def namespace(number):
        return f"member{number}"

    @staticmethod
    def address(number):
        return f"10.77.0.{number + 1}"

    @staticmethod
    def hardware(number):
        return f"02:00:00:00:00:{number + 1:02x}"

    @staticmethod
    def relayed_address(number):
        return f"10.78.0.{number + 1}"

    def inside(self, number):
        """The words that put a command into a member's namespace."""
        return ["ip", "netns", "exec", self.namespace(number)]

    def _rules(self, number, rules):
        lines = "\n".join(f"    {rule}" for rule in rules)
        run(*self.inside(number), "nft", "-f", "-", text=(
            "flush ruleset\ntable inet chaos {\n  chain inbound {\n"
            "    type filter hook input priority 0; policy accept;\n"
            f"{lines}\n  }}\n}}\n"))

    def heal(self):
        for number in range(self.members):
            self._rules(number, [])

    def lose(self, per_thousand):
        """So many of all packets, TCP's too."""
        for number in range(self.members):
            self._rules(number, [f"numgen random mod 1000 < {per_thousand} drop"])

    def deafen(self, numbers):
        """They hear no datagrams; what they say is heard."""
        for number in numbers:
            self._rules(number, ["meta l4proto udp drop"])

    def split(self, left, right):
        """Nothing passes between the two groups."""
        for group, others in ((left, right), (right, left)):
            addresses = ", ".join(self.address(other) for other in others)
            for number in group:
                self._rules(number, [f"ip saddr {{ {addresses} }} drop"])

    # --- By way of the relay

    def start_relay(self):
        names = [self.namespace(number) for number in range(self.members)]
        self._relay = subprocess.Popen([sys.executable, "-B", RELAY, *names],
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        ready = self._relay.stdout.readline()
        if ready != "ready\n":
            raise RuntimeError(f"the relay said {ready!r}")

    def weather(self, **conditions):
        """delay_ms_most; twice, flip (per thousand each); flip_from, a byte. What is not named does
        not happen."""
        words = " ".join(f"{name}={value}" for name, value in sorted(conditions.items()))
        self._relay.stdin.write(words + "\n")
        self._relay.stdin.flush()
        answer = self._relay.stdout.readline().split()
        if answer[:1] != ["passed"]:
            raise RuntimeError(f"the relay said {answer}")
        return dict(zip(answer[::2], map(int, answer[1::2])))

    def stop_relay(self):
        if self._relay is None:
            return
        self._relay.kill()
        self._relay.wait()
        self._relay.stdin.close()
        self._relay.stdout.close()
        self._relay = None
