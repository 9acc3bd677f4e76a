#!/usr/bin/env python3
"""What people do with runs in the dashboard, in a real browser: bring files of other tools, reckon the cost, look at a part."""

import csv
import json
import re
import subprocess
from pathlib import Path

from dashboard_harness import dashboard, one_night
from harness import main, scratch

TESTS = Path(__file__).resolve().parents[1]
LOOK = TESTS / "browser/explore.mjs"
FILES = [TESTS / "corpus/import" / name for name in ("locust-faults.csv", "bad-binary.csv", "vllm-bench.json")]


def check_cost_files(files):
    begins = {name: file["begins"] for name, file in files.items()}
    assert begins["Document (PDF)"] == "%PDF-" and begins["Workbook (Excel)"].startswith("PK"), begins
    assert begins["Picture (PNG)"] == "\x89PNG\r" and files["Picture (PNG)"]["bytes"] > 5000, files["Picture (PNG)"]
    drawing = files["Drawing (SVG)"]["text"]
    assert drawing.startswith("<svg") and drawing.count("<circle") == 2 and "var(" not in drawing, drawing[:300]
    months = list(csv.DictReader(files["Months (CSV)"]["text"].splitlines()))
    assert [(row["requests_per_s"], row["target"]) for row in months] == [(n, t) for t in ("vllm", "tgi") for n in ("10", "500")], months
    told = json.loads(files["All of it (JSON)"]["text"])
    assert float(months[0]["monthly"]) == told["targets"][0]["budgets"][0]["monthly"]["value"] > 0, months[0]
    loads = list(csv.DictReader(files["Every load (CSV)"]["text"].splitlines()))
    assert [row["target"] for row in loads] == ["vllm", "tgi"] and float(loads[0]["per_1m_tokens"]) > 0, loads


def test_runs_are_explored():
    with scratch() as folder:
        run = one_night(folder)
        with dashboard(folder / "results") as server:
            done = subprocess.run(["node", LOOK, f"http://127.0.0.1:{server.port}/", run, *FILES], capture_output=True,
                                  text=True, timeout=500)
            kept = len(server.good("/api/v1/runs")["runs"])
            left = server.good("/api/v1/uploads")["uploads"]
        assert done.returncode == 0, done.stderr
        found = json.loads(done.stdout)
    for name, view in found.items():
        # A price that is no number is refused by HTTP, which Chromium tells of itself.
        trouble = [one for one in view["trouble"] if name != "cost" or "400 (Bad Request)" not in one]
        assert trouble == [], (name, trouble)
        assert view["faults"] == [] and not view["wide"], (name, view)
    brought = found["imports"]
    faulty, binary, whole = brought["judged"]
    assert "quality 0 of 100" in faulty and "cannot be read" in binary and "line 2" in binary, brought
    assert "vLLM" in whole and "4 requests" in whole, brought
    assert "line 3, ttft_ms 'fast'" in brought["report"] and brought["preview"] == 4, brought
    assert kept == 3 and left == [] and "locust-faults" in brought["link"], (kept, left, brought["link"])
    cost = found["cost"]
    assert "price=2.5" in cost["link"] and "vllm saves about $" in cost["said"] and cost["said"] == cost["again"], cost
    assert cost["months"] == 4 and "'much' is not a price" in cost["wrong"], cost
    check_cost_files(cost["files"])
    part = found["part"]
    brushed, of = (int(word) for word in re.findall(r"\d+", part["brushed"]))
    pressed = int(part["pressed"].split()[0])
    assert 0 < pressed < brushed < of == 240, part
    assert "min_sent_s=" in part["link"] and "target=0" in part["link"], part
    begins = {name: file["begins"] for name, file in part["files"].items()}
    assert begins["Picture (PNG)"] == "\x89PNG\r" and begins["Document (PDF)"] == "%PDF-", begins
    assert begins["Drawing (SVG)"].startswith("<svg") or begins["Drawing (SVG)"] == "<?xml", begins
    assert part["files"]["Drawing (SVG)"]["ofAPart"], "the drawing does not say of what part it is"
    assert part["files"]["Figures (CSV)"]["lines"] > 2, part["files"]
    heads = found["layout"]["heads"]
    assert heads.index("What stands out") < heads.index("At a glance") and "Validity checks" not in heads, heads


main(globals())
