#!/usr/bin/env python3
"""command_files.py [--check] COMMAND: what is installed beside the command and lists its options.

Asks the built COMMAND for --help, and writes from the answer

* completion/: for bash, zsh and fish
* in man/gossipod.1 the lists between `.\\" options of NAME` and `.\\" end`

With --check nothing is written; exits with 1 if something would change.
"""

import argparse
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass
class Option:
    name: str  # without the dashes
    value: str  # what stands for it, or nothing if it takes none
    about: str
    choices: list = field(default_factory=list)
    default: str = ""
    again: bool = False
    required: bool = False

    @property
    def is_file(self):
        return self.value == "FILE"


@dataclass
class Program:
    options: dict  # of each subcommand; of the program itself under ""
    subcommands: dict  # name -> what it is for


def entries(text, heading):
    """Of a section of --help: (what stands to the left, what is said about it)."""
    part = text.split(heading + ":\n", 1)[1].split("\n\n", 1)[0] if heading + ":\n" in text else ""
    found = []
    for line in part.split("\n"):
        left, about = line[:30].strip(), line[30:].strip()
        if line.startswith("  ") and not line.startswith("   "):
            # Two columns; what is too long for the first one has a line of its own.
            if re.fullmatch(r"-\S+( [A-Z]+(:\S+( in \[[^]]*\]\S*)?)?)?( REQUIRED)?( \.\.\.)?",
                            line.strip()):
                left, about = line.strip(), ""
            found.append([left, about])
        elif found and line.strip():
            found[-1][1] = (found[-1][1] + " " + line.strip()).strip()
    return found


def option_of(left, about):
    words = left.split()
    name = next(word for word in words[0].split(",") if word.startswith("--"))[2:]
    kind = words[1] if len(words) > 1 else ""
    option = Option(name, re.split(r"[:=]", kind)[0], about,
                    again="..." in words, required="REQUIRED" in words)
    choices = re.search(r":\{([^}]*)\}", left)
    between = re.search(r" in \[(\d+) - (\d+)\]", left)
    if choices:
        option.choices = choices.group(1).split(",")
    elif between:
        first, last = map(int, between.groups())
        option.choices = [str(number) for number in range(first, last + 1)]
    elif ":FILE" in kind:
        option.value = "FILE"
    default = re.search(r"=([^\s=]+)$", left)
    option.default = default.group(1) if default else ""
    return option


def read_program(command):
    def said(*arguments):
        return subprocess.run([command, *arguments, "--help"], capture_output=True, text=True,
                              check=True, timeout=60).stdout

    text = said()
    program = Program({}, dict(entries(text, "Subcommands")))
    for name in ("", *program.subcommands):
        text = said(*name.split())
        program.options[name] = [option_of(*entry) for entry in entries(text, "Options")]
    return program


# --- bash

BASH = """\
# gossipod(1) completed by bash. Written by tools/command_files.py.
_gossipod() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} subcommand= i
  COMPREPLY=()
  # --level=basic comes as three words.
  if [[ $word == = ]]; then
    word=
  elif [[ $before == = && COMP_CWORD -gt 2 ]]; then
    before=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  for ((i = 1; i < COMP_CWORD; ++i)); do
    case ${COMP_WORDS[i]} in
      SUBCOMMANDS) subcommand=${COMP_WORDS[i]} && break ;;
    esac
  done
  case $subcommand:$before in
VALUES
  esac
  case $subcommand in
OPTIONS
  esac
}
complete -F _gossipod gossipod
"""


def bash(program):
    values = {}  # what to do -> after which words
    for subcommand, options in program.options.items():
        for option in options:
            if not option.value:
                continue
            reply = ("return" if not option.choices and not option.is_file else
                     "COMPREPLY=($(compgen -f -- \"$word\")); return" if option.is_file else
                     f"COMPREPLY=($(compgen -W '{' '.join(option.choices)}' -- \"$word\")); return")
            values.setdefault(reply, []).append(f"{subcommand}:--{option.name}")
    cases = []
    for reply, places in values.items():
        cases += ["    " + " | \\\n      ".join(places) + ")", f"      {reply} ;;"]
    words = []
    for subcommand, options in program.options.items():
        offered = [f"--{option.name}" for option in options]
        if not subcommand:
            offered = [*program.subcommands, *offered]
        words += [f"    {subcommand or chr(39) * 2})",
                  "      COMPREPLY=($(compgen -W '", *wrapped(offered, "        "),
                  "      ' -- \"$word\")) ;;"]
    return (BASH.replace("SUBCOMMANDS", " | ".join(program.subcommands))
            .replace("VALUES", "\n".join(cases)).replace("OPTIONS", "\n".join(words)))


