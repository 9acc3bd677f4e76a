#!/usr/bin/env python3
"""chart: pictures of a run recorded from the simulator, and of a sweep."""

import csv
import io
import xml.etree.ElementTree as ET
from pathlib import Path

from harness import json_of, main, scratch, sim, tokentrial

ANY_VERDICT = (0, 3, 4)
HOSTILE = '@SUM(1)<b>&"x'


def record_run(folder, url):
    tokentrial("run", "--target", f"vllm={url}", "--target", f"{HOSTILE}={url}", "--concurrency", "4", "--requests", "80",
               "--input-tokens", "32", "--output-tokens", "8", "--name", "look", "--slo", "ttft_p95=50ms",
               cwd=folder, exits=ANY_VERDICT)


def test_every_chart_of_a_run():
    with sim("vllm", "--fixed", "ttft=10ms,itl=1ms") as url, scratch() as folder:
        record_run(folder, url)
        entries = json_of("chart", "--list", cwd=folder)
        ids = [entry["id"] for entry in entries]
        assert "ttft-distribution" in ids and "goodput-by-load" in ids, ids
        assert all(entry["question"].endswith("?") for entry in entries), entries
        text = tokentrial("chart", "--list", cwd=folder).stdout
        assert all(one in text for one in ids), text

        done = tokentrial("chart", "look", "--format", "svg", cwd=folder)
        wanted = {entry["id"] for entry in entries if entry["needs"] in ("run", "targets")}
        wanted -= {one for one in wanted if one.startswith("errors-")}  # where something failed
        wanted -= {"ttft-by-time-and-load", "timeouts"}  # where the load varies, or requests take seconds
        files = list((folder / "results").glob("look-*/charts/*.svg"))
        drawn = {f.stem.split("-", 3)[3] for f in files}
        assert drawn >= wanted and done.stdout == "", (files, wanted)
        assert done.stderr.count(".svg") == len(files), done
        for file in files:
            words = "".join(ET.parse(file).getroot().itertext())
            assert "look-" in words and "method" in words, file
        spread = next(f for f in files if f.stem.endswith("ttft-spread"))
        assert HOSTILE in "".join(ET.parse(spread).getroot().itertext())


def test_formats_sizes_and_what_is_there_already():
    with sim("vllm", "--fixed", "ttft=10ms,itl=1ms") as url, scratch() as folder:
        record_run(folder, url)
        tokentrial("chart", "look", "ttft-ecdf", "--size", "800x600", "--theme", "dark", "-o", "a.png", cwd=folder)
        png = (folder / "a.png").read_bytes()
        assert png[:8] == b"\x89PNG\r\n\x1a\n" and png[16:24] == (800).to_bytes(4) + (600).to_bytes(4)
        refused = tokentrial("chart", "look", "ttft-ecdf", "-o", "a.png", cwd=folder, exits=1)
        assert "--force" in refused.stderr and (folder / "a.png").read_bytes() == png
        tokentrial("chart", "look", "ttft-ecdf", "-o", "a.png", "--force", cwd=folder)
        assert (folder / "a.png").read_bytes() != png
        tokentrial("chart", "look", "ttft-ecdf", "-o", "new/a.pdf", cwd=folder)
        assert (folder / "new/a.pdf").read_bytes().startswith(b"%PDF-")
        svg = tokentrial("chart", "look", "ttft-ecdf", "--format", "svg", "-o", "-", cwd=folder).stdout
        assert svg == tokentrial("chart", "look", "ttft-ecdf", "--format", "svg", "-o", "-", cwd=folder).stdout
        assert ET.fromstring(svg).tag.endswith("svg")
        own = tokentrial("chart", "look", "ttft-ecdf", "--format", "svg", "--slo", "ttft_p90=77ms", "--leave-out", "10",
                         "-o", "-", cwd=folder).stdout
        words = "".join(ET.fromstring(own).itertext())
        assert "77.0 ms" in words and "without the first 10 of each target" in words, words
        # The figures, the same as those of the answer; a name that is a formula is text.
        rows = list(csv.reader(io.StringIO(
            tokentrial("chart", "look", "ttft-spread", "--format", "csv", "-o", "-", cwd=folder).stdout)))
        assert rows[0][:4] == ["target", "n", "mean (ms)", "p5 (ms)"] and rows[2][0] == "'" + HOSTILE, rows
        summary = json_of("results", "show", "look", cwd=folder)["summary"]["targets"][0]["metrics"]
        assert float(rows[1][5]) == summary["ttft_ms"]["p50"], (rows, summary)


