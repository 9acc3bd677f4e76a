#!/usr/bin/env python3
"""update_screenshots.py <program>: the pictures of the dashboard in README, of three simulated engines, into docs/screenshots."""

import contextlib
import subprocess
from pathlib import Path

from dashboard_harness import dashboard
from harness import scratch, sim

ROOT = Path(__file__).resolve().parents[2]
MOST_BYTES = 150_000  # of one
ENGINES = {"vllm": [], "sglang": ["--profile", "a100-8b-sglang"], "tgi": ["--profile", "a100-8b-tgi"]}


def main():
    out = ROOT / "docs/screenshots"
    out.mkdir(exist_ok=True)
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(scratch())
        targets = [f"{name}={stack.enter_context(sim(name, *words))}" for name, words in ENGINES.items()]
        server = stack.enter_context(dashboard(folder / "results"))
        subprocess.run(["node", ROOT / "tests/browser/screenshots.mjs", f"http://127.0.0.1:{server.port}", out, *targets],
                       check=True, timeout=500)
    for picture in sorted(out.glob("*.png")):
        size = picture.stat().st_size
        assert size < MOST_BYTES, f"{picture.name} has {size} bytes, more than {MOST_BYTES}"
        print(f"{picture.relative_to(ROOT)}  {size // 1000} KB")


main()
