#!/usr/bin/env python3
"""The dashboard's page in a real browser: from the answer to one request's tokens, links, keyboard, themes."""

import json
import subprocess
from pathlib import Path

from dashboard_harness import dashboard, one_night
from harness import main, scratch

LOOK = Path(__file__).resolve().parents[1] / "browser/dashboard.mjs"
EVIL = "</script><script>alert(1)</script><b>&"
MOST_BYTES = 500_000  # of the first page, compressed


def test_the_page_as_people_use_it():
    with scratch() as folder:
        run = one_night(folder, EVIL)
        with dashboard(folder / "results") as server:
            done = subprocess.run(["node", LOOK, f"http://127.0.0.1:{server.port}/", run], capture_output=True, text=True,
                                  timeout=500)
        assert done.returncode == 0, done.stderr
        found = json.loads(done.stdout)
    # A statement that DuckDB refuses is an error of HTTP, which Chromium tells of itself.
    refused = [one for one in found["work"]["trouble"] if "400 (Bad Request)" not in one]
    assert refused == [] and found["work"]["status"] == 400, found["work"]
    for name, view in found.items():
        assert name == "work" or view["trouble"] == [], (name, view["trouble"])
    primary = found["primary"]
    assert primary["answer"] == "We recommend vllm" and primary["reasons"] == 3, primary
    assert primary["chart"] != primary["zoomed"] and primary["figures"] >= 2, primary
    assert primary["tokens"] == 16 and "request=1." in primary["link"], primary
    assert found["deep"]["title"].startswith("Request ") and EVIL in found["deep"]["title"], found["deep"]
    keyboard = found["keyboard"]
    assert keyboard["skip"] == "Skip to the content" and keyboard["main"] == "main", keyboard
    assert "request=" in keyboard["opened"] and "request=" not in keyboard["closed"], keyboard
    work = found["work"]
    assert work["tagged"] == 1 and work["rows"] == ["240"] and "nothing" in work["alert"], work
    for name in ("light", "dark", "narrow"):
        for place, told in found[name]["all"].items():
            assert told["faults"] == [] and not told["wide"], (name, place, told)
    assert found["light"]["all"]["/"]["ground"] != found["dark"]["all"]["/"]["ground"]
    assert 10_000 < found["weight"]["bytes"] < MOST_BYTES, found["weight"]


main(globals())
