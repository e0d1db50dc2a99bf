#!/usr/bin/env python3
"""tidy.py [--root DIR]: the house rules that a compiler does not know.

Prints one line per offence, "file:line: rule: what", and exits with 1 if there is any. What each
rule wants is said beside it below, and docs/design.md says why. An offence that has a good reason
is allowed where it stands, by a comment on the same or the line before:

    // tidy: allow <rule>: <the reason>
"""

import argparse
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path

# --- The law ------------------------------------------------------------------------------------

# The arrows: a layer may use these and whatever they may use. docs/design.md draws them.
LAW = {
    "base": [],
    "wire": ["base"],
    "envelope": ["base"],
    "swim": ["wire"],
    "session": ["swim", "envelope"],
    "runtime": ["session"],
    "serf": ["swim"],
    "cluster": ["runtime", "serf"],
    "agent": ["cluster"],
    "cli": ["cluster"],
}
PURE = ("base", "wire", "envelope", "swim", "session")  # no clock, chance or thread
NO_SYSTEM = PURE[1:]  # and nothing of the operating system; base turns text into addresses with it

# Public headers by the layer that implements them; those of base are not listed.
PUBLIC_LAYER = {
    "wire/": "wire",
    "swim/": "swim",
    "session/": "session",
    "asio_loop.h": "runtime",
    "reactor.h": "runtime",
    "virtual.h": "runtime",
    "asio.h": "cluster",
    "asio_async.h": "cluster",
    "async.h": "cluster",
    "broadcasts.h": "cluster",
    "join.h": "cluster",
    "members.h": "cluster",
    "metadata.h": "cluster",
    "metrics.h": "cluster",
    "gossipod.h": "cluster",
    "c.h": "cluster",
}
# These folders meet the library as a user does; the exceptions are theirs by design.
PUBLIC_ONLY = {
    "src/cli": ["cli/"],
    "src/agent": ["agent/"],
    "sim": ["sim/", "runtime/virtual/", "runtime/driver.h", "runtime/turn_buffers.h"],
    "examples": [],
}

# Who may include what is not ours: the beginning of the include, the files that may.
THIRD_PARTY = {
    "openssl/": ("src/envelope/cipher.", "tests/"),
    "zlib.h": ("src/envelope/",),
    "ares": ("src/runtime/",),
    "liburing": ("src/runtime/io_uring/",),
    "asio": ("src/runtime/asio/", "include/gossipod/asio", "examples/", "tests/"),
    "CLI/": ("src/cli/", "src/agent/", "sim/"),
    "fmt/": ("src/cli/", "src/agent/", "sim/"),
    "nlohmann/": ("src/cli/", "src/agent/", "sim/", "tests/", "bench/"),
    "gtest/": ("tests/",),
    "gmock/": ("tests/",),
    "benchmark/": ("bench/",),
}
SYSTEM_HEADER = re.compile(r"^(?:(?:sys|netinet|arpa|linux|net|netpacket)/.*|"
                           r"(?:unistd|fcntl|poll|pthread|signal|errno|time|ifaddrs|netdb|dlfcn|"
                           r"sched|spawn|termios|getopt)\.h)$")
STANDARD_HEADER = re.compile(r"^[a-z_0-9]+$")

FORBIDDEN_HEADERS_IN_PURE = re.compile(
    r"^(?:thread|mutex|shared_mutex|condition_variable|future|semaphore|latch|barrier|stop_token|"
    r"random|iostream|fstream|filesystem)$")
FORBIDDEN_WORDS_IN_PURE = [
    (re.compile(r"\b(?:system|steady|high_resolution|utc)_clock\b|\bclock_gettime\b|"
                r"\bgettimeofday\b|\bstd::time\b"), "clock", "time is passed in, never read"),
    (re.compile(r"\b(?:random_device|mt19937(?:_64)?|default_random_engine|s?rand\s*\(|"
                r"uniform_int_distribution|getrandom)\b"), "random",
     "chance comes from Rng, nonces from outside"),
    (re.compile(r"\bstd::(?:thread|jthread|mutex|condition_variable|async)\b|\bthread_local\b"),
     "thread", "one thread, no locks below cluster"),
    (re.compile(r"\bunordered_(?:multi)?(?:map|set)\b"), "unordered",
     "its order differs between libraries, and sooner or later somebody iterates"),
    (re.compile(r"\bstd::hash\b"), "unordered",
     "differs between libraries; hash with a given seed"),
    (re.compile(r"\b(?:throw|try|catch)\b"), "exceptions", "errors are values here"),
]

