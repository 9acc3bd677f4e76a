#!/usr/bin/env python3
"""The pages Launch, Live and Runs in a real browser, beside what dashboard_live_page_test.py sees: which model, which
scenarios, the queue's order, charts of a watched run as files, a run's removal."""

import base64
import csv
import json
import struct
import subprocess
from pathlib import Path

from harness import PROGRAM, main, scratch, sim

LOOK = Path(__file__).resolve().parents[1] / "browser/watch.mjs"


def table(text):
    return list(csv.DictReader(text.splitlines()))


def test_from_a_model_to_runs_that_are_watched_saved_and_removed():
    with scratch() as folder, sim("vllm", "--model", "small", "--model", "large", "--fixed", "ttft=5ms,itl=1ms") as engine:
        done = subprocess.run(["node", LOOK, PROGRAM, folder / "results", engine], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    for name, view in found.items():
        # Chromium tells of an answer that is an error.
        trouble = [one for one in view["trouble"] if name != "removal" or "409" not in one]
        assert trouble == [], (name, trouble)

    choices = found["choices"]
    assert len(choices["scenarios"]) == 9 and "Output tokens a second" in choices["scenarios"][1], choices["scenarios"]
    assert "max_tokens: 1000" in choices["text"], choices["text"]
    assert "“Customer support”" in choices["told"], choices["told"]
    assert sorted((run.rsplit("-", 2)[0], model) for run, model in choices["runs"]) == [
        ("customer-support", "large"), ("short-to-short", "large")], choices["runs"]

    assert choices["kept"] == [True, True], choices["kept"]

    queue = found["queue"]
    names = [[next(n for n in ("first", "second", "third") if n in row) for row in queue[when][:3]]
             for when in ("before", "after", "other")]
    assert names == [["first", "second", "third"], ["first", "third", "second"], ["first", "third", "second"]], queue
    assert queue["states"] == ["stopped", "stopped", "stopped"] and queue["otherTrouble"] == [], queue

    stays = found["stays"]
    assert stays["theme"] == "dark" and stays["charts"] >= 8 and "own" in stays["summary"], stays
    assert stays["arranged"][:2] == ["Requests, from start to end", "Output tokens a second"], stays["arranged"]
    assert "Time between tokens" not in stays["arranged"] and stays["again"] == stays["arranged"], stays
    assert len(stays["held"]) > 100 and stays["held"] == stays["after"], stays["held"]
    picture = base64.b64decode(stays["png"]["base64"])
    width, height = struct.unpack(">II", picture[16:24])
    assert picture[1:4] == b"PNG" and width > 600 and height > 400, (width, height)
    assert stays["png"]["name"].startswith("stays-") and stays["png"]["name"].endswith("-throughput.png"), stays["png"]["name"]
    rates = table(stays["csv"]["Output tokens a second"])
    assert {row["target"] for row in rates} == {"own"} and max(float(row["value"]) for row in rates) > 10, rates
    shares = table(stays["csv"]["Time to first token"])
    assert abs(sum(float(row["share"]) for row in shares) - 1) < 1e-6, shares
    bars = table(stays["csv"]["Requests, from start to end"])
    assert bars and all(float(bar["end_s"]) > float(bar["start_s"]) for bar in bars), bars

    removal = found["removal"]
    assert removal["status"] == 409 and "baseline" in removal["why"], removal
    assert len(removal["left"]) == 3 and removal["run"] not in removal["left"], removal
    assert removal["run"] not in removal["shown"], removal

    for look in (choices["asked"], choices["shown"], choices["chosen"], queue, stays, stays["arranging"], removal):
        assert look["faults"] == [] and not look["wide"], look


main(globals())
