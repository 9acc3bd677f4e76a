#!/usr/bin/env python3
"""Home for each reader, as slides and as a picture; what Runs knows of a run, and cleaning up: in a real browser."""

import json
import subprocess
from pathlib import Path

from dashboard_harness import dashboard
from harness import FAST, SLOW, main, scratch, sim, tokentrial

LOOK = Path(__file__).resolve().parents[1] / "browser/home.mjs"


def measure(folder):
    """Three runs of one name, the oldest first; the second asks for more tokens."""
    with sim("vllm", *FAST) as fast, sim("tgi", *SLOW) as slow:
        for tokens in ("16", "12", "16"):
            tokentrial("run", "--target", f"vllm={fast}", "--target", f"tgi={slow}", "--concurrency", "4", "--requests", "60",
                       "--input-tokens", "32", "--output-tokens", tokens, "--name", "night", "--slo", "ttft_p50=5s", "--quiet",
                       cwd=folder, exits=(0, 3, 4))
    listed = json.loads(tokentrial("results", "list", "--json", cwd=folder).stdout)["runs"]
    return [one["id"] for one in sorted(listed, key=lambda one: one["started"])]


def test_home_and_runs_as_each_reader_uses_them():
    with scratch() as folder:
        oldest, older, newest = measure(folder)
        tokentrial("results", "tag", oldest, "keep", cwd=folder)
        with dashboard(folder / "results") as server:
            done = subprocess.run(["node", LOOK, f"http://127.0.0.1:{server.port}/", newest, older], capture_output=True,
                                  text=True, timeout=300)
            left = {one["id"] for one in server.good("/api/v1/runs")["runs"]}
        assert done.returncode == 0, done.stderr
        found = json.loads(done.stdout)
    for name, view in found.items():
        assert view["trouble"] == [] and view["faults"] == [] and not view["wide"], (name, view)
    readers = found["readers"]
    assert "at one load" in readers["risks"], readers["risks"]
    assert readers["lights"][:3] == ["met", "within", "few failures"], readers["lights"]
    cards = readers["cards"]
    assert {"Scorecards", "Risks", "Next steps", "From run to run"} <= set(cards["executive"]), cards
    assert {"What users feel", "Against published values"} <= set(cards["product"]), cards
    assert {"Every figure", "From a program"} <= set(cards["engineer"]) and "Scorecards" not in cards["engineer"], cards
    assert {"Keep watching", "Objectives"} <= set(cards["operations"]), cards
    slides = found["slides"]
    assert slides["first"] == "We recommend vllm" and "present=7" in slides["link"], slides
    assert "Next steps" in slides["last"] and "present" not in slides["closed"], slides
    assert found["files"]["picture"] == "PNG" and found["files"]["bytes"] > 20_000, found["files"]
    advanced = found["advanced"]
    assert "Scorecards" in advanced["cards"] and len(advanced["strip"]) == 2 and "vllm" in advanced["strip"][0], advanced
    assert len(advanced["published"]) == 6 and any("Nielsen" in one and "within" in one for one in advanced["published"]), advanced
    runs = found["runs"]
    assert "name:" in runs["plan"] and "60 of 60" in runs["about"] and "Tokens out" in runs["about"], runs
    assert "output" in runs["differ"] and "12" in runs["differ"] and "16" in runs["differ"], runs["differ"]
    assert len(runs["before"]) == 3 and "Meta-Llama-3-8B-Instruct" in runs["before"][0], runs["before"]
    assert older in runs["gone"] and oldest not in runs["gone"], runs["gone"]
    assert left == {oldest, newest}, left


main(globals())
