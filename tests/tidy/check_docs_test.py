#!/usr/bin/env python3
"""Each rule of tools/check_docs.py bites: a small tree that is right, then one bad change."""

import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tools"))
import check_docs  # noqa: E402

GOOD = {
    "include/gossipod/stats.h": """
enum class Counter : std::uint16_t {
  probes,  // a, b
  joins,
  count_
};
struct Stats {
  std::uint64_t health = 0;
};
""",
    "include/gossipod/observer.h": """
enum class Id : std::uint16_t {
  died = 1,  // info: by, who
};
""",
    "include/gossipod/config.h": "B& with_name(int n);\nB& with_key(int n);\n",
    "include/gossipod/limits.h": "inline constexpr std::size_t names_max = 1;\n",
    "docs/metrics.md": """
## Counters
| `probes` | x |
| `joins` | x |
## Gauges
| `health` | x |
## Facts
| `died` | info |
""",
    "docs/configuration.md": "| `with_name` | x |\n| `with_key` | x |\n",
    "docs/moving_from_memberlist.md": "| Keys | `with_key` |\n",
    "docs/limits.md": "# Limits\n| `names_max` | 1 |\n",
    "docs/parity.md": "| P1 | x | y | `A.B`, `test_c` |\n| Q1 | x | none: y | |\n",
    "tests/a_test.cc": "TEST_F(A, B) {}\n",
    "tests/c_test.py": "class C:\n    def test_c(self):\n        pass\n",
    "README.md": "See [keys](docs/limits.md#limits).\n```cpp\nint main() {}\n```\n",
    "examples/hello.cc": "int main() {}\n",
}


class Rules(unittest.TestCase):
    def offences(self, changes):
        with tempfile.TemporaryDirectory() as folder:
            for path, text in {**GOOD, **changes}.items():
                file = Path(folder) / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8")
            return check_docs.run(folder)

    def expect(self, path, old, new, what):
        self.assertIn(old, GOOD[path])
        found = self.offences({path: GOOD[path].replace(old, new)})
        self.assertTrue(any(what in each for each in found), found)

    def test_right_documents_are_right(self):
        self.assertEqual([], self.offences({}))

    def test_counters(self):
        self.expect("docs/metrics.md", "| `joins` | x |\n", "", "counter joins is not described")
        self.expect("docs/metrics.md", "`joins`", "`jions`", "counter jions does not exist")

    def test_gauges(self):
        self.expect("docs/metrics.md", "| `health` | x |\n", "", "gauge health is not described")

    def test_facts(self):
        self.expect("docs/metrics.md", "| `died` | info |\n", "", "fact died is not described")

    def test_knobs(self):
        self.expect("docs/configuration.md", "| `with_name` | x |\n", "", "knob with_name is not")
        self.expect("docs/configuration.md", "with_name", "with_x", "knob with_x does not exist")
        self.expect("README.md", "See", "`with_color`, see", "knob with_color does not exist")
        self.expect("docs/moving_from_memberlist.md", "with_key", "key", "knob with_key is not")

    def test_limits(self):
        self.expect("docs/limits.md", "names_max", "name_max", "limit names_max is not described")

    def test_parity(self):
        for old, new, what in (
                ("A.B", "A.C", "row P1: there is no test A.C"),
                ("test_c", "test_d", "row P1: there is no test test_d"),
                (", `test_c`", ", by eye", "row P1: what proves it is not a list of tests"),
                ("none: y", "y", "row Q1 names no test and does not say why"),
                ("| x | y |", "| x |", "row P1 has 3 columns"),
                ("| Q1 |", "| Q2 |", "the rows Q are not numbered from 1 on")):
            self.expect("docs/parity.md", old, new, what)
        self.expect("tests/a_test.cc", "B", "C", "row P1: there is no test A.B")

    def test_links(self):
        self.expect("README.md", "limits.md#", "limit.md#", "leads nowhere")
        self.expect("README.md", "#limits", "#bounds", "has no such heading")
        self.expect("README.md", "See", "See `src/absent.cc` and", "there is no src/absent.cc")

    def test_the_program_of_the_readme(self):
        self.expect("examples/hello.cc", "{}", "{ }", "is not examples/hello.cc")


if __name__ == "__main__":
    unittest.main()
