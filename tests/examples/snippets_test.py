#!/usr/bin/env python3
"""What the documents show is true: programs, commands, what they print, and bytes.

* every ```cpp block compiles: all of them together, as one unit, without code being made
* every ```sh line is a command that exists: a goal of the Makefile, an option of the command, an
  example, or one of a few tools
* every ```console block of an example is run, and prints what is printed there
* the bytes that docs/wire.md shows are in the vectors of tests/golden

A block that is a whole program, or declares things only, is taken as it is. Any other is put into a
function that has a `node`, and returns a number.
"""

import argparse
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
ARGS = argparse.Namespace()
TOOLS = {"openssl", "cmake", "ldconfig", "apt-get", "c++"}


def documents():
    return [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def blocks(language):
    """(where, text) of each block in that language."""
    for path in documents():
        text = path.read_text(encoding="utf-8")
        for found in re.finditer(rf"^```{re.escape(language)}\n(.*?)^```", text, re.M | re.S):
            line = text[:found.start()].count("\n") + 2
            yield f"{path.relative_to(ROOT)}:{line}", found.group(1)


def compiled_form(where, text, number):
    """The block inside a namespace of its own, with its includes in front of that."""
    path, line = where.split(":")
    lines = text.split("\n")
    includes = [each for each in lines if each.startswith("#include")]
    body = "\n".join("" if each.startswith("#include") else each for each in lines)
    if not re.search(r"^(?:int main\(|class |struct |[\w:<>]+ \w+\([^;]*\) \{$)", body, re.M):
        body = f"int snippet(gossipod::Gossipod& node) {{ {{\n{body}}} (void)node; return 0; }}"
        line = int(line) - 1
    return includes, f'namespace snippet_{number} {{\n#line {line} "{path}"\n{body}\n}}\n'


class Snippets(unittest.TestCase):
    def test_programs_compile(self):
        includes, bodies = set(), []
        for number, (where, text) in enumerate(blocks("cpp")):
            with self.subTest(where):
                more, body = compiled_form(where, text, number)
                includes |= set(more)
                bodies.append(body)
        self.assertGreater(len(bodies), 5)
        usual = "".join(f"#include <{name}>\n" for name in (
            "gossipod/gossipod.h", "gossipod/metadata.h", "gossipod/metrics.h", "chrono", "cstdio",
            "string", "vector"))
        unit = (usual + "\n".join(sorted(includes)) + "\nusing namespace std::chrono_literals;\n"
                "#define main program\n" + "".join(bodies))
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "snippets.cc"
            file.write_text(unit, encoding="utf-8")
            # Outcomes may be thrown away in a document; nowhere else.
            done = subprocess.run(
                [ARGS.compiler, "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Werror",
                 "-Wno-unused-result", "-Wno-return-type", "-Wno-unused-function",
                 f"-I{ROOT / 'include'}", file],
                capture_output=True, text=True, check=False, timeout=120)
        self.assertEqual(0, done.returncode, done.stderr)

    def test_commands_exist(self):
        lines = []
        for where, text in blocks("sh"):
            lines += [(where, line) for line in text.split("\n")]
        for where, text in blocks("console"):
            lines += [(where, line[2:]) for line in text.split("\n") if line.startswith("$ ")]
        self.assertGreater(len(lines), 5)
        for where, line in lines:
            words = line.split("#")[0].split()
            if words and words[0] == "sudo":
                del words[0]
            if words:
                with self.subTest(f"{where}: {line}"):
                    self.check_command(words)

    def check_command(self, words):
        program = words[0]
        name = program.rsplit("/", 1)[-1]
        if program == "make":
            makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
            for goal in words[1:]:
                if "=" not in goal:
                    self.assertRegex(makefile, rf"(?m)^{re.escape(goal)}:")
                else:
                    self.assertRegex(makefile, rf"(?m)^{goal.split('=')[0]} \?=")
        elif name == "gossipod":
            self.check_options(words[1:])
        elif "examples/" in program:
            self.assertTrue((ROOT / "examples" / f"{name}.cc").is_file())
        elif program.startswith(("tools/", "tests/", "bench/")):
            self.assertTrue((ROOT / program).is_file())
        elif not program.startswith("build/"):  # what the document has just told to build
            self.assertIn(program, TOOLS)

    def check_options(self, words):
        """Subcommand and options are in the command's own help."""
        plain = [word for word in words if not word.startswith("-")]
        sub = plain[:1] if words and not words[0].startswith("-") else []
        done = subprocess.run([ARGS.command, *sub, "--help"], capture_output=True, text=True,
                              check=False, timeout=60)
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)
        for word in words:
            if word.startswith("--"):
                self.assertRegex(done.stdout, rf"{re.escape(word.split('=')[0])}\b")

    def test_examples_print_what_is_shown(self):
        shown = 0
        for where, text in blocks("console"):
            runs = re.finditer(r"^\$ build/release/examples/(\w+)\n((?:(?!\$ ).*\n)*)", text, re.M)
            for run in runs:
                with self.subTest(where):
                    done = subprocess.run([ARGS.examples / run.group(1)], capture_output=True,
                                          text=True, check=False, timeout=60)
                    self.assertEqual((0, run.group(2), ""),
                                     (done.returncode, done.stdout, done.stderr))
                    shown += 1
        self.assertGreater(shown, 0)

    def test_bytes_are_those_of_the_vectors(self):
        golden = "".join(path.read_text(encoding="utf-8")
                         for path in sorted((ROOT / "tests" / "golden").glob("*.json")))
        text = (ROOT / "docs" / "wire.md").read_text(encoding="utf-8")
        shown = re.findall(r"`([0-9a-f ]{10,})`", text)
        for block in re.findall(r"^```\n(.*?)^```", text, re.M | re.S):
            begins = [re.match(r"(?: {3})?((?:[0-9a-f]{2,} +)+)", line)
                      for line in block.rstrip("\n").split("\n")]
            if len(begins) > 2 and all(begins):  # a message, field by field
                shown.append("".join(begin.group(1) for begin in begins))
        self.assertGreater(len(shown), 6)
        for each in shown:
            self.assertIn(each.replace(" ", ""), golden)

    def test_no_program_is_passed_over(self):
        """Blocks of programs say what they are written in, so that they are looked at."""
        for where, text in blocks(""):
            self.assertNotRegex(text, r"(?m)^(?:#include|\$ |sudo |make |gossipod node)", where)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--examples", type=Path, required=True)
    parser.add_argument("--compiler", default="c++")
    parser.add_argument("--command", type=Path, required=True)
    parser.parse_args(namespace=ARGS)
    unittest.main(argv=["snippets_test"], verbosity=2)


if __name__ == "__main__":
    main()
