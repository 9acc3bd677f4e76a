#!/usr/bin/env python3
"""update_gallery.py <tokentrial>: measures simulated engines and draws every chart into docs/gallery.

The engines are simulated, the pictures are of what was measured. Charts that these runs have nothing for are named
in the page, without a picture.
"""

import json
from pathlib import Path

from harness import scratch, sim, tokentrial

GALLERY = Path(__file__).resolve().parents[2] / "docs/gallery"
SIZE = "720x450"
PRICES = ("--price", "vllm=3.9", "--price", "tgi=1.9", "--price", "ollama=0.5")
LOADS = "1,2,4,8,16,32"
# What shows little of a steady load in which nothing fails.
OF_A_RISING_LOAD = ("errors-over-time", "errors-by-kind", "errors-by-load", "errors-by-input-tokens",
                    "ttft-by-time-and-load", "ttft-heatmap", "e2e-heatmap", "correlations", "token-gaps", "input-tokens",
                    "output-tokens", "output-by-input-tokens")
SCENARIOS = {"chat": (64, 96), "summaries": (1500, 48), "code": (256, 160)}
SEVERAL = ("runs", "scenarios")  # what several runs are needed for


def measure(folder):
    """The words after `chart` for each kind of chart."""
    tokentrial("demo", "--duration", "30s", "--quiet", cwd=folder)
    with sim("vllm", "--profile", "h100-8b") as vllm, sim("tgi", "--profile", "a100-8b-tgi") as tgi:
        targets = ("--target", f"vllm={vllm}", "--target", f"tgi={tgi}", "--input-tokens", "256", "--output-tokens", "48")
        tokentrial("sweep", *targets, "--concurrency", LOADS, "--duration", "2s",
                   "--slo", "ttft_p95=250ms", "--name", "loads", "--quiet", cwd=folder, exits=(0, 3, 4))
        for night in range(4):
            tokentrial("run", *targets, "--concurrency", "8", "--duration", "4s", "--name", f"night{night}", "--quiet",
                       cwd=folder, exits=(0, 3, 4))
        for name, (tokens_in, tokens_out) in SCENARIOS.items():
            tokentrial("run", *targets[:4], "--input-tokens", tokens_in, "--output-tokens", tokens_out, "--concurrency", "8",
                       "--duration", "6s", "--name", name, "--quiet", cwd=folder, exits=(0, 3, 4))
    with sim("vllm", "--profile", "h100-8b", "--faults", "error=0.03") as vllm, \
         sim("tgi", "--profile", "a100-8b-tgi", "--faults", "overload=0.03") as tgi:
        tokentrial("run", "--target", f"vllm={vllm}", "--target", f"tgi={tgi}", "--rate", "2", "--to", "16",
                   "--duration", "30s", "--order", "together", "--input-tokens", "uniform(100,1500)", "--output-tokens",
                   "lognormal(64,40)", "--timeout-total", "6s", "--name", "rising", "--quiet", cwd=folder,
                   exits=(0, 3, 4))
    nights = [f"night{night}" for night in range(4)]
    return {"group": ["loads", *PRICES[:4]], "runs": nights, "scenarios": list(SCENARIOS), "rising": ["rising"],
            "other": ["demo", *PRICES]}


def draw(entry, made_of, folder):
    rising = entry["id"] in OF_A_RISING_LOAD
    words = made_of["rising"] if rising else made_of.get(entry["needs"], made_of["other"])
    file = GALLERY / f"{entry['id']}.png"
    several = entry["needs"] in SEVERAL
    done = tokentrial("chart", words[0], *(words[1:] if several else []), entry["id"],
                      *([] if several else words[1:]), "--size", SIZE, "--output", file, cwd=folder)
    if len(done.stderr.strip().splitlines()) > 1:  # it says why there is nothing to draw
        file.unlink()
        return None
    return file.name


def main():
    for old in GALLERY.glob("*.png"):
        old.unlink()
    GALLERY.mkdir(exist_ok=True)
    lines = ["# Gallery", "", "Every chart of `tokentrial chart --list`, drawn from runs against simulated engines by",
             "`./dev gallery`. What each is for and how it is read: [docs/charts.md](../charts.md).", ""]
    without = []
    with scratch() as folder:
        made_of = measure(folder)
        for entry in json.loads(tokentrial("chart", "--list", "--json").stdout):
            picture = draw(entry, made_of, folder)
            if picture is None:
                without.append(f"`{entry['id']}`")
                continue
            lines += [f"## {entry['title']}", "", f"`{entry['id']}`: {entry['question']}", "",
                      f"![{entry['title']}]({picture})", ""]
    if without:
        lines += ["## Not shown", "", f"These runs have nothing for {', '.join(without)}.", ""]
    (GALLERY / "README.md").write_text("\n".join(lines))


if __name__ == "__main__":
    main()
