#!/usr/bin/env python3
"""Two runs set against each other in the dashboard, in a real browser: charts, one zoom for all, files to share."""

import csv
import io
import json
import subprocess
from pathlib import Path

from dashboard_harness import dashboard
from harness import FAST, SLOW, json_of, main, scratch, sim, tokentrial

LOOK = Path(__file__).resolve().parents[1] / "browser/compare.mjs"


def measure(folder):
    for name, kind in (("before", FAST), ("after", SLOW)):
        with sim("vllm", *kind) as url:
            tokentrial("run", "--target", f"vllm={url}", "--concurrency", "4", "--requests", "120", "--input-tokens", "32",
                       "--output-tokens", "16", "--name", name, "--quiet", cwd=folder, exits=(0, 3, 4))
    found = {path.name.rsplit("-", 2)[0]: path.name for path in (folder / "results").iterdir() if path.is_dir()}
    return [found["before"], found["after"]]


def check_csv(text, folder, runs):
    rows = list(csv.DictReader(io.StringIO(text)))
    contest = json_of("compare", *runs, cwd=folder, exits=(0, 3, 4))["comparisons"][0]
    figures = {figure["name"]: figure for figure in contest["figures"]}
    assert len(rows) == len(figures) > 8, rows
    for row in rows:
        told = figures[row["figure"]]["against_baseline"][0]
        assert row["verdict"] == (told["verdict"] if contest["comparable"] else "not_comparable"), row
        assert float(row["value"]) == told["value"], row
        if told["interval"]:
            assert float(row["low_95"]) == told["interval"]["low"], row


def test_runs_are_compared():
    with scratch() as folder:
        runs = measure(folder)
        with dashboard(folder / "results") as server:
            done = subprocess.run(["node", LOOK, f"http://127.0.0.1:{server.port}/", ",".join(runs)], capture_output=True,
                                  text=True, timeout=300)
        assert done.returncode == 0, done.stderr
        found = json.loads(done.stdout)
        for name, view in found.items():
            assert view["trouble"] == [] and view["faults"] == [] and not view["wide"], (name, view)
        seen = found["compared"]
        assert seen["chooser"]["faults"] == [], seen["chooser"]
        charts = seen["charts"]
        assert charts["whole"] == charts["again"] == charts["alone"] != charts["zoomed"], charts
        assert seen["restored"] == ["ttft-ecdf", "ttft-distribution"] and seen["apart"], seen
        assert "Mann-Whitney" in seen["tests"] and "Cliff" in seen["tests"], seen["tests"]
        saved = seen["saved"]
        assert saved["Document (PDF)"]["begins"] == "%PDF", saved
        assert saved["Document (Word)"]["begins"] == saved["Workbook (Excel)"]["begins"] == "PK\x03\x04", saved
        check_csv(saved["Differences (CSV)"]["text"], folder, runs)
        beside = found["beside"]
        for ends in (beside["whole"], beside["zoomed"]):
            assert ends[0] == ends[1] and len(ends[0]) > 6, beside
        assert beside["whole"] != beside["zoomed"] and beside["titles"] == ["before", "after"], beside
        assert found["usual"]["restored"] == ["differences", "winners", "radar-5"], found["usual"]


main(globals())