def test_bad_words_have_a_remedy():
    with sim("vllm", "--fixed", "ttft=10ms,itl=1ms") as url, scratch() as folder:
        record_run(folder, url)
        for words, says in ((("look", "ttft-distributoin"), "there is ttft-distribution"),
                            (("look", "ttft-ecdf", "--size", "wide"), "WIDTHxHEIGHT"),
                            (("look", "-o", "-"), "one chart alone"),
                            (("look", "--bucket", "10ms"), "at least 1s"),
                            (("look", "--slo", "fast"), "--slo"),
                            ((), "--list")):
            done = tokentrial("chart", *words, cwd=folder, exits=2)
            assert says in done.stderr, done.stderr
        assert "no run" in tokentrial("chart", "nobody", cwd=folder, exits=1).stderr
        # A chart that the run cannot give says so, in the picture and beside it.
        done = tokentrial("chart", "look", "goodput-by-load", "--format", "svg", "-o", "x.svg", cwd=folder)
        assert "made of a sweep" in done.stderr and "made of a sweep" in (folder / "x.svg").read_text()


def test_several_runs_over_each_other():
    with sim("vllm", "--fixed", "ttft=10ms,itl=1ms") as url, scratch() as folder:
        record_run(folder, url)
        tokentrial("run", "--target", f"vllm={url}", "--concurrency", "2", "--requests", "40", "--output-tokens", "8",
                   "--name", "after", cwd=folder, exits=ANY_VERDICT)
        rows = list(csv.reader(io.StringIO(tokentrial("chart", "look", "after", "ttft-spread", "--format", "csv", "-o",
                                                      "-", cwd=folder).stdout)))
        assert [row[0] for row in rows[1:]] == ["vllm in look", "'" + HOSTILE + " in look", "vllm in after"], rows
        assert [row[1] for row in rows[1:]] == ["80", "80", "40"], rows
        done = tokentrial("chart", "look", "after", "ttft-shift", "e2e-ecdf", "--format", "svg", cwd=folder)
        assert done.stderr.count(".svg") == 2 and "+after-" in done.stderr, done
        assert "named twice" in tokentrial("chart", "look", "look", "ttft-ecdf", cwd=folder, exits=2).stderr


def test_scenarios_and_the_race():
    with sim("vllm", "--fixed", "ttft=5ms,itl=1ms") as fast, sim("tgi", "--fixed", "ttft=40ms,itl=6ms") as slow, \
            scratch() as folder:
        targets = ("--target", f"vllm={fast}", "--target", f"tgi={slow}")
        for name in ("chat", "code"):
            tokentrial("run", *targets, "--concurrency", "4", "--duration", "2s", "--warmup", "0", "--output-tokens", "8",
                       "--name", name, "--quiet", cwd=folder, exits=ANY_VERDICT)
        rows = list(csv.DictReader(io.StringIO(tokentrial("chart", "chat", "code", "scenarios", "--format", "csv", "-o", "-",
                                                          cwd=folder).stdout)))
        assert [row["scenario"] for row in rows] == ["chat", "code"], rows
        words = {"vllm", "cannot tell", "the same", "not comparable"}
        assert {row["better"] for row in rows} <= words, rows
        assert all((row["by (%)"] != "") == (row["better"] == "vllm") for row in rows), rows
        alone = tokentrial("chart", "chat", "scenarios", "-o", "x.svg", cwd=folder).stderr
        assert "two or more scenarios" in alone, alone
        race = list(csv.DictReader(io.StringIO(tokentrial("chart", "chat", "race", "--format", "csv", "-o", "-",
                                                          cwd=folder).stdout)))
        assert [row["target"] for row in race] == ["vllm", "tgi"] and race[0]["place"] == "1", race


def test_cost_needs_a_price():
    with sim("vllm", "--fixed", "ttft=10ms,itl=1ms") as url, scratch() as folder:
        record_run(folder, url)
        done = tokentrial("chart", "look", "cost", "-o", "x.svg", cwd=folder)
        assert "--price MONEY" in done.stderr and "--price MONEY" in (folder / "x.svg").read_text(), done
        rows = list(csv.reader(io.StringIO(tokentrial("chart", "look", "cost", "--price", "vllm=3", "--gpus", "vllm=2",
                                                      "--format", "csv", "-o", "-", cwd=folder).stdout)))
        cost = json_of("cost", "look", "--price", "vllm=3", "--gpus", "vllm=2", cwd=folder)
        assert rows[1][:4] == ["vllm", "concurrency 4", "3.0", "2.0"] or rows[1][2:4] == ["3", "2"], rows
        assert any(value == float(rows[1][5]) for value in numbers_in(cost)), (rows[1], cost)
        refused = tokentrial("chart", "look", "cost", "--price", "nobody=3", cwd=folder, exits=2)
        assert "no target is called 'nobody'" in refused.stderr, refused


