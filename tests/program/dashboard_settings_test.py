#!/usr/bin/env python3
"""What a reader chooses once in the dashboard, in a real browser, and what it changes on other pages."""

import json
import subprocess
from pathlib import Path

from dashboard_harness import dashboard, one_night
from harness import main, scratch

LOOK = Path(__file__).resolve().parents[1] / "browser/settings.mjs"


def check_prices(view):
    assert view["offered"] >= 1 and "h100" in view["chosen"] and "aws" in view["chosen"], view
    assert "'none' is not a share" in view["wrong"], view["wrong"]
    assert view["first"].startswith("vllm ") and "from Settings" in view["assumed"] and "50% of what" in view["assumed"], view
    assert f"gpu={view['chosen']}" in view["whole"] and "qps=20" in view["whole"], view["whole"]
    assert "20 requests a second · from Settings" in view["assumed"], view["assumed"]
    assert "$1 a GPU hour" in view["over"] and "said above" in view["over"], view["over"]


def check_units(view):
    assert "0.4 x latency + 0.3 x throughput" in view["before"] and "0 x latency + 1 x throughput + 0.3 x" in view["after"], view
    totals = [text.splitlines()[-1].split()[-1] for text in (view["before"], view["after"])]
    assert totals[0] != totals[1], view


def check_file(view):
    told = json.loads(view["text"])
    assert told["tokentrial_settings"] == 1 and told["layouts"][0]["hidden"] == ["strip"] and told["hidden"] == [], told
    assert "layout=Weekly" in view["link"] and view["strips"] == 0, view


def check_other_browser(view):
    assert "Nothing is taken from cut.json" in view["cutSaid"] and "from here on it is no JSON" in view["cutSaid"], view
    assert "'pink' is none of system, light, dark" in view["wrongSaid"] and "objectives[0]: say which percentile" in view["wrongSaid"], view
    assert view["layoutsThen"] == 0 and "Taken from good.json" in view["goodSaid"] and view["left"] == 0, view
    assert view["hint"] == "100%" and view["theme"] == "true", view


def test_settings_are_kept_and_used():
    with scratch() as folder:
        run = one_night(folder)
        with dashboard(folder / "results") as server:
            done = subprocess.run(["node", LOOK, f"http://127.0.0.1:{server.port}/", run, folder], capture_output=True, text=True,
                                  timeout=300)
        assert done.returncode == 0, done.stderr
        found = json.loads(done.stdout)
    for name, view in found.items():
        assert view["trouble"] == [], (name, view["trouble"])
        assert view["faults"] == [] and not view["wide"], (name, view["faults"], view["wide"])
    check_prices(found["prices"])
    assert "'1' has no unit" in found["objectives"]["said"] and found["objectives"]["judged"] == 2, found["objectives"]
    assert "ttft_p95=1ms" in found["objectives"]["cost"] and "from Settings" in found["objectives"]["cost"], found["objectives"]
    check_units(found["units"])
    check_file(found["layouts"])
    check_other_browser(found["otherBrowser"])


main(globals())
