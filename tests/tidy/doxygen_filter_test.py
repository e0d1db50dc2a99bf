#!/usr/bin/env python3
"""tools/doxygen_filter.py: what becomes documentation, and what stays a comment."""

import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tools"))
from doxygen_filter import converted  # noqa: E402


class Filter(unittest.TestCase):
    def gives(self, source, wanted):
        begin = "// The idea.\n#pragma once\n"
        self.assertEqual("/// \\file\n/// The idea.\n#pragma once\n" + wanted,
                         converted(begin + source))

    def test_what_is_said_before_a_declaration(self):
        self.gives("// Ends it.\nvoid stop();\n", "/// Ends it.\nvoid stop();\n")

    def test_what_is_said_beside_it(self):
        self.gives("int a;  // one\n", "int a;  ///< one\n")
        self.gives('const char* a = "//x";  // one\n', 'const char* a = "//x";  ///< one\n')

    def test_what_goes_on_beneath(self):
        self.gives("int a;  // one\n        // two\n", "int a;  ///< one\n///< two\n")

    def test_sections_stay_plain(self):
        self.gives("// --- Time\nint a;\n", "// --- Time\nint a;\n")
        self.gives("// Of all.\n\nint a;\n", "// Of all.\n\nint a;\n")
        self.gives("// Why.\n#if A\n", "// Why.\n#if A\n")

    def test_words_of_doxygen_mean_themselves(self):
        self.gives("// A Result<T> in \\a #b, `c<d>`.\nint a;\n",
                   "/// A Result\\<T\\> in \\\\a \\#b, `c<d>`.\nint a;\n")

    def test_indented_text_is_code(self):
        self.gives("// Do:\n//   a<b>();\n// and so on.\nint a;\n",
                   "/// Do: \\code{.cc}\n///   a<b>(); \\endcode\n/// and so on.\nint a;\n")

    def test_lines_stay_where_they_are(self):
        for header in sorted((ROOT / "include").rglob("*.h")):
            text = header.read_text(encoding="utf-8")
            more = converted(text).count("\n") - text.count("\n")
            self.assertEqual(1, more, header)  # the one that says "file"

    def test_the_inline_namespace_is_left_out(self):
        self.gives("namespace gossipod::inline v0 {\n", "namespace gossipod {\n")


if __name__ == "__main__":
    unittest.main()
