#!/usr/bin/env python3
"""What mutations.py makes of a small text: everything it should, and nothing else."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import mutations  # noqa: E402


class Mutations(unittest.TestCase):
    def changed(self, text, kind):
        return [m.apply(text) for m in mutations.mutations(text) if m.kind == kind]

    def test_relations_and_logic(self):
        self.assertEqual(self.changed("x = a < b;", "relation"), ["x = a <= b;", "x = a >= b;"])
        self.assertEqual(self.changed("x = a == b;", "relation"), ["x = a != b;"])
        self.assertEqual(self.changed("x = a &&\n    b;", "logic"), ["x = a ||\n    b;"])
        for innocent in ("std::vector<int> a;", "a->b();", "a << b;", "f(auto&& x);", "&a"):
            self.assertEqual(self.changed(innocent, "relation"), [])
            self.assertEqual(self.changed(innocent, "logic"), [])

    def test_negations(self):
        self.assertEqual(self.changed("if (!a) b();", "negation"), ["if (a) b();"])
        self.assertEqual(self.changed("if (a(1)) b();", "negation"), ["if (!(a(1))) b();"])
        self.assertEqual(self.changed("if (a == b && c) d();", "negation"),
                         ["if (!(a == b && c)) d();"])
        self.assertEqual(self.changed("if (a == b) c();", "negation"), [])  # it is a relation
        self.assertEqual(self.changed("x = a != b;", "negation"), [])

    def test_signs_and_extremes(self):
        self.assertEqual(self.changed("a + b;", "sign"), ["a - b;"])
        self.assertEqual(self.changed("++a;", "sign"), ["--a;"])
        self.assertEqual(self.changed("a -= b;", "sign"), ["a += b;"])
        self.assertEqual(self.changed("a->b; x = -1;", "sign"), [])
        self.assertEqual(self.changed("std::max(a, b)", "min and max"), ["std::min(a, b)"])

    def test_constants(self):
        self.assertEqual(sorted(self.changed("f(2u);", "constant")), ["f(1u);", "f(3u);"])
        self.assertEqual(self.changed("f(0);", "constant"), ["f(1);"])
        self.assertEqual(sorted(self.changed("f(1.5);", "constant")), ["f(0.5);", "f(2.5);"])
        self.assertEqual(self.changed("f(true);", "constant"), ["f(false);"])
        self.assertEqual(self.changed("uint32_t a4; b = 0xff'ff;", "constant"), [])

    def test_return_values(self):
        self.assertEqual(self.changed("return a || b;", "return value"), ["return !(a || b);"])
        self.assertEqual(self.changed("return true;", "return value"), [])
        self.assertEqual(self.changed("return true;", "constant"), ["return false;"])

    def test_comments_strings_directives_and_assertions_stay(self):
        for text in ('f("a < b", x);', "// a < b\n", "/* 1\n 2 */", "#include <a>\n#if A < 2\n",
                     "f(' ');", "static_assert([] { return a < 2; }());", "GOSSIPOD_ASSERT(a < 2);",
                     'f("\\" < ", x);'):
            self.assertEqual(mutations.mutations(text), [], text)
        text = "// one\nx = a < b;"
        self.assertEqual([m.line(text) for m in mutations.mutations(text)], [2, 2])

    def test_statements(self):
        text = """namespace n {
struct S {
  int member;
  void inside() { ++member; }
};
void f(int a) {
  const int local = g(a);
  Event event;
  h(local, [&](int b) { return b; });
  if (a) return;
  if (a) {
    k = {.x = 1};
  }
  for (int i = a; i; i = next(i)) l(i);
  return;
}
}
"""
        left = [text[m.start:m.end] for m in mutations.mutations(text) if m.kind == "statement"]
        self.assertEqual(left, ["++member;", "return;", "k = {.x = 1};", "l(i);"])
        self.assertEqual(self.changed("void f() { return g(a); }", "statement"),
                         ["void f() { return; }"])

    def test_descriptions_fit_in_a_table(self):
        text = "void f() {\n  g(a,\n    b);\n  x = a + b;\n}\n"
        said = [m.describe(text) for m in mutations.mutations(text)]
        self.assertIn("`g(a, b)` deleted", said)
        self.assertIn("`x = a + b;` → `x = a - b;`", said)


if __name__ == "__main__":
    unittest.main()
