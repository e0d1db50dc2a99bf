#!/usr/bin/env python3
"""doxygen_filter.py FILE: a public header as Doxygen wants to read it, on stdout.

Our headers have plain comments: first the idea of the file, then comments before or beside what
they speak of. Here these become documentation, line for line (but one), so that what Doxygen
complains of can be found. What stands alone between blank lines speaks of a section, and stays
plain. Indented text is code. The inline namespace is left out, as everybody who uses it does.
"""

import re
import sys


def escaped(text):
    """Words that mean something to Doxygen mean themselves; what is in backticks is left alone."""
    parts = re.split(r"(`[^`]*`)", text)
    for i in range(0, len(parts), 2):
        parts[i] = re.sub(r"([\\@<>#&$%])", r"\\\1", parts[i])
    return "".join(parts)


def block(lines, marker="///"):
    """Comment lines without their slashes, as documentation; indented runs become code."""
    out, in_code = [], False
    for i, text in enumerate(lines):
        code = text.startswith("   ") or (in_code and not text.strip()
                                          and i + 1 < len(lines) and lines[i + 1].startswith("   "))
        if code and not in_code:
            out[-1:] = [f"{out[-1]} \\code{{.cc}}"] if out else []
        if not code and in_code:
            out[-1] += " \\endcode"
            out.append(f"{marker} {escaped(text.strip())}".rstrip())
        else:
            out.append(f"{marker}{text}" if code else f"{marker} {escaped(text.strip())}".rstrip())
        in_code = code
    if in_code:
        out[-1] += " \\endcode"
    return out


def own_comment(line):
    found = re.fullmatch(r"(\s*)//(?!/)(.*)", line)
    return found.groups() if found else None


def beside(line):
    """The code and the comment beside it, if there are both."""
    found = re.fullmatch(r"((?:[^\"/]|\"(?:\\.|[^\"\\])*\"|/(?!/))*[;,{}\w)])\s*// (.*)", line)
    return found.groups() if found and found.group(1).strip() else None


def converted(text):
    lines = text.replace("namespace gossipod::inline v0 {", "namespace gossipod {").split("\n")
    out, i = [], 0
    while i < len(lines):
        comment = own_comment(lines[i])
        if comment is not None:
            run = []
            while i < len(lines) and own_comment(lines[i]) is not None:
                run.append(own_comment(lines[i])[1])
                i += 1
            alone = i < len(lines) and re.match(r"\s*(?:$|#|namespace\b)", lines[i])
            if not out:  # the idea of the file
                run[0] = " " + run[0].strip()
                body = block(run)
                out += [body[0].replace("/// ", "/// \\file\n/// ", 1), *body[1:]]
            elif alone or run[0].startswith(" ---"):
                out += [f"//{line}" for line in run]
            else:
                out += block(run)
            continue
        found = beside(lines[i])
        i += 1
        if found is None:
            out.append(lines[i - 1])
            continue
        code, said = found
        out.append(f"{code}  ///< {escaped(said)}")
        # A comment that goes on, in the same column.
        column = lines[i - 1].index("// " + said)
        while i < len(lines) and re.match(rf"\s{{{column}}}// ", lines[i]):
            out.append(f"///< {escaped(lines[i].strip()[2:].strip())}")
            i += 1
    return "\n".join(out)


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        sys.stdout.write(converted(file.read()))
