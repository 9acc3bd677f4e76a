#!/usr/bin/env python3
"""The builder of reports in a real browser: kinds, runs, sections, templates with faults at their lines, files, what fails."""

import json
import subprocess
from pathlib import Path

from dashboard_harness import dashboard
from harness import FAST, SLOW, main, scratch, sim, tokentrial

LOOK = Path(__file__).resolve().parents[1] / "browser/reports.mjs"
GOOD = """kind: decision
title: Which engine for the assistant?
sections:
  - title: Why we measured
    text: People leave when the **first word** is late.
  - recommendation
  - steps
"""
BAD = """kind: decison
sections:
  - answer
  - chrts
"""


def measure(folder, times):
    with sim("vllm", *FAST) as fast, sim("tgi", *SLOW) as slow:
        for _ in range(times):
            tokentrial("run", "--target", f"vllm={fast}", "--target", f"tgi={slow}", "--concurrency", "4", "--requests", "40",
                       "--input-tokens", "32", "--output-tokens", "8", "--name", "night", "--quiet", cwd=folder, exits=(0, 3, 4))
    return sorted(path.name for path in (folder / "results").iterdir() if (path / "manifest.json").exists())


def test_reports_are_built():
    with scratch() as folder:
        runs = measure(folder, 4)
        (folder / "good.yaml").write_text(GOOD)
        (folder / "bad.yaml").write_text(BAD)
        with dashboard(folder / "results") as server:
            done = subprocess.run(["node", LOOK, f"http://127.0.0.1:{server.port}/", ",".join(runs), folder / "good.yaml",
                                   folder / "bad.yaml"], capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stderr
        found = json.loads(done.stdout)
    for name, view in found.items():
        # What is refused by HTTP Chromium tells of itself.
        trouble = [one for one in view["trouble"] if name != "failing" or "400 (Bad Request)" not in one]
        assert trouble == [], (name, trouble)
        assert view["faults"] == [] and not view["wide"], (name, view)
    choices = found["choices"]
    assert choices["technical"][0] == "The answer" and "Appendix: full statistics" in choices["technical"], choices
    assert choices["silent"] > 0, "a section with nothing to say is not marked"
    assert choices["changed"][0] == "At a glance" and "Appendix: full statistics" not in choices["changed"], choices
    assert "The answer" not in choices["changed"] and choices["again"] == choices["changed"], choices
    begins = {name.rsplit(".", 1)[1]: head for name, head in choices["files"].items()}
    assert begins == {"pdf": "%PDF", "xlsx": "PK\x03\x04"}, choices["files"]
    trend = found["trend"]
    assert trend["waiting"] and all(run in trend["link"] for run in runs), trend
    template = found["template"]
    assert len(template["said"]) == 2 and "line 1, column 7" in template["said"][0], template
    assert "did you mean charts?" in template["said"][1] and template["line"] == 4, template
    assert template["title"] == "Which engine for the assistant?" and template["pdf"] == "%PDF-", template
    failing = found["failing"]
    assert "nobody" in failing["preview"] and "nobody" in failing["file"], failing


main(globals())
