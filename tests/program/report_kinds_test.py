#!/usr/bin/env python3
"""report --kind: the questions that a document may answer, of one run, of several, of a group."""

import re

from harness import FAST, SLOW, main, scratch, sim, tokentrial

SMALL = ("--concurrency", "4", "--requests", "60", "--input-tokens", "32", "--output-tokens", "16", "--quiet")


def told(folder, *words, exits=0):
    return tokentrial("report", *words, "--format", "md", "--output", "-", cwd=folder, exits=exits).stdout


def headings(text):
    return [line[3:] for line in text.splitlines() if line.startswith("## ")]


def test_before_and_after_a_deployment():
    with sim("vllm", *FAST) as fast, sim("vllm", *SLOW) as slow, \
            scratch() as folder:
        for name, url in (("before", fast), ("after", slow)):
            tokentrial("run", "--target", f"vllm={url}", *SMALL, "--name", name, "--slo", "ttft_p50=20ms", cwd=folder,
                       exits=(0, 3))
        text = told(folder, "after", "--compare", "before", "--kind", "regression")
        assert "after is worse than before" in text and "ttft\\_p50=20ms" in text, text
        assert "| target: address |" in text
        assert told(folder, "before", "after", "--kind", "regression") == text
        back = told(folder, "before", "--compare", "after", "--kind", "regression")
        assert "before is worse" not in back and "TTFT p50" in back
        # A run that is marked serves where none is named.
        before = next(p.name for p in (folder / "results").glob("before-*"))
        tokentrial("results", "baseline", "set", before, cwd=folder)
        alone = told(folder, "after", "--kind", "regression")
        assert alone.split("## Objectives")[0] == text.split("## Objectives")[0], alone
        # Both as they are, with what compare shows.
        both = told(folder, "before", "after")
        assert "Figure by figure" in headings(both) and "May they be compared?" in headings(both)
        page = tokentrial("report", "before", "after", "--kind", "regression", cwd=folder).stdout.strip()
        assert page.endswith("-regression.html") and "<svg" not in page
        assert "data:image/svg+xml" in (folder / page).read_text()


