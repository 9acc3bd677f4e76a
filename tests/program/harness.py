"""What every whole-program test needs: the program, simulated engines, and checks that explain themselves.

A test is a script that gets the path of the program and defines functions named test_*. Nothing sleeps to
synchronise: a simulator is ready when it has printed its first line.
"""

import contextlib
import ctypes
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path

PROGRAM = Path(sys.argv[1]).resolve()
PATIENCE = 60  # seconds that no command of the tests may need


# Two engines, one better than the other, for answers that must be valid: with so much time between
# tokens a client on a busy machine still reads them in time.
FAST = ("--fixed", "ttft=10ms,itl=8ms")
SLOW = ("--fixed", "ttft=80ms,itl=16ms")

LIBC = ctypes.CDLL(None)


def die_with_us():
    """In a child before it becomes the program: no simulator outlives a test that was killed."""
    LIBC.prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def environment(**changes):
    """Ours without what changes the program's looks."""
    env = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "COLUMNS", "LC_ALL", "LC_CTYPE")}
    env |= {"LANG": "C.UTF-8", "TERM": "xterm-256color"}
    return env | changes


def tokentrial(*words, exits=0, cwd=None, env=None, stdin=subprocess.DEVNULL):
    """Runs a command to its end and checks its exit code."""
    done = subprocess.run([PROGRAM, *map(str, words)], capture_output=True, text=True, timeout=PATIENCE,
                          cwd=cwd, env=env or environment(), stdin=stdin)
    expected = exits if isinstance(exits, tuple) else (exits,)
    assert done.returncode in expected, (
        f"tokentrial {' '.join(map(str, words))}: exit code {done.returncode}, expected {expected}\n"
        f"--- stdout\n{done.stdout}--- stderr\n{done.stderr}")
    return done


def json_of(*words, **options):
    """The JSON that a command prints: all of stdout, and nothing else."""
    return json.loads(tokentrial(*words, "--json", **options).stdout)


@contextlib.contextmanager
def started(*words, cwd=None, env=None, **options):
    """A command that goes on; killed at the end of the block."""
    child = subprocess.Popen([PROGRAM, *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                             text=True, cwd=cwd, env=env or environment(), preexec_fn=die_with_us, **options)
    try:
        yield child
    finally:
        if child.poll() is None:
            child.kill()
        child.communicate()


@contextlib.contextmanager
def sim(engine="vllm", *words):
    """A simulated engine; gives its URL once it listens."""
    with started("sim", "--engine", engine, "--port", "0", *words) as child:
        line = child.stdout.readline()
        assert line.startswith("listening on http://"), f"the simulator said: {line!r}"
        yield line.split()[-1]


@contextlib.contextmanager
def scratch():
    folder = tempfile.mkdtemp(prefix="tokentrial-")
    try:
        yield Path(folder)
    finally:
        shutil.rmtree(folder)


def wait_for(condition, what):
    """Polls for something that another process does."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if value := condition():
            return value
        time.sleep(0.01)
    raise AssertionError(f"did not happen in {PATIENCE} s: {what}")


def runs_in(results):
    return [p for p in Path(results).glob("*") if p.is_dir()]


def only_run(results):
    runs = runs_in(results)
    assert len(runs) == 1, runs
    return runs[0]


def manifest(run):
    return json.loads((Path(run) / "manifest.json").read_text())


def main(tests):
    """Runs every test_* of the caller's globals; exit code 1 where one failed."""
    failed = 0
    for name, test in list(tests.items()):
        if not name.startswith("test_"):
            continue
        if len(sys.argv) > 2 and not re.search(sys.argv[2], name):
            continue
        began = time.monotonic()
        try:
            test()
            print(f"good    {name} ({time.monotonic() - began:.1f} s)")
        except Exception:
            failed += 1
            print(f"FAILED  {name}")
            traceback.print_exc(file=sys.stdout)
        sys.stdout.flush()
    sys.exit(1 if failed else 0)
