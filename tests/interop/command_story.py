"""What stories of the command share: how to run it, as a node or as anything."""

import subprocess
import unittest

from harness import PATIENCE, Node, Process


class CommandStory(unittest.TestCase):
    command = None

    def run_command(self, *arguments):
        return subprocess.run([self.command, *arguments], capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=PATIENCE, check=False)

    def node(self, name, *arguments, bind="127.0.0.1:0"):
        if "--profile" not in arguments:
            arguments += ("--profile", "local")
        node = Node([self.command, "node", "--json", "--name", name, "--bind", bind, *arguments],
                    name)
        self.addCleanup(node.close)
        return node

    def process(self, *arguments):
        process = Process([self.command, *arguments], "process")
        self.addCleanup(process.close)
        return process

    def pair(self, *arguments, same_port=False):
        first = self.node("first", *arguments)
        bind = first.addr.replace("127.0.0.1", "127.0.0.2") if same_port else "127.0.0.1:0"
        second = self.node("second", *arguments, bind=bind)
        self.assertEqual(second.join(first)["contacted"], 1, second.story())
        first.wait_kind("join", node="second")
        second.wait_kind("join", node="first")
        return first, second
