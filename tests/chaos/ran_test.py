"""A test that was skipped is noticed by tools/ran.sh, with logs that ctest wrote."""

import os
import subprocess
import sys
import tempfile
import unittest

RAN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tools", "ran.sh")
CTEST = sys.argv.pop(1) if len(sys.argv) > 1 else "ctest"
TESTS = """
add_test(chaos_ours sh -c "exit 0")
add_test(chaos_mixed sh -c "exit {code}")
set_tests_properties(chaos_mixed PROPERTIES SKIP_RETURN_CODE 77 DISABLED {disabled})
"""


class SkippedTests(unittest.TestCase):
    def ran(self, *names, code=0, disabled="OFF"):
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "CTestTestfile.cmake"), "w") as tests:
                tests.write(TESTS.format(code=code, disabled=disabled))
            log = os.path.join(folder, "ctest.log")
            with open(log, "w") as out:
                subprocess.run([CTEST, "--test-dir", folder], stdout=out, check=True)
            return subprocess.run([RAN, log, *names], capture_output=True, text=True, check=False)

    def test_are_none_when_all_ran(self):
        done = self.ran("chaos_ours", "chaos_mixed")
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_fail_by_their_name(self):
        done = self.ran("chaos_ours", code=77)
        self.assertEqual(done.returncode, 1)
        self.assertIn("chaos_mixed", done.stderr)

    def test_fail_when_they_are_switched_off(self):
        self.assertEqual(self.ran(disabled="ON").returncode, 1)

    def test_fail_when_they_are_not_there(self):
        done = self.ran("chaos_ours", "chaos_sandbox")
        self.assertEqual((done.returncode, done.stderr),
                         (1, "chaos_sandbox did not run, and has to\n"))
        self.assertEqual(self.ran("chaos").returncode, 1)  # a part of a name is none


if __name__ == "__main__":
    unittest.main()
