#!/usr/bin/env python3
"""report's page in a real browser: charts to touch where scripts run, pictures where they do not and on paper."""

import json
import subprocess
from pathlib import Path

from harness import FAST, SLOW, main, scratch, sim, tokentrial

LOOK = Path(__file__).resolve().parents[1] / "browser/report.mjs"
EVIL = "</script><script>alert(1)</script><b>&"


def test_a_page_lives_in_a_browser():
    with sim("vllm", *FAST) as fast, sim("tgi", *SLOW) as slow, \
            scratch() as folder:
        tokentrial("run", "--target", f"vllm={fast}", "--target", f"{EVIL}={slow}", "--concurrency", "4", "--requests",
                   "60", "--input-tokens", "32", "--output-tokens", "16", "--name", "night", "--quiet", cwd=folder,
                   exits=(0, 3, 4))
        tokentrial("report", "night", "--output", "page.html", cwd=folder)
        done = subprocess.run(["node", LOOK, folder / "page.html"], capture_output=True, text=True, timeout=240)
        assert done.returncode == 0, done.stderr
        found = json.loads(done.stdout)
    for name, view in found.items():
        assert view["trouble"] == [], (name, view["trouble"])
    for name in ("light", "dark", "narrow"):
        view = found[name]
        assert view["figures"] > 15 and view["live"] == view["figures"] and view["pictures"] == 0, (name, view)
        assert all(view["names"]) and not view["wide"], (name, view)
        assert view["faults"] == [], (name, view["faults"])
        assert view["headings"][0] == 1 and all(b <= a + 1 for a, b in zip(view["headings"], view["headings"][1:])), view
        # What zooms in by its button shows the whole again by the key 0.
        assert view["button"]["before"] != view["button"]["after"], name
        assert view["key"]["after"] == view["button"]["before"], name
    assert found["light"]["ground"] != found["dark"]["ground"]
    assert found["still"]["pictures"] == found["still"]["figures"] > 15 and found["still"]["live"] == 0
    assert found["print"]["pictures"] > 15 and found["print"]["live"] == 0


main(globals())
