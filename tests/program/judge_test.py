#!/usr/bin/env python3
"""sql, slo, cost and results baseline, over runs of simulated engines."""

import contextlib
import csv
import json
import signal

from harness import json_of, main, runs_in, scratch, sim, started, tokentrial

ANY_VERDICT = (0, 4)  # short runs may well be judged not valid


@contextlib.contextmanager
def measured(*loads):
    """A folder with one run a load, of a fast and a slow target."""
    with sim("vllm", "--fixed", "ttft=5ms,itl=1ms") as fast, sim("tgi", "--fixed", "ttft=40ms,itl=4ms") as slow, \
            scratch() as folder:
        for load in loads:
            tokentrial("run", "--target", f"vllm={fast}", "--target", f"tgi={slow}", "--concurrency", load,
                       "--requests", "60", "--input-tokens", "32", "--output-tokens", "16", "--name", f"at-{load}x",
                       "--quiet", cwd=folder, exits=ANY_VERDICT)
        yield folder


def test_sql_answers_in_every_format_and_changes_nothing():
    with measured(4, 8) as folder:
        ask = "SELECT run, t.name, count(*) AS n FROM requests JOIN targets t USING (run, target) GROUP BY ALL ORDER BY ALL"
        value = json_of("sql", "at-4x", "at-8x", ask, cwd=folder)
        assert [c["name"] for c in value["columns"]] == ["run", "name", "n"] and not value["truncated"]
        assert [(r["name"], r["n"]) for r in value["rows"]] == [("tgi", 60), ("vllm", 60)] * 2
        rows = list(csv.DictReader(tokentrial("sql", "at-4x", "at-8x", ask, "--format", "csv", cwd=folder)
                                   .stdout.splitlines()))
        assert [r["n"] for r in rows] == ["60"] * 4

        done = tokentrial("sql", "at-4x", "SELECT index FROM requests", "--limit", "7", cwd=folder)
        assert len(done.stdout.splitlines()) == 8 and "first 7 rows" in done.stderr
        tokentrial("sql", "at-4x", "SELECT * FROM requests", "-o", "all.parquet", cwd=folder)
        assert (folder / "all.parquet").read_bytes().startswith(b"PAR1")
        tokentrial("sql", "at-4x", "SELECT index FROM requests", "--output", "all.json", cwd=folder)
        assert len(json.loads((folder / "all.json").read_text())) == 120

        run = next(r for r in runs_in(folder / "results") if r.name.startswith("at-4x"))
        before = (run / "requests.parquet").read_bytes()
        for words in (["DELETE FROM requests"], ["COPY requests TO 'x.csv'"], ["SELECT * FROM '/etc/passwd'"],
                      ["SELECT 1", "--output", f"{run}/requests.parquet"], ["SELECT 1", "--format", "parquet"],
                      ["SELECT 1; SELECT 2"], [""]):
            assert tokentrial("sql", "at-4x", *words, cwd=folder, exits=2).stdout == "", words
        assert (run / "requests.parquet").read_bytes() == before and not (folder / "x.csv").exists()


def test_sql_stops_in_time_and_when_asked_to():
    with measured(4) as folder:
        endless = "SELECT sum(a.range + b.range) FROM range(10000000) a, range(10000000) b"
        done = tokentrial("sql", "at-4x", endless, "--timeout", "100ms", cwd=folder, exits=1)
        assert "stopped after 100ms" in done.stderr
        with started("sql", "at-4x", endless, cwd=folder) as child:
            # The signal may come before its handler is there; then the default ends it as well.
            child.send_signal(signal.SIGINT)
            assert child.wait(timeout=30) in (1, -signal.SIGINT)


def test_a_part_that_fits_several_runs_lists_them_everywhere():
    with measured(4, 8) as folder:
        for words in (["sql", "at-", "SELECT 1"], ["slo", "at-", "--slo", "ttft_p50=1s"], ["cost", "at-"],
                      ["results", "show", "at-"], ["results", "export", "at-", "--to", "x"], ["compare", "at-", "at-4x"],
                      ["results", "rm", "at-", "--yes"], ["results", "baseline", "set", "at-"]):
            said = tokentrial(*words, cwd=folder, exits=1).stderr
            assert "fits several runs" in said and "at-4x-" in said and "at-8x-" in said, said