def numbers_in(node):
    if isinstance(node, dict):
        node = list(node.values())
    if isinstance(node, list):
        return [number for part in node for number in numbers_in(part)]
    return [float(node)] if isinstance(node, (int, float)) else []


def test_the_curve_of_a_sweep():
    with sim("vllm", "--fixed", "ttft=10ms,itl=1ms") as url, scratch() as folder:
        tokentrial("sweep", "--target", f"vllm={url}", "--concurrency", "1,2,4", "--requests", "40", "--output-tokens",
                   "8", "--slo", "ttft_p95=1s", "--cool-down", "0", "--name", "curve", cwd=folder)
        tokentrial("chart", "curve-sweep", "-o", "pictures", "--format", "svg", cwd=folder)
        drawn = {file.stem.split("-", 4)[4] for file in (folder / "pictures").iterdir()}
        assert drawn >= {"goodput-by-load", "latency-by-load", "ttft-by-load", "pareto", "throughput-latency"}, drawn
        assert "radar-by-load" in drawn and "cost-by-load" not in drawn, "money needs a price"
        rows = list(csv.DictReader(io.StringIO(tokentrial("chart", "curve-sweep", "cost-by-load", "--price", "3.6", "--format",
                                                          "csv", "-o", "-", cwd=folder).stdout)))
        assert [row["concurrency"] for row in rows] == ["1", "2", "4"], rows
        assert all(float(row["a million tokens (USD)"]) > 0 for row in rows), rows
        for row in rows:  # 3.6 an hour is a thousandth a second
            good = 1 / float(row["goodput (requests/s)"])
            cost = float(row["a thousand requests that keep every objective (USD)"])
            assert abs(cost / good - 1) < 1e-6, row
        file = next((folder / "pictures").glob("*-goodput-by-load.svg"))
        words = "".join(ET.parse(file).getroot().itertext())
        assert "How much load each target carries" in words and "kept by vllm up to concurrency 4" in words, words


def test_charts_and_reports_are_made_again():
    with sim("vllm", "--fixed", "ttft=5ms,itl=1ms") as url, scratch() as folder:
        tokentrial("run", "--target", f"vllm={url}", "--requests", "20", "--input-tokens", "16", "--output-tokens", "8",
                   "--name", "night", "--quiet", cwd=folder, exits=(0, 3, 4))
        tokentrial("visualize", "night", "ttft-ecdf", "--format", "svg", "--theme", "dark", cwd=folder)
        tokentrial("report", "night", "--audience", "executive", "--format", "md,pdf", cwd=folder)
        run = next((folder / "results").iterdir())
        made = sorted(p for p in run.rglob("*") if p.parent.name in ("charts", "reports"))
        assert [p.name.removeprefix(run.name) for p in made] == ["-ttft-ecdf-dark.svg", "-executive.md", "-executive.pdf"]
        before = [p.read_bytes() for p in made]
        for path in made:
            path.write_text("old")
        (run / "charts/mine.png").write_text("mine")
        again = tokentrial("results", "reprocess", "night", cwd=folder)
        assert [p.read_bytes() for p in made] == before
        assert "mine.png" in again.stderr and (run / "charts/mine.png").read_text() == "mine"
        # Where there were none, all are made.
        for path in [*made, run / "charts/mine.png"]:
            path.unlink()
        tokentrial("results", "reprocess", "night", cwd=folder)
        assert len(list((run / "charts").glob("*.png"))) > 10 and list((run / "reports").glob("*-engineer.html"))
        assert "no run" in tokentrial("results", "reprocess", "day", cwd=folder, exits=1).stderr


def test_the_demo_ends_with_a_page():
    with scratch() as folder:
        shown = tokentrial("demo", "--duration", "3s", "--quiet", cwd=folder, exits=(0, 4))
        page = Path(shown.stderr.strip().splitlines()[-1])
        assert page.suffix == ".html" and (folder / page).stat().st_size > 500_000, shown.stderr


main(globals())
