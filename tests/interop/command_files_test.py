"""The manual page and the completions offer every option that the command has, and no other.

  command_files_test.py --command gossipod
"""

import argparse
import re
import subprocess
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
ARGS = argparse.Namespace()


def said(*arguments):
    done = subprocess.run([str(word) for word in arguments], capture_output=True, text=True,
                          check=False, stdin=subprocess.DEVNULL, timeout=60)
    if done.returncode != 0:
        raise AssertionError(f"{arguments} gave {done.returncode}: {done.stdout}{done.stderr}")
    return done.stdout


def subcommands():
    part = said(ARGS.command, "--help").split("Subcommands:", 1)[1]
    return re.findall(r"^  ([a-z]+) ", part, re.M)


def options(*subcommand):
    return set(re.findall(r"^ +(?:-\w,)?(--[\w-]+)", said(ARGS.command, *subcommand, "--help"),
                          re.M))


def text(path):
    return (ROOT / path).read_text(encoding="utf-8")


def manual_part(name):
    part = text("man/gossipod.1").split(f'.\\" options of {name}\n', 1)[1].split('.\\" end', 1)[0]
    return set(re.findall(r"^\\fB(--[\w-]+)", part.replace("\\-", "-"), re.M))


def completed(*words):
    script = ('source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _gossipod; '
              'printf "%s\\n" "${COMPREPLY[@]}"')
    return said("bash", "-c", script, "bash", ROOT / "completion/gossipod.bash", *words).split()


class CommandFiles(unittest.TestCase):
    def test_they_are_what_the_tool_writes(self):
        said(sys.executable, ROOT / "tools/command_files.py", "--check", ARGS.command)

    def test_the_manual_describes_every_option(self):
        self.assertEqual(manual_part("gossipod"), options())
        for name in subcommands():
            self.assertEqual(manual_part(name), options(name), name)

    def test_the_manual_and_the_document_describe_every_command(self):
        node = subprocess.run(
            [ARGS.command, "node", "--json", "--name", "a", "--bind", "127.0.0.1:0"],
            input="dance\nquit\n", capture_output=True, text=True, check=True, timeout=60)
        listed = re.search(r"there are: ([^\"]*)", node.stdout).group(1)
        manual = text("man/gossipod.1").replace("\\-", "-")
        document = text("docs/command.md")
        for command in (entry.split()[0] for entry in listed.split(", ")):
            self.assertRegex(manual, rf"(?m)^(\.B |.*\\fB){command}(\\fR|$)")
            self.assertRegex(document, rf"`{command}[` ]")

    def test_the_manual_is_clean_roff(self):
        done = subprocess.run(["groff", "-man", "-ww", "-Tutf8", "-z", ROOT / "man/gossipod.1"],
                              capture_output=True, text=True, check=True, timeout=60)
        self.assertEqual(done.stderr, "")

    def test_bash_completes_options_and_values(self):
        self.assertEqual(set(completed("gossipod", "")), {*subcommands(), *options()})
        for name in subcommands():
            self.assertEqual(set(completed("gossipod", name, "--")), options(name))
        self.assertEqual(completed("gossipod", "no"), ["node"])
        levels = ["basic", "infection", "suspicion"]
        self.assertEqual(completed("gossipod", "node", "--level", ""), levels)
        self.assertEqual(completed("gossipod", "node", "--json", "--level", "=", "b"), ["basic"])
        self.assertEqual(completed("gossipod", "node", "--level", "="), levels)
        self.assertEqual(completed("gossipod", "node", "--name", ""), [])

    def test_zsh_and_fish_have_every_option(self):
        cases = text("completion/_gossipod").split("case $words[1] in")[1]
        fish = text("completion/gossipod.fish")
        for name in subcommands():
            case = re.search(rf"^  {name}\)(.*?);;", cases, re.M | re.S).group(1)
            self.assertEqual(set(re.findall(r"^ +'\*?(--[\w-]+)", case, re.M)), options(name))
            lines = re.findall(rf"^complete .*_from {name}' -l ([\w-]+)", fish, re.M)
            self.assertEqual({"--" + line for line in lines}, options(name))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--command", required=True)
    parser.parse_args(namespace=ARGS)
    unittest.main(argv=["command_files_test"], verbosity=2)


if __name__ == "__main__":
    main()
