#!/usr/bin/env python3
"""Each rule of tools/tidy.py bites: a small good tree, and one bad change to it per case."""

import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tools"))
import tidy  # noqa: E402

HEADER = "// An idea.\n#pragma once\n"
GOOD = {
    "CMakeLists.txt": "add_subdirectory(src)\n",
    "src/base/CMakeLists.txt": "gossipod_layer(base\n  SOURCES rng.cc)\n",
    "src/base/rng.h": HEADER,
    "src/base/rng.cc": '#include "base/rng.h"\n\n#include <array>\n',
    "src/wire/CMakeLists.txt": "gossipod_layer(wire USES base SOURCES codec.cc)\n",
    "src/wire/codec.h": HEADER + '#include <gossipod/bytes.h>\n#include "base/rng.h"\n',
    "src/wire/codec.cc": '#include "wire/codec.h"\n',
    "src/envelope/CMakeLists.txt": "gossipod_layer(envelope USES base SOURCES cipher.cc)\n",
    "src/envelope/cipher.h": HEADER,
    "src/envelope/cipher.cc": '#include "envelope/cipher.h"\n#include <openssl/evp.h>\n',
    "include/gossipod/bytes.h": HEADER + "#include <cstdint>\n",
    "include/gossipod/wire/message.h": HEADER,
    "include/gossipod/gossipod.h": HEADER,
    "tests/CMakeLists.txt": "gossipod_test(unit_wire SOURCES unit/wire/codec_test.cc)\n",
    "tests/unit/wire/codec_test.cc": "#include <gtest/gtest.h>\n",
}


