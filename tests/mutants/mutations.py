"""mutations.py: the small changes that random_mutants.py makes to a source text, as text.

Each is what a tired person might have written instead: < for <=, && for ||, a ! too few, 2 for 1,
a line forgotten. Nothing is parsed but comments, strings and braces; what does not compile is the
caller's to throw away. clang-format puts spaces around operators and none inside template brackets,
and so " < " is always a comparison.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Mutation:
    start: int  # text[start:end] becomes `new`
    end: int
    new: str
    kind: str

    def apply(self, text):
        return text[:self.start] + self.new + text[self.end:]

    def line(self, text):
        return text.count("\n", 0, self.start) + 1

    def describe(self, text):
        """`old` -> `new`, in the line it is in, on one line."""
        old = " ".join(text[self.start:self.end].split())
        if self.kind == "statement":
            return f"`{shorten(old.rstrip(';'))}` deleted"
        begin = text.rfind("\n", 0, self.start) + 1
        end = text.find("\n", self.end)
        before, after = text[begin:end], text[begin:self.start] + self.new + text[self.end:end]
        return f"`{shorten(before)}` → `{shorten(after)}`"


def shorten(code):
    code = " ".join(code.split())
    return code if len(code) <= 110 else code[:107] + "..."


def blank(text, start, end):
    return text[:start] + re.sub(r"[^\n]", " ", text[start:end]) + text[end:]


IGNORED = re.compile(r"""//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*\"|"""
                     r"""(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])'|^[ \t]*\#[^\n]*""", re.S | re.M)


def mask(text):
    """The text without comments, strings, directives and assertions, at its full length. Assertions
    are about our own mistakes: one that is gone is missed by no correct program, one that is wrong
    stops every program, and neither says anything of the tests."""
    for found in IGNORED.finditer(text):
        text = blank(text, found.start(), found.end())
    for found in re.finditer(r"\b(?:static_assert|GOSSIPOD_ASSERT)\s*\(", text):
        text = blank(text, found.start(), closing(text, found.end() - 1) + 1)
    return text


def closing(text, at):
    """Where the bracket that opens at `at` is closed."""
    depth = 0
    for place in range(at, len(text)):
        depth += (text[place] in "([{") - (text[place] in ")]}")
        if depth == 0:
            return place
    raise ValueError(f"nothing closes {text[at]!r} at {at}")


SWAPS = [
    (r"(?<= )==(?=\s)", ["!="], "relation"),
    (r"(?<= )!=(?=\s)", ["=="], "relation"),
    (r"(?<= )<(?=\s)", ["<=", ">="], "relation"),
    (r"(?<= )<=(?=\s)", ["<", ">"], "relation"),
    (r"(?<= )>(?=\s)", [">=", "<="], "relation"),
    (r"(?<= )>=(?=\s)", [">", "<"], "relation"),
    (r"(?<= )&&(?=\s)", ["||"], "logic"),
    (r"(?<= )\|\|(?=\s)", ["&&"], "logic"),
    (r"(?<![\w!])!(?=[\w(])", [""], "negation"),
    (r"(?<= )\+(?=\s)", ["-"], "sign"),
    (r"(?<= )-(?=\s)", ["+"], "sign"),
    (r"(?<= )\+=(?=\s)", ["-="], "sign"),
    (r"(?<= )-=(?=\s)", ["+="], "sign"),
    (r"\+\+", ["--"], "sign"),
    (r"--", ["++"], "sign"),
    (r"\bstd::min\b", ["std::max"], "min and max"),
    (r"\bstd::max\b", ["std::min"], "min and max"),
    (r"\btrue\b", ["false"], "constant"),
    (r"\bfalse\b", ["true"], "constant"),
]
NUMBER = re.compile(r"(?<![\w.'])(\d+)(\.\d+)?(u?)(?![\w.'])")


def mutations(text):
    """All of them, in the order of the text."""
    masked = mask(text)
    found = []
    for pattern, news, kind in SWAPS:
        for match in re.finditer(pattern, masked):
            found += [Mutation(match.start(), match.end(), new, kind) for new in news]
    for match in NUMBER.finditer(masked):
        whole, fraction, suffix = match.groups()
        for value in {int(whole) + 1, max(0, int(whole) - 1)} - {int(whole)}:
            found.append(Mutation(match.start(), match.end(), f"{value}{fraction or ''}{suffix}",
                                  "constant"))
    for match in re.finditer(r"\bif (\()", masked):
        start, end = match.start(1), closing(masked, match.start(1)) + 1
        if not says_itself(masked[start + 1:end - 1]):
            found.append(Mutation(start, end, f"(!{text[start:end]})", "negation"))
    for match in re.finditer(r"\breturn ([^;{]+);", masked):
        if match.group(1) not in ("true", "false"):
            start, end = match.span(1)
            found.append(Mutation(start, end, f"!({text[start:end]})", "return value"))
            if text[end - 1] == ")":  # of nothing, most likely: the call is left out
                found.append(Mutation(start - 1, end, "", "statement"))
    found += [Mutation(start, end, ";", "statement") for start, end in statements(masked)]
    return sorted(set(found), key=lambda m: (m.start, m.end, m.new))


def says_itself(condition):
    """Its opposite is among the other mutations, or it is no expression."""
    if condition.startswith("const "):
        return True
    return not re.search(r"&&|\|\|", condition) and \
        (condition.startswith("!") or re.search(r" (?:[=!]=|[<>]=?) ", condition) is not None)


CONTROL = re.compile(r"\s*(?:else\b|(?:if|for|while)\b\s*(?:constexpr\s*)?(?=\())")
NEVER = re.compile(r"(?:return|using|static_assert|const|constexpr|auto|static|case|default|public|"
                   r"private|struct|class|enum|namespace|typedef|template|friend)\b")
DECLARATION = re.compile(r"[\w:]+(?:<[^;()]*>)?[&*]?\s+[&*]?\w+\s*(?:[={(;]|$)")


def statements(masked):
    """Where statements stand that can be left out: calls and assignments in the bodies of
    functions, and what hangs on an if without braces, an early return as well."""
    found = []
    nesting = [False]  # of each open bracket: do statements stand in there?
    begin = 0
    for at, char in enumerate(masked):
        if char in "([":
            nesting.append(False)
        elif char == "{":
            body = opens_a_body(masked, at)
            nesting.append(body)
            if body:
                begin = at + 1
        elif char in ")]}":
            if nesting.pop() and char == "}":
                begin = at + 1
        elif char == ";":
            if nesting[-1]:
                found += leave_out(masked, begin, at + 1)
                begin = at + 1
            elif len(nesting) == 1:
                begin = at + 1
    return found


def opens_a_body(masked, at):
    before = masked[:at].rstrip()
    return before.endswith((")", "{", "}", ";")) or \
        re.search(r"\b(?:else|do|const|noexcept|override)$", before) is not None


def leave_out(masked, begin, end):
    hanging = False
    while control := CONTROL.match(masked, begin, end):
        hanging = True
        begin = control.end()
        if masked[begin] == "(":
            begin = closing(masked, begin) + 1
    begin += len(masked[begin:end]) - len(masked[begin:end].lstrip())
    code = masked[begin:end]
    if code == ";" or any(code.count(a) != code.count(b) for a, b in ("()", "[]", "{}")):
        return []
    if hanging and re.match(r"(?:return|break|continue)\b", code):
        return [(begin, end)]
    if NEVER.match(code) or DECLARATION.match(code):
        return []
    return [(begin, end)]
