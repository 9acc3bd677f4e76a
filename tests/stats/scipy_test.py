#!/usr/bin/env python3
"""scipy_test.py <stats_driver> [topic...]: src/stats against SciPy and NumPy. Every check_<topic>.py
beside this file yields cases; all go through the driver at once."""

import collections
import importlib
import subprocess
import sys
from pathlib import Path

import numpy
import scipy


def main():
    driver, *wanted = sys.argv[1:]
    names = sorted(path.stem for path in Path(__file__).parent.glob("check_*.py"))
    topics = [name for name in names if not wanted or name.removeprefix("check_") in wanted]
    if not topics:
        sys.exit(f"there are no cases; topics: {' '.join(names)}")
    cases = [case for topic in topics for case in importlib.import_module(topic).cases()]
    done = subprocess.run([driver], input="".join(case.line() + "\n" for case in cases), text=True,
                          stdout=subprocess.PIPE, check=True)
    answers = done.stdout.splitlines()
    if len(answers) != len(cases):
        sys.exit(f"{len(cases)} cases, but {len(answers)} answers")
    faults = 0
    counts = collections.Counter(case.function for case in cases)
    for case, answer in zip(cases, answers):
        fault = case.fault(answer.strip())
        if fault:
            faults += 1
            if faults <= 20:
                print(f"{case.line()[:300]}\n  {fault}")
    print(f"{len(cases)} cases of {len(counts)} functions against SciPy {scipy.__version__} and NumPy "
          f"{numpy.__version__}: {faults} differ")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
