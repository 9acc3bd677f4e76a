#!/usr/bin/env python3
"""Analyze and SQL in a real browser, as engineers use them: keys, points, pinned remarks, figures taken away, users, statements."""

import json
import subprocess
from pathlib import Path

from dashboard_harness import dashboard
from harness import FAST, SLOW, main, scratch, sim, tokentrial

LOOK = Path(__file__).resolve().parents[1] / "browser/analyze.mjs"
CSV = Path(__file__).resolve().parents[1] / "corpus/import/vllm-performance-20251003-192432-1a-chat-simulation.csv"
TALK = """name: talk
targets:
  - {{name: vllm, engine: vllm, url: "{url}"}}
load: {{concurrency: 3}}
workload: {{input: 16, output: 4, sessions: {{turns: 4, think: 1ms}}}}
stop: {{requests: 24}}
"""


def measure(folder):
    with sim("vllm", *FAST) as fast, sim("tgi", *SLOW) as slow:
        tokentrial("run", "--target", f"vllm={fast}", "--target", f"tgi={slow}", "--concurrency", "4", "--requests", "120",
                   "--input-tokens", "normal(64,16)", "--output-tokens", "16", "--name", "night", "--quiet", cwd=folder,
                   exits=(0, 3, 4))
        (folder / "talk.yaml").write_text(TALK.format(url=fast))
        tokentrial("run", "talk.yaml", "--quiet", cwd=folder, exits=(0, 3, 4))
    tokentrial("import", CSV, cwd=folder)
    ids = {path.name.split("-")[0]: path.name for path in (folder / "results").iterdir() if (path / "manifest.json").exists()}
    return ids["night"], ids["talk"], ids["vllm"]


def seconds(text):
    value, unit = text.split()
    return float(value) / {"s": 1, "ms": 1000}[unit]


def check_range(view):
    assert view["focused"] and seconds(view["after"]) < seconds(view["before"]) < seconds(view["to"]), view
    some, whole = view["selected"]
    assert 0 < some < whole == 240 and view["mode"] == "advanced", view


def check_points(view):
    assert view["cloud"]["title"].endswith(" of vllm") and view["cloud"]["request"].startswith("0."), view
    for name in ("line", "lanes", "waterfall"):
        target, _ = view[name]["request"].split(".")
        assert view[name]["title"].endswith(" of tgi" if target == "1" else " of vllm"), (name, view)
    assert view["waterfall"]["request"].startswith("1.") and view["row"].startswith("0."), view


def check_pins(view):
    assert float(view["pressed"]) > 0 and view["refused"], view
    assert f"at {float(view['pressed']):.3g}" in view["said"] and "of the whole" in view["said"], view
    assert view["left"] < view["lines"], view


def check_taken_away(view):
    assert view["picture"]["types"] == ["image/png"] and view["picture"]["bytes"] > 10_000, view["picture"]
    assert view["figures"] > 20 and view["rows"].startswith("5 of "), (view["figures"], view["rows"])
    assert len(view["csv"]) == 6 and all(line.startswith(("target,", "vllm,")) for line in view["csv"]), view["csv"]
    assert view["sized"] == [640, 360], view["sized"]
    assert view["whole"]["width"] > 1100 and view["whole"]["height"] > 600, view["whole"]


def check_sql(view):
    assert view["columns"] > 30 and view["typed"].startswith("SELECT status, repeat("), view
    assert 60_000 < view["cell"] < 70_000, view["cell"]
    files = view["files"]
    assert files["query.csv"]["bytes"] > 6_000_000 and files["query.csv"]["begins"].startswith("status,long"), files
    assert files["query.json"]["begins"].startswith("[") and files["query.parquet"]["begins"].startswith("PAR1"), files
    assert view["runs"] == "2" and "SELECT" in view["wrong"], view


def test_runs_are_analyzed():
    with scratch() as folder:
        runs = measure(folder)
        with dashboard(folder / "results") as server:
            done = subprocess.run(["node", LOOK, f"http://127.0.0.1:{server.port}/", *runs], capture_output=True, text=True,
                                  timeout=300)
            left = [path for path in (folder / "results/.uploads").rglob("*") if path.is_file() and path.stat().st_size > 0]
        assert done.returncode == 0, done.stderr
        found = json.loads(done.stdout)
    for name, view in found.items():
        # What is refused by HTTP Chromium tells of itself.
        trouble = [one for one in view["trouble"] if name != "sql" or "400 (Bad Request)" not in one]
        assert trouble == [], (name, trouble)
        assert view["faults"] == [] and not view["wide"], (name, view["faults"], view["wide"])
    check_range(found["range"])
    check_points(found["points"])
    check_pins(found["pins"])
    check_taken_away(found["takenAway"])
    check_sql(found["sql"])
    users = found["users"]
    assert users["turns"] == 4 and users["sessions"] > 3 and users["shown"] == "true" and users["kept"] == "simple", users
    assert users["tokens"], users
    some, whole = users["ofOne"]["counts"]
    assert users["pressed"] and users["ofOne"]["user"] == users["pressed"] and 0 < some < whole, users
    assert left == [], f"files that were sent are left: {left}"


main(globals())
