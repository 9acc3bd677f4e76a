#!/usr/bin/env python3
"""report as files for other tools: one of each kind for a target, a summary, and the report beside them."""

import csv
import json

from harness import main, scratch, sim, tokentrial

RESULTS = "request_id,engine,model,scenario,prompt_tokens,completion_tokens,total_duration,ttft,tokens_per_sec,success,error_message"
SUMMARY = "engine,model,scenario,requests,success_rate,mean_latency,p50_latency,p95_latency,p99_latency,mean_ttft,mean_tokens_per_sec,total_tokens"


def record(folder, name, url):
    tokentrial("run", "--target", f"vllm={url}", "--target", f"@cmd|' /C calc'!A1={url}", "--concurrency", "4",
               "--requests", "60", "--input-tokens", "32", "--output-tokens", "8", "--name", name, "--quiet",
               cwd=folder, exits=(0, 3, 4))


def test_the_layout():
    with sim("vllm", "--fixed", "ttft=5ms,itl=1ms") as url, scratch() as folder:
        record(folder, "night", url)
        printed = tokentrial("report", "night", "--format", "json,csv,parquet", cwd=folder).stdout.split("\n")[:-1]
        files = {(folder / one).name: folder / one for one in printed}
        assert all(path.parent.name.endswith("-files") for path in files.values())
        hostile = "_cmd____C_calc__A1"
        assert set(files) == {"summary.json", "summary.csv", "vllm_results.json", "vllm_results.csv",
                              f"{hostile}_results.json", f"{hostile}_results.csv", "results.parquet", "summary.parquet",
                              "report.md"}, files.keys()
        with open(files["vllm_results.csv"], newline="") as lines:
            head, *rows = csv.reader(lines)
        assert ",".join(head) == RESULTS and len(rows) == 60
        with open(files["summary.csv"], newline="") as lines:
            head, *rows = csv.reader(lines)
        assert ",".join(head) == SUMMARY
        assert [row[0] for row in rows] == ["vllm", "'@cmd|' /C calc'!A1"], rows  # no formula for a spreadsheet
        about = json.loads(files["vllm_results.json"].read_text())
        assert about["metadata"]["method_version"] and about["metadata"]["environment"]["kernel"]
        assert {"mean", "std_dev", "p50", "p95", "p99"} <= set(about["statistics"]["ttft"])
        assert json.loads(files["summary.json"].read_text())["metadata"]["run_id"].startswith("night-")
        assert files["report.md"].read_text().startswith("# night")
        for name in ("results.parquet", "summary.parquet"):
            data = files[name].read_bytes()
            assert data[:4] == data[-4:] == b"PAR1" and b"method_version" in data, name

        again = tokentrial("report", "night", "--format", "csv", cwd=folder, exits=1)
        assert "--force" in again.stderr
        tokentrial("report", "night", "--format", "csv", "--force", cwd=folder)
        tokentrial("report", "night", "--format", "csv", "--output", "mine", cwd=folder)
        assert (folder / "mine/summary.csv").read_bytes() == files["summary.csv"].read_bytes()
        tokentrial("results", "export", "night", "--to", "same", "--format", "csv", cwd=folder)
        assert (folder / "same/summary.csv").read_bytes() == files["summary.csv"].read_bytes()


def test_they_are_of_one_run():
    with sim("vllm", "--fixed", "ttft=5ms,itl=1ms") as url, scratch() as folder:
        record(folder, "night", url)
        record(folder, "morning", url)
        assert "one run" in tokentrial("report", "night", "morning", "--format", "json", cwd=folder, exits=2).stderr
        assert "parquet" in tokentrial("results", "export", "night", "--to", "x", "--format", "xml", cwd=folder,
                                       exits=2).stderr


main(globals())
