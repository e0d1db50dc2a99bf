#!/usr/bin/env python3
"""coverage.py: which lines of the layers without I/O the tests reach.

Builds the preset "coverage", runs the tests of those layers one after another, and prints what
share of each layer's lines was run, and every line that was not. Counted are src/LAYER and the
public headers of the layer. Exits with 1 if a layer is below 95 %. docs/coverage.md says why what
is left is left.

  --report   only what the last run wrote, nothing built or run
"""

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import tidy  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build/coverage"
LAYERS = tidy.PURE
# A layer's own tests, what was recorded of real peers, the explorer, and whole clusters.
PROGRAMS = [*(f"tests/unit/{layer}/unit_{layer}" for layer in LAYERS),
            "tests/golden/golden_wire", "tests/golden/golden_envelope",
            "tests/golden/golden_session", "tests/explorer/explorer",
            "tests/scenario/scenario_stories"]
WANTED = 95.0


def tool(name):
    """LLVM's tool of the release that the compiler is of."""
    return subprocess.run(["clang++", f"-print-prog-name={name}"], check=True, text=True,
                          capture_output=True).stdout.strip()


def run_tests():
    subprocess.run([ROOT / "tools/build.sh", "coverage", *(Path(p).name for p in PROGRAMS)],
                   check=True)
    profiles = BUILD / "profiles"
    profiles.mkdir(exist_ok=True)
    for old in profiles.iterdir():
        old.unlink()
    for program in PROGRAMS:
        name = Path(program).name
        environment = {"GOSSIPOD_SEEDS": "1", "LLVM_PROFILE_FILE": f"{profiles}/{name}-%p.profraw"}
        done = subprocess.run([BUILD / program, "--gtest_brief=1"], check=False, text=True,
                              env={**os.environ, **environment}, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
        if done.returncode != 0:
            sys.exit(f"{done.stdout}{name} failed")
        print(f"ran {name}", flush=True)
    subprocess.run([tool("llvm-profdata"), "merge", "-sparse", "-o", BUILD / "merged.profdata",
                    *sorted(profiles.iterdir())], check=True)


def layer_of(path):
    """Of a file of ours in one of the layers, its name."""
    found = re.match(r"(src|include/gossipod)/(.*)", path)
    if found is None:
        return None
    layer = found[2].split("/")[0] if found[1] == "src" else tidy.public_layer(found[2])
    return layer if layer in LAYERS else None


def counts(lcov):
    """Of each file in LLVM's words, how often each line was run."""
    lines, file = {}, ""
    for line in lcov.split("\n"):
        if line.startswith("SF:"):
            file = os.path.relpath(line[3:], ROOT)
        elif line.startswith("DA:"):
            number, count = line[3:].split(",")[:2]
            of_file = lines.setdefault(file, {})
            of_file[int(number)] = max(of_file.get(int(number), 0), int(count))
    return lines


def report(lines):
    total = {layer: 0 for layer in LAYERS}
    missed = {layer: [] for layer in LAYERS}
    for file in sorted(lines):
        layer = layer_of(file)
        if layer is None:
            continue
        source = (ROOT / file).read_text(encoding="utf-8").split("\n")
        total[layer] += len(lines[file])
        missed[layer] += [f"{file}:{number}: {source[number - 1].strip()}"
                          for number, count in sorted(lines[file].items()) if count == 0]
    for layer in LAYERS:
        print(f"\n--- {layer}: not run")
        print("\n".join(missed[layer]) or "nothing")
    print("\n| layer | lines | not run | covered |\n| --- | ---: | ---: | ---: |")
    good = True
    for layer in LAYERS:
        share = 100.0 * (1 - len(missed[layer]) / total[layer])
        good = good and share >= WANTED
        print(f"| `{layer}` | {total[layer]} | {len(missed[layer])} | {share:.1f} % |")
    return good


def main():
    parse = argparse.ArgumentParser(description=__doc__,
                                    formatter_class=argparse.RawDescriptionHelpFormatter)
    parse.add_argument("--report", action="store_true")
    if not parse.parse_args().report:
        run_tests()
    objects = [word for program in PROGRAMS[1:] for word in ("-object", BUILD / program)]
    lcov = subprocess.run([tool("llvm-cov"), "export", "-format=lcov",
                           f"-instr-profile={BUILD / 'merged.profdata'}", BUILD / PROGRAMS[0],
                           *objects], check=True, text=True, stdout=subprocess.PIPE).stdout
    if not report(counts(lcov)):
        print(f"\nbelow {WANTED:.0f} %")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