def test_a_decision_with_prices_and_a_template():
    with sim("vllm", *FAST) as fast, sim("tgi", *SLOW) as slow, \
            scratch() as folder:
        tokentrial("run", "--target", f"vllm={fast}", "--target", f"tgi={slow}", *SMALL, "--name", "choice",
                   cwd=folder, exits=(0, 3, 4))
        text = told(folder, "choice", "--kind", "decision", "--price", "4", "--qps", "50")
        assert "We recommend vllm" in text and "## Cost" in text and "\\$4.00 a GPU-hour" in text, text
        assert "Price of vllm" in text.split("## Assumptions")[1]
        assert "We recommend vllm" in told(folder, "choice", "--kind", "decision", "--audience", "executive")
        full = told(folder, "choice", "--kind", "technical")
        assert "Appendix: full statistics" in headings(full) and "Tests of" in full

        (folder / "logo.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
        (folder / "mine.yaml").write_text(
            "kind: decision\ntitle: Which one?\naccent: '#0f766e'\nlogo: logo.svg\nlogo_text: ACME\nsections:\n"
            "  - title: Why\n    text: |\n      For **us**.\n  - recommendation\n  - section: trust\n    title: Sure?\n")
        mine = told(folder, "choice", "--template", "mine.yaml")
        assert mine.startswith("# Which one?") and headings(mine) == ["Why", "Our recommendation", "Sure?", "Source"]
        tokentrial("report", "choice", "--template", "mine.yaml", "--output", "mine.html", cwd=folder)
        page = (folder / "mine.html").read_text()
        assert 'alt="ACME"' in page and "#0f766e" in page

        (folder / "bad.yaml").write_text("kind: decision\nsections:\n  - recomendation\naccent: red\n")
        bad = tokentrial("report", "choice", "--template", "bad.yaml", cwd=folder, exits=2).stderr
        bad = " ".join(bad.split())
        assert "bad.yaml:3:5" in bad and "did you mean recommendation" in bad and "bad.yaml:4:9" in bad, bad
        (folder / "nologo.yaml").write_text("logo: none.png\n")
        assert "none.png" in tokentrial("report", "choice", "--template", "nologo.yaml", cwd=folder, exits=2).stderr


def test_objectives_and_trend():
    with sim("vllm", "--fixed", "ttft=5ms,itl=1ms") as url, scratch() as folder:
        for i in range(4):
            tokentrial("run", "--target", f"vllm={url}", *SMALL, "--name", f"night{i}", cwd=folder, exits=(0, 3))
        text = told(folder, "night0", "--kind", "slo", "--slo", "ttft_p90=2ms", "--slo", "e2e_p90=10s")
        assert "vllm misses 1 of 2 objectives: ttft\\_p90=2ms" in text and "## Error budget" in text, text
        assert "There is nothing to judge by" in told(folder, "night0", "--kind", "slo")
        assert "cannot be told from 2 runs" in told(folder, "night0", "night1", "--kind", "trend")
        trend = told(folder, "night3", "night1", "night0", "night2", "--kind", "trend")
        assert "## Run by run" in trend and trend.index("| night0-") < trend.index("| night3-")


def test_a_sweep_becomes_a_capacity_plan():
    with sim("vllm") as url, scratch() as folder:
        tokentrial("sweep", "--target", f"vllm={url}", "--concurrency", "1,4", "--requests", "20", "--output-tokens", "8",
                   "--slo", "ttft_p50=10s", "--cool-down", "0", "--name", "load", "--quiet", cwd=folder)
        text = told(folder, "load-sweep", "--qps", "20", "--growth", "3", "--utilization", "50%", "--price", "2")
        assert "vllm keeps every objective at 4 requests at once, the highest that was tried" in text, text
        table = text.split("## How many are needed")[1]
        assert "| vllm | 20 |" in table and "| vllm | 60 |" in table
        assert "## Cost" in text and "50% of its capacity" in text
        page = folder / tokentrial("report", "load-sweep", cwd=folder).stdout.strip()
        assert page.name.endswith("-capacity.html") and page.parent.parent.name.startswith("load-sweep")
        wrong = tokentrial("report", "load-sweep", "--kind", "decision", cwd=folder, exits=2).stderr
        assert "--kind capacity" in wrong
        run = next(p.name for p in (folder / "results").glob("load-2*"))
        assert "names no group" in tokentrial("report", run, "--kind", "capacity", cwd=folder, exits=1).stderr


def test_names_of_others_stay_text():
    evil = "<script>alert(1)</script> +cmd|' /C calc'!A0 \u202eabc \U0001f680"
    with sim("vllm", "--fixed", "ttft=5ms,itl=1ms") as one, sim("tgi", "--fixed", "ttft=6ms,itl=1ms") as two, \
            scratch() as folder:
        tokentrial("run", "--target", f"{evil}={one}", "--target", f"b={two}", *SMALL, "--name", "evil", cwd=folder,
                   exits=(0, 3, 4))
        quoted = evil.replace("'", "''")
        # A title has a length, a text may be as long as its writer likes.
        (folder / "long.yaml").write_text(f"title: '{quoted}'\nkind: decision\nsections:\n"
                                          f"  - title: Ours\n    text: '{quoted} {'x' * 10_000}'\n  - comparison\n")
        (folder / "title.yaml").write_text(f"title: '{'x' * 301}'\n")
        assert "title.yaml:1:8" in tokentrial("report", "evil", "--template", "title.yaml", cwd=folder, exits=2).stderr
        for kind in ("executive", "decision", "technical", "slo", "trend", "regression"):
            page = folder / tokentrial("report", "evil", "--kind", kind, "--template", "long.yaml", "--output",
                                       f"{kind}.html", cwd=folder).stdout.strip()
            assert "<script>alert" not in page.read_text()
            text = told(folder, "evil", "--kind", kind, "--template", "long.yaml")
            # Beside the plan, which is a listing, and commands, which are code.
            assert "<script>" not in re.sub(r"`[^`\n]*`", "", "".join(text.split("```")[::2]))


def test_bad_words():
    with scratch() as folder:
        assert "kind" in tokentrial("report", "none", "--kind", "king", cwd=folder, exits=2).stderr
        assert "no run" in tokentrial("report", "none", "--kind", "regression", cwd=folder, exits=1).stderr
        assert "none.yaml" in tokentrial("report", "none", "--template", "none.yaml", cwd=folder, exits=2).stderr


main(globals())