def test_slo_judges_with_confidence():
    with measured(4) as folder:
        value = json_of("slo", "at-4x", "--slo", "ttft_p90=30ms", "--slo", "success_rate=90%", cwd=folder, exits=3)
        vllm, tgi = value["runs"][0]["targets"]
        assert vllm["passed"] and not tgi["passed"] and not value["passed"]
        assert vllm["attainment"]["share"] == 1 and tgi["attainment"]["share"] == 0
        assert vllm["slos"][0]["confidence"] > 0.95 and vllm["slos"][0]["margin"] > 0
        text = tokentrial("slo", "at-4x", "--slo", "ttft_p90=10s", cwd=folder).stdout
        assert " met " in text and "confidence" in text and "99." in text, text

        # 60 requests show little of a p99.9, and nothing of a plan without objectives.
        strict = ["slo", "at-4x", "--slo", "ttft_p99.9=10s", "--confidence", "95%"]
        assert "not shown" in tokentrial(*strict, cwd=folder, exits=3).stdout
        assert "no objectives" in tokentrial("slo", "at-4x", cwd=folder, exits=2).stderr
        (folder / "slo.json").write_text('{"slo": {"ttft_p90": "10s"}, "attainment": "95%"}')
        tokentrial("slo", "at-4x", "--slo-file", "slo.json", cwd=folder)
        (folder / "bad.yaml").write_text("slo: [ttft_p90=5]\nattainment: 200%\n")
        said = tokentrial("slo", "at-4x", "--slo-file", "bad.yaml", cwd=folder, exits=2).stderr
        assert "bad.yaml:1:7" in said and "bad.yaml:2:13" in said, said


def test_compare_names_the_better_one_of_each_scenario():
    with measured(4, 8) as folder:
        text = tokentrial("compare", "at-4x", "at-8x", "--by-scenario", cwd=folder, exits=ANY_VERDICT).stdout
        assert "2 scenarios" in text and "at-4x" in text and "at-8x" in text, text
        value = json_of("compare", "at-4x", "at-8x", "--by-scenario", cwd=folder, exits=ANY_VERDICT)
        assert [c["scenario"] for c in value["comparisons"]] == ["at-4x", "at-8x"]
        assert all({s["target"] for s in c["sides"]} == {"vllm", "tgi"} for c in value["comparisons"])


def test_cost_follows_from_what_was_measured():
    with measured(4, 8) as folder:
        value = json_of("cost", "at-4x", "--price", "3.6", "--gpus", "vllm=2", "--qps", "1000", cwd=folder)
        vllm, tgi = value["targets"]
        for target, hour in ((vllm, 7.2), (tgi, 3.6)):
            load = target["loads"][0]
            rate = load["requests_per_s"]["value"]
            assert abs(load["costs"]["per_1k_requests"]["value"] - hour / 3.6 / rate) < 1e-9
            budget = target["budgets"][0]
            assert budget["replicas"] == -(-1000 // rate)
            assert abs(budget["monthly"]["value"] - budget["replicas"] * hour * 730) < 1e-6
        text = tokentrial("cost", "at-4x", "at-8x", "--gpu", "aws-a10g", "--slo", "ttft_p95=30ms", cwd=folder).stdout
        for word in ("Loads", "planned with", "missed", "aws-a10g", "2026-06-17", "keeps its objectives at no load"):
            assert word in text, f"{word} is not in\n{text}"
        for words in (["--gpu", "none"], ["--price", "-1"], ["--price", "other=1"], ["--qps", "0"], ["--gpus", "0"],
                      ["--utilization", "0%"], ["--people", "5"], ["--prices", "nowhere.yaml"]):
            assert tokentrial("cost", "at-4x", *words, cwd=folder, exits=2).stdout == "", words
        change = json_of("cost", "at-4x", "--price", "3.6", "--from", "tgi", "--to", "vllm", "--investment", "1",
                         "--people", "10", "--answers-per-day", "100", "--wage", "30", cwd=folder)["change"]
        assert change["seconds_saved_per_answer"] > 0.01 and change["waiting_saved_monthly"] > 0


def test_one_run_is_the_baseline():
    with measured(4, 8) as folder:
        assert json_of("results", "baseline", cwd=folder)["baseline"] is None
        tokentrial("results", "baseline", "set", "at-4x", cwd=folder)
        tokentrial("results", "baseline", "set", "at-8x", cwd=folder)
        assert json_of("results", "baseline", "show", cwd=folder)["baseline"].startswith("at-8x-")
        marked = [r["id"] for r in json_of("results", "list", cwd=folder)["runs"] if r["baseline"]]
        assert len(marked) == 1 and "(baseline)" in tokentrial("results", cwd=folder).stdout
        notes = folder / "results" / marked[0] / "notes.json"
        notes.write_text("{ damaged")
        assert tokentrial("results", "list", cwd=folder).stdout
        said = tokentrial("results", "baseline", "set", "at-8x", cwd=folder, exits=1).stderr
        assert "damaged" in said and notes.read_text() == "{ damaged"
        notes.unlink()
        tokentrial("results", "baseline", "set", "at-4x", cwd=folder)
        assert "No longer" in tokentrial("results", "baseline", "clear", cwd=folder).stdout
        tokentrial("results", "baseline", "set", exits=2, cwd=folder)


main(globals())