class Rules(unittest.TestCase):
    def offences(self, changes):
        """What tidy says about the good tree with these files in it."""
        with tempfile.TemporaryDirectory() as folder:
            for path, text in {**GOOD, **changes}.items():
                file = Path(folder) / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8")
            return tidy.check(folder)

    def expect(self, rule, path, text, line=None):
        found = self.offences({path: text})
        self.assertTrue(
            any(each.rule == rule and each.path == path and line in (None, each.line)
                for each in found), [str(each) for each in found])

    def expect_none(self, path, text):
        self.assertEqual([], [str(each) for each in self.offences({path: text})])

    def test_the_good_tree_is_good(self):
        self.assertEqual([], [str(each) for each in self.offences({})])

    def test_a_layer_must_not_use_what_the_law_forbids(self):
        self.expect("arrows", "src/base/CMakeLists.txt",
                    "gossipod_layer(base USES wire SOURCES rng.cc)\n", 1)

    def test_a_layer_must_be_in_the_law(self):
        self.expect("arrows", "src/base/CMakeLists.txt",
                    "gossipod_layer(cellar SOURCES rng.cc)\n", 1)

    def test_includes_keep_to_the_arrows(self):
        self.expect("arrows", "src/base/rng.cc", '#include "wire/codec.h"\n', 1)
        self.expect("arrows", "src/wire/codec.cc", '#include "envelope/cipher.h"\n', 1)
        self.expect("arrows", "src/wire/codec.cc", "#include <gossipod/gossipod.h>\n", 1)
        self.expect("arrows", "src/base/rng.cc", "#include <gossipod/wire/message.h>\n", 1)
        self.expect("arrows", "include/gossipod/bytes.h",
                    HEADER + "#include <gossipod/wire/message.h>\n", 3)

    def test_includes_keep_to_the_uses_list(self):
        self.expect("arrows", "src/wire/CMakeLists.txt",
                    "gossipod_layer(cellar USES wire SOURCES codec.cc)\n")
        without = "gossipod_layer(wire SOURCES codec.cc)\n"
        found = self.offences({"src/wire/CMakeLists.txt": without})
        self.assertEqual([("arrows", "src/wire/codec.h")], [(o.rule, o.path) for o in found])

    def test_includes_exist(self):
        self.expect("includes", "src/wire/codec.cc", '#include "wire/absent.h"\n')
        self.expect("includes", "src/wire/codec.cc", '#include "codec.h"\n')
        self.expect("includes", "src/wire/codec.cc", "#include <gossipod/absent.h>\n")

    def test_others_headers_stay_where_they_belong(self):
        for text in ("<openssl/evp.h>", "<zlib.h>", "<asio/io_context.hpp>", "<fmt/format.h>",
                     "<sys/socket.h>", "<unknown/library.h>", "<boost/x.hpp>"):
            self.expect("includes", "src/wire/codec.cc", f"#include {text}\n", 1)
        self.expect("includes", "src/envelope/cipher.h", HEADER + "#include <gtest/gtest.h>\n", 3)

    def test_public_headers_include_nothing_inner_or_foreign(self):
        self.expect("includes", "include/gossipod/bytes.h", HEADER + '#include "base/rng.h"\n')
        self.expect("includes", "include/gossipod/bytes.h", HEADER + "#include <asio.hpp>\n")
        self.expect("includes", "include/gossipod/bytes.h", HEADER + "#include <unistd.h>\n")

    def test_users_of_the_library_see_public_headers_only(self):
        self.expect("includes", "examples/one.cc", '#include "wire/codec.h"\n')
        self.expect("includes", "sim/world.cc", '#include "wire/codec.h"\n')
        self.expect("includes", "src/cli/main.cc", '#include "wire/codec.h"\n')

    def test_purity(self):
        for rule, text in {
            "clock": "auto t = std::chrono::steady_clock::now();",
            "random": "std::random_device d;",
            "thread": "std::mutex lock;",
            "unordered": "std::unordered_map<int, int> m;",
            "exceptions": "throw 1;",
        }.items():
            self.expect(rule, "src/wire/codec.cc", f"int x;\n{text}\n", 2)
        self.expect("pure", "src/wire/codec.cc", "#include <thread>\n")
        self.expect("pure", "src/wire/codec.cc", "#include <random>\n")

    def test_words_in_comments_and_texts_do_not_count(self):
        self.expect_none("src/wire/codec.cc",
                         '// std::mutex\n/* throw\n rand() */ auto a = "std::mutex \\" rand(";\n'
                         'auto b = R"(throw)";\nint million = 1\'000\'000;\n')

    def test_code_after_a_digit_separator_counts(self):
        self.expect("thread", "src/wire/codec.cc", "int m = 1'000; std::mutex l; int n = 2'000;\n")

    def test_a_reason_allows(self):
        self.expect_none("src/wire/codec.cc",
                         "// tidy: allow unordered: nobody walks through it\n"
                         "std::unordered_map<int, int> m;\n")
        self.expect("unordered", "src/wire/codec.cc",
                    "// tidy: allow unordered:\nstd::unordered_map<int, int> m;\n")

    def test_no_file_is_forgotten(self):
        self.expect("forgotten", "src/wire/lost.cc", "int x;\n")
        self.expect("forgotten", "tests/unit/wire/lost_test.cc", "int x;\n")
        self.expect("forgotten", "bench/lost_bench.cc", "int x;\n")
        self.expect("forgotten", "fuzz/lost.cc", "int x;\n")
        self.expect("forgotten", "src/wire/CMakeLists.txt",
                    "gossipod_layer(wire USES base SOURCES codec.cc)\nfile(GLOB all *.cc)\n")
        self.expect("forgotten", "src/wire/lost.cc", "int x;\n# gossipod lost.cc\n")

    def test_length_of_files(self):
        self.expect("length", "src/wire/codec.cc", "int x;\n" * 351)
        self.expect_none("src/wire/codec.cc", "int x;\n" * 350)
        self.expect("length", "tests/unit/wire/codec_test.cc", "int x;\n" * 351)
        self.expect("length", "tests/interop/story.py", "x = 1\n" * 351)

    def test_length_of_lines(self):
        self.expect("columns", "src/wire/codec.cc", "//" + "x" * 99 + "\n")
        self.expect_none("src/wire/codec.cc", "//" + "ä" * 98 + "\n")
        self.expect("columns", "src/wire/codec.cc", "int x; \n")
        self.expect("columns", "src/wire/codec.cc", "\tint x;\n")

    def test_headers(self):
        self.expect("header", "src/wire/codec.h", "// An idea.\n")
        self.expect("header", "src/wire/codec.h", "#pragma once\n")
        self.expect("header", "src/wire/codec.h", HEADER + "using namespace std;\n")

    def test_nothing_unfinished(self):
        for word in ("// TODO: later", "// FIXME", "// XXX", "TEST(A, DISABLED_b) {}",
                     "GTEST_SKIP();"):
            self.expect("unfinished", "tests/unit/wire/codec_test.cc", word + "\n", 1)

    def test_no_path_of_one_machine(self):
        self.expect("machine", "docs/design.md", "see /home/me/notes\n")
        self.expect("machine", "tools/x.sh", "cd /work/x\n")
        self.expect_none("tools/x.sh", "cd $ROOT/work/x; ls ./home/x\n")

    def test_length_of_functions(self):
        def function(lines, head="int f(int x)"):
            return f"namespace a {{\n{head} {{\n" + "  g();\n" * (lines - 2) + "}\n}\n"

        self.expect("function", "src/wire/codec.cc", function(71), 2)
        self.expect("function", "src/wire/codec.cc", function(71, "A::A() : a_{1}, b_(2)"), 2)
        self.expect("function", "src/wire/codec.cc", function(71, "auto f() const noexcept -> int"))
        self.expect("function", "src/wire/codec.cc",
                    "struct S {\n  void f() {\n" + "    if (x) { g(); }\n" * 70 + "  }\n};\n", 2)
        self.expect_none("src/wire/codec.cc", function(70))
        self.expect_none("src/wire/codec.cc", "struct S {\n" + "  int f();\n" * 80 + "};\n")
        self.expect_none("src/wire/codec.cc",
                         "int a[] = {\n" + "  f(1),\n" * 80 + "};\n")


if __name__ == "__main__":
    unittest.main()