LINES_MAX = 350  # of a file: one type, one file
LINES_ALLOWED = {  # path: (lines, reason)
    "tools/tidy.py": (500, "the rules are one list, and each stands by its reason"),
}
COLUMNS_MAX = 100
FUNCTION_LINES_MAX = 70

UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b|\bDISABLED_|\bGTEST_SKIP\(\)\s*;")
MACHINE_PATH = re.compile(r"(?<![\w.$}*])/(?:work|farm|home|root|Users)/")

SOURCE_DIRS = ("include", "src", "sim", "tests", "bench", "fuzz", "examples")
TEXT_DIRS = SOURCE_DIRS + ("tools", "docs", "cmake", ".ci")
TEXT_SUFFIXES = (".h", ".cc", ".py", ".sh", ".md", ".cmake", ".txt", ".go", ".yml", "")
CODE_SUFFIXES = (".h", ".cc")
COLUMN_SUFFIXES = (".h", ".cc", ".py", ".sh", ".cmake", ".txt")


@dataclass
class Offence:
    path: str
    line: int
    rule: str
    what: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.rule}: {self.what}"


# --- Reading ------------------------------------------------------------------------------------


@dataclass
class Source:
    path: str  # relative to the root, with slashes
    text: str

    def __post_init__(self):
        self.lines = self.text.split("\n")
        if self.lines and self.lines[-1] == "":
            self.lines.pop()
        self.is_code = self.path.endswith(CODE_SUFFIXES)
        self.code = strip(self.text).split("\n") if self.is_code else []

    @property
    def layer(self):
        """Of a file of a layer, its name; base for public headers that no other layer claims."""
        parts = self.path.split("/")
        if parts[0] == "src" and len(parts) > 2:
            return parts[1]
        if self.path.startswith("include/gossipod/"):
            return public_layer(self.path[len("include/gossipod/"):])
        return None

    def includes(self):
        for number, line in enumerate(self.lines, 1):
            match = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
            if match:
                yield number, match.group(1) == '"', match.group(2)

    def allows(self, rule, line):
        near = self.lines[max(0, line - 2):line]
        return any(re.search(rf"tidy: allow {re.escape(rule)}: \S", text) for text in near)


def strip(text):
    """The code without comments and the inside of literals; lines stay where they are."""
    pattern = re.compile(
        r'//[^\n]*|/\*.*?\*/|R"([^(\s]*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|'
        r"(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'", re.S)

    def blank(match):
        found = match.group(0)
        if found.startswith(("//", "/*")):
            return "\n" * found.count("\n")
        return '""' + "\n" * found.count("\n")

    # An include's name is no literal.
    return pattern.sub(blank, re.sub(r'(#\s*include\s*)"([^"\n]*)"', r"\1<\2>", text))


def public_layer(header):
    for start, layer in PUBLIC_LAYER.items():
        if header == start or (start.endswith("/") and header.startswith(start)):
            return layer
    return "base"


def closure(graph, start):
    reached, todo = set(), [start]
    while todo:
        for used in graph.get(todo.pop(), []):
            if used not in reached:
                reached.add(used)
                todo.append(used)
    return reached


def read_tree(root):
    sources = []
    roots = [Path(root) / name for name in TEXT_DIRS]
    files = [path for top in roots if top.is_dir() for path in sorted(top.rglob("*"))]
    files += sorted(Path(root).glob("*"))
    for path in files:
        relative = path.relative_to(root).as_posix()
        if not path.is_file() or path.suffix not in TEXT_SUFFIXES or "__pycache__" in relative:
            continue
        if relative.startswith("fuzz/") and "/corpus/" in f"/{relative}":
            continue
        if relative.startswith("fuzz/found/"):
            continue
        try:
            sources.append(Source(relative, path.read_text(encoding="utf-8")))
        except UnicodeDecodeError:
            if path.suffix:
                sources.append(Source(relative, "not UTF-8"))
    return sources


# --- The rules ----------------------------------------------------------------------------------