def wrapped(words, indent):
    lines = [indent]
    for word in words:
        if len(lines[-1]) + len(word) > 95:
            lines.append(indent)
        lines[-1] += ("" if lines[-1].isspace() else " ") + word
    return lines


# --- zsh and fish

ZSH = """\
#compdef gossipod
# gossipod(1) completed by zsh. Written by tools/command_files.py.
if ((CURRENT == 2)); then
  local -a subcommands=(
SUBCOMMANDS
  )
  _describe -t commands subcommand subcommands
  _arguments \\
    OWN
  return
fi
shift words
((CURRENT--))
case $words[1] in
CASES
esac
"""


def zsh_quoted(text):
    return text.replace("'", "'\\''")


def zsh_option(option):
    about = re.sub(r"([\[\]:\\])", r"\\\1", option.about)
    text = f"--{option.name}"
    if option.value:
        action = "_files" if option.is_file else f"({' '.join(option.choices)})"
        text += f"=[{about}]:{option.value}:{action if action != '()' else ' '}"
    else:
        text += f"[{about}]"
    return f"'{'*' if option.again else ''}{zsh_quoted(text)}'"


def zsh(program):
    def arguments(options, indent):
        return (" \\\n" + indent).join(map(zsh_option, options))

    subcommands = [f"    '{name}:{zsh_quoted(about)}'"
                   for name, about in program.subcommands.items()]
    cases = []
    for name in program.subcommands:
        cases += [f"  {name})", "    _arguments \\",
                  "      " + arguments(program.options[name], "      ") + " ;;"]
    return (ZSH.replace("SUBCOMMANDS", "\n".join(subcommands)).replace("CASES", "\n".join(cases))
            .replace("OWN", arguments(program.options[""], "    ")))


def fish(program):
    def quoted(text):
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"

    lines = ["# gossipod(1) completed by fish. Written by tools/command_files.py.",
             "complete -c gossipod -f"]
    for name, about in program.subcommands.items():
        lines.append(f"complete -c gossipod -n __fish_use_subcommand -a {name} -d {quoted(about)}")
    for name, options in program.options.items():
        when = f"'__fish_seen_subcommand_from {name}'" if name else "__fish_use_subcommand"
        for option in options:
            takes = "" if not option.value else " -r -F" if option.is_file else " -x"
            choices = f" -a {quoted(' '.join(option.choices))}" if option.choices else ""
            lines.append(f"complete -c gossipod -n {when} -l {option.name}{takes}{choices}"
                         f" -d {quoted(option.about)}")
    return "\n".join(lines) + "\n"


# --- the manual page

def roff(text):
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return "\\&" + text if text.startswith((".", "'")) else text


def manual_list(options):
    lines = []
    for option in options:
        value = "|".join(option.choices) or option.value
        lines += [".TP", f"\\fB{roff('--' + option.name)}\\fR"
                  + (f" \\fI{roff(value)}\\fR" if value else "")]
        notes = [note for note, true in (
            ("required", option.required), ("may be given again", option.again),
            (f"default: {option.default}", option.default)) if true]
        lines.append(roff(option.about) + (f" ({roff(', '.join(notes))})." if notes else "."))
    return lines


def manual(program, text):
    for name, options in program.options.items():
        begin, end = f'.\\" options of {name or "gossipod"}\n', '.\\" end\n'
        head, found, rest = text.partition(begin)
        if not found:
            raise SystemExit(f"man/gossipod.1 has no place for the options of {name or 'gossipod'}")
        text = head + begin + "\n".join(manual_list(options)) + "\n" + end + rest.split(end, 1)[1]
    return text


def files(command, root=ROOT):
    """Path below root -> what should stand there."""
    program = read_program(command)
    page = root / "man/gossipod.1"
    return {"completion/gossipod.bash": bash(program), "completion/_gossipod": zsh(program),
            "completion/gossipod.fish": fish(program),
            "man/gossipod.1": manual(program, page.read_text(encoding="utf-8"))}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("command")
    options = parser.parse_args()
    stale = 0
    for path, text in files(options.command).items():
        file = ROOT / path
        if file.is_file() and file.read_text(encoding="utf-8") == text:
            continue
        stale += 1
        if options.check:
            print(f"{path} does not say what --help says: run tools/command_files.py")
        else:
            file.write_text(text, encoding="utf-8")
            print(f"{path} is written")
    return 1 if options.check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
