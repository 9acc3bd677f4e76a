#!/usr/bin/env python3
"""The pages Launch and Live in a real browser: a run from two addresses to its answer, watched; a cut connection, a program
that is started again, an engine that goes away; a plan typed by keys alone."""

import json
import subprocess
from pathlib import Path

from harness import PROGRAM, main, scratch, sim

LOOK = Path(__file__).resolve().parents[1] / "browser/live.mjs"
# Of scenario A: within two minutes of the first look, the loads' own eight seconds included.
CLOCK_BUDGET = 120
# Chromium tells of a socket that is refused while the program is away.
AWAY = ("WebSocket", "ERR_CONNECTION")


# So slow that a busy machine adds little: a client that was late itself has no answer.
def test_a_run_from_two_addresses_to_its_answer():
    with scratch() as folder:
        with sim("vllm", "--fixed", "ttft=60ms,itl=2ms") as fast, sim("tgi", "--fixed", "ttft=240ms,itl=8ms") as slow:
            done = subprocess.run(["node", LOOK, PROGRAM, folder / "results", fast, slow], capture_output=True, text=True,
                                  timeout=500)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    for name, view in found.items():
        trouble = [one for one in view["trouble"] if name != "restarted" or not any(word in one for word in AWAY)]
        assert trouble == [], (name, trouble)

    first = found["scenario"]
    assert "2 targets" in first["told"] and "8 s" in first["told"], first
    assert first["charts"] == 3 and first["figures"] == 2 and first["answered"] > 50, first
    assert first["answer"].startswith("We recommend") and "slow" not in first["answer"], first
    assert first["seconds"] < CLOCK_BUDGET, first

    cut = found["cut"]
    assert cut["asked"][0] == "" and len(cut["asked"]) == 2 and "after=" in cut["asked"][1], cut
    assert cut["holes"] == [] and cut["missed"] == 0, cut
    assert cut["answered"] == first["answered"], (cut, first)

    keys = found["keys"]
    assert "line 3, column 1" in keys["fault"] and "did you mean load" in keys["fault"], keys
    assert keys["chosen"] == "lode: 1", keys
    gone = found["engineGone"]
    assert gone["answered"] > 0 and gone["failed"] > 0 and gone["charts"] >= 6, gone
    again = found["restarted"]
    assert again["kept"] > 0 and again["after"] >= again["kept"], again

    looks = [first, keys, gone, *found["light"]["all"].values(), *found["dark"]["all"].values()]
    for look in looks:
        assert look["faults"] == [] and not look["wide"], look


main(globals())