def arrows(root, sources):
    """USES lists keep to the law; includes keep to the USES lists."""
    uses = {}
    for source in sources:
        match = re.match(r"src/([^/]+)/CMakeLists\.txt$", source.path)
        if not match:
            continue
        text = re.sub(r"#[^\n]*", "", source.text)
        for call in re.finditer(r"gossipod_layer\(\s*(\w+)([^)]*)\)", text):
            words = call.group(2).split()
            listed, taking = [], False
            for word in words:
                if word in ("USES", "SOURCES", "LINKS"):
                    taking = word == "USES"
                elif taking:
                    listed.append(word)
            name = call.group(1)
            uses[name] = listed
            line = text[:call.start()].count("\n") + 1
            if name not in LAW:
                yield Offence(source.path, line, "arrows", f"no such layer in the law: {name}")
            for used in listed:
                if used not in closure(LAW, name):
                    yield Offence(source.path, line, "arrows", f"{name} must not use {used}")

    for source in sources:
        layer = source.layer
        if layer is None or not source.is_code:
            continue
        in_header = source.path.startswith("include/")
        # A public header can be included by all; it keeps to the law, whatever the lists say.
        allowed = closure(LAW, layer) if in_header or layer not in uses else closure(uses, layer)
        allowed |= {layer}
        for line, quoted, name in source.includes():
            if quoted:
                target = name.split("/")[0]
                if "/" not in name or target not in LAW:
                    continue  # the rule "includes" speaks of these
            elif name.startswith("gossipod/"):
                target = public_layer(name[len("gossipod/"):])
                if target == "base":
                    continue
            else:
                continue
            if target not in allowed:
                yield Offence(source.path, line, "arrows", f"{layer} must not include {name}")


def includes(root, sources):
    """Inner headers in quotes from src, public ones as <gossipod/...>, others where they may be."""
    for source in sources:
        if not source.is_code or not source.path.startswith(SOURCE_DIRS):
            continue
        public = source.path.startswith("include/")
        own = next((also for folder, also in PUBLIC_ONLY.items()
                    if source.path.startswith(folder + "/")), None)
        for line, quoted, name in source.includes():
            if quoted:
                if public:
                    yield Offence(source.path, line, "includes", f"public, but includes {name}")
                elif own is not None and not name.startswith(tuple(own)) and "/" in name:
                    yield Offence(source.path, line, "includes", f"only public headers: {name}")
                elif source.path.startswith("src/") and not (Path(root) / "src" / name).is_file():
                    yield Offence(source.path, line, "includes", f"no such file in src: {name}")
                continue
            if name.startswith("gossipod/"):
                if not (Path(root) / "include" / name).is_file():
                    yield Offence(source.path, line, "includes", f"no such public header: {name}")
                continue
            if STANDARD_HEADER.match(name):
                continue
            yield from other_include(source, line, name, public)


def other_include(source, line, name, public):
    if SYSTEM_HEADER.match(name):
        if public or source.layer in NO_SYSTEM:
            yield Offence(source.path, line, "includes", f"the system's {name} has no place here")
        return
    for start, places in THIRD_PARTY.items():
        if name.startswith(start):
            if not source.path.startswith(places):
                yield Offence(source.path, line, "includes",
                              f"{name} belongs to {', '.join(places)}")
            return
    yield Offence(source.path, line, "includes", f"nobody may include {name}; see tools/tidy.py")


def purity(root, sources):
    """No clock, chance, thread, I/O or unordered container below runtime."""
    for source in sources:
        if not source.is_code or source.layer not in PURE:
            continue
        for line, quoted, name in source.includes():
            if not quoted and FORBIDDEN_HEADERS_IN_PURE.match(name):
                yield Offence(source.path, line, "pure", f"<{name}> below runtime")
        for number, text in enumerate(source.code, 1):
            for pattern, rule, why in FORBIDDEN_WORDS_IN_PURE:
                found = pattern.search(text)
                if found:
                    yield Offence(source.path, number, rule, f"{found.group(0)}: {why}")


def forgotten(root, sources):
    """Every .cc is named in a CMakeLists.txt of its folder or one above it; no globbing."""
    lists = {}
    for source in sources:
        if os.path.basename(source.path) != "CMakeLists.txt":
            continue
        text = re.sub(r"#[^\n]*", "", source.text)
        lists[os.path.dirname(source.path)] = set(re.split(r"[\s()\";]+", text))
        if re.search(r"file\s*\(\s*GLOB[^)]*\.(?:cc|\*)", text):
            yield Offence(source.path, 1, "forgotten", "file(GLOB) hides what is built")
    for source in sources:
        if not source.path.endswith(".cc"):
            continue
        folder = os.path.dirname(source.path)
        while True:
            relative = os.path.relpath(source.path, folder or ".")
            stem = relative[:-3]
            words = lists.get(folder, set())
            if relative in words or stem in words or any(
                    word.endswith(("}/" + relative, "}.cc")) for word in words):
                break
            if not folder:
                yield Offence(source.path, 1, "forgotten", "no CMakeLists.txt names it")
                break
            folder = os.path.dirname(folder)


