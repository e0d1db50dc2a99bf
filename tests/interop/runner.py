"""Runs test methods side by side: they mostly wait for timers, each on ports of its own."""

import concurrent.futures
import sys
import time
import traceback
import unittest


def _run_one(test):
    result = unittest.TestResult()
    start = time.monotonic()
    test.run(result)
    return test, result, time.monotonic() - start


def _tests(suite):
    for entry in suite:
        if isinstance(entry, unittest.TestSuite):
            yield from _tests(entry)
        else:
            yield entry


def run(cases, workers, only=None):
    """The exit code: 0 only if every test of `cases` ran and passed."""
    loader = unittest.TestLoader()
    tests = []
    for case in cases:
        tests.extend(_tests(loader.loadTestsFromTestCase(case)))
    if only:
        tests = [test for test in tests if only in test.id()]
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        for done in concurrent.futures.as_completed([pool.submit(_run_one, t) for t in tests]):
            try:
                test, result, seconds = done.result()
            except Exception:  # a mistake of the runner itself
                traceback.print_exc()
                failed += 1
                continue
            wrong = result.failures + result.errors
            failed += 1 if wrong else 0
            name = test.id().split(".", 1)[-1]
            print(f"{'FAILED' if wrong else 'ok':6} {name} ({seconds:.1f} s)", flush=True)
            for _, text in wrong:
                print(text, flush=True)
    print(f"{len(tests)} tests, {failed} failed", flush=True)
    if not tests:
        print("nothing ran", file=sys.stderr)
        return 1
    return 1 if failed else 0