def shape(root, sources):
    """Lengths of files and lines; how headers begin."""
    for source in sources:
        if source.is_code or source.path.endswith(".py"):
            most = LINES_ALLOWED.get(source.path, (LINES_MAX, ""))[0]
            if len(source.lines) > most:
                yield Offence(source.path, len(source.lines), "length",
                              f"{len(source.lines)} lines, {most} are the most")
        if source.path.endswith(COLUMN_SUFFIXES):
            for number, line in enumerate(source.lines, 1):
                if len(line) > COLUMNS_MAX:
                    yield Offence(source.path, number, "columns", f"{len(line)} columns")
                if line != line.rstrip():
                    yield Offence(source.path, number, "columns", "ends in white space")
                if "\t" in line:
                    yield Offence(source.path, number, "columns", "a tab")
        if source.path.endswith(".h"):
            if "#pragma once" not in source.lines:
                yield Offence(source.path, 1, "header", "no #pragma once")
            if not source.path.startswith(("src/", "include/", "sim/")):
                continue
            if re.search(r"^\s*using namespace", "\n".join(source.code), re.M):
                yield Offence(source.path, 1, "header", "using namespace in a header")
            if not source.text.startswith("// "):
                yield Offence(source.path, 1, "header", "does not begin with its idea, a comment")


def words(root, sources):
    """Nothing unfinished, nothing of one machine."""
    for source in sources:
        if source.path in ("tools/tidy.py", "tests/tidy/tidy_test.py"):
            continue
        for number, line in enumerate(source.lines, 1):
            found = UNFINISHED.search(line)
            if found and not source.path.endswith(".md"):
                yield Offence(source.path, number, "unfinished", found.group(0))
            if MACHINE_PATH.search(line):
                yield Offence(source.path, number, "machine", "a path of one machine")


def functions(root, sources):
    """No function is longer than a screen."""
    for source in sources:
        if source.is_code and source.path.startswith(("src/", "include/", "sim/")):
            yield from long_functions(source)


def long_functions(source):
    line, head, depth = 1, "", 0
    inside = None  # (depth, line, name) of the function we are in
    for char in "\n".join(blank_directives(source.code)):
        if char == "\n":
            line += 1
        if char == "{":
            if inside is None and is_function(head):
                inside = (depth, line, name_of(head))
            depth += 1
            head = ""
        elif char == "}":
            depth -= 1
            if inside is not None and depth == inside[0]:
                length = line - inside[1] + 1
                if length > FUNCTION_LINES_MAX:
                    what = f"{inside[2]} has {length} lines, {FUNCTION_LINES_MAX} are the most"
                    yield Offence(source.path, inside[1], "function", what)
                inside = None
            head = ""
        elif char == ";" and inside is None:
            head = ""
        else:
            head += char


def blank_directives(lines):
    continued = False
    for line in lines:
        directive = continued or line.lstrip().startswith("#")
        continued = directive and line.rstrip().endswith("\\")
        yield "" if directive else line


def is_function(head):
    head = head.strip()
    if not head or ")" not in head:
        return False
    if re.search(r"(?:^|\s)(?:namespace|class|struct|union|enum|concept)\s[^()]*$", head):
        return False
    return not re.search(r"(?:=|\breturn)\s*(?:[\w:<>,\s]*)$", head)


def name_of(head):
    match = re.search(r"([\w:~]+|operator\s*\S+)\s*\(", head)
    return match.group(1) if match else "a function"


RULES = [arrows, includes, purity, forgotten, shape, words, functions]


def check(root):
    sources = read_tree(root)
    by_path = {source.path: source for source in sources}
    offences = [offence for rule in RULES for offence in rule(root, sources)]
    return sorted((offence for offence in offences
                   if not by_path[offence.path].allows(offence.rule, offence.line)),
                  key=lambda offence: (offence.path, offence.line))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--root", default=Path(__file__).resolve().parent.parent)
    offences = check(parser.parse_args().root)
    for offence in offences:
        print(offence)
    if offences:
        print(f"{len(offences)} offences against the house rules; see tools/tidy.py")
    return 1 if offences else 0


if __name__ == "__main__":
    sys.exit(main())
