#!/usr/bin/env python3
"""import: files of other tools become runs that show, compare and export take like our own."""

import json
from pathlib import Path

from harness import json_of, main, manifest, runs_in, scratch, tokentrial

FIXTURES = Path(__file__).resolve().parents[1] / "corpus/import"
VLLM = FIXTURES / "vllm-performance-20251003-192432-1a-chat-simulation.csv"
TGI = FIXTURES / "tgi-20251003-192432-1a-chat-simulation.csv"
ANY_VERDICT = (0, 4)  # so few requests may be judged not valid


def write_run(path, ttft_ms, rows=400, start=1759519473):
    """A llm-locust file of an engine with this TTFT; the pattern of the rest is the same for all."""
    head = ("request_id,timestamp,user_id,user_request_num,input_tokens,output_tokens,ttft_ms,tpot_ms,end_to_end_s,"
            "total_tokens_per_sec,output_tokens_per_sec,status_code")
    lines = [head]
    for i in range(rows):
        first = ttft_ms * (1 + (i * 37 % 100) / 1000)
        whole = (first + 12 * 100) / 1000
        lines.append(f"{i + 1},{start + i // 4},{i % 8},1,256,100,{first:.3f},12.0,{whole:.6f},0,0,200")
    path.write_text("\n".join(lines) + "\n")


def test_rows_read_are_rows_kept_and_rejected():
    with scratch() as folder:
        done = tokentrial("import", VLLM, FIXTURES / "locust-faults.csv", cwd=folder)
        assert "5 read = 5 kept + 0 rejected" in done.stdout, done.stdout
        assert "12 read = 4 kept + 8 rejected" in done.stdout, done.stdout
        assert "17 rows read = 9 kept + 8 rejected" in done.stdout, done.stdout
        assert "line 3, ttft_ms 'fast'" in " ".join(done.stdout.split()), done.stdout
        for run in runs_in(folder / "results"):
            origin = manifest(run)["origin"]
            assert origin["rows_read"] == origin["rows_kept"] + origin["rows_rejected"], origin
            assert origin["definitions"]["ttft"], origin


def test_a_bad_file_stops_none_of_the_rest():
    with scratch() as folder:
        done = tokentrial("import", FIXTURES / "bad-cut.json", FIXTURES / "bad-utf16.csv", TGI, cwd=folder, exits=1)
        words = " ".join(done.stderr.split())
        assert "cut off" in words and "line 41" in words and "iconv" in words, done.stderr
        assert len(runs_in(folder / "results")) == 1


def test_imported_runs_show_compare_and_export():
    with scratch() as folder:
        write_run(folder / "fast-20260131-120000-1a.csv", 200)
        write_run(folder / "slow-20260131-120000-1a.csv", 300)
        value = json_of("import", folder / "fast-20260131-120000-1a.csv", folder / "slow-20260131-120000-1a.csv",
                        cwd=folder)
        assert [f["runs"][0]["rows_kept"] for f in value["files"]] == [400, 400], value
        shown = tokentrial("results", "show", "fast-1a", cwd=folder, exits=ANY_VERDICT).stdout
        assert "llm-locust" in shown and "TTFT" in shown, shown
        compared = tokentrial("compare", "fast-1a", "slow-1a", cwd=folder, exits=(0, 3, 4)).stdout
        row = next(line for line in compared.splitlines() if "TTFT p50" in line)
        assert "210" in row and "315" in row, compared
        for form in ("vllm", "guidellm", "llm-locust"):
            tokentrial("results", "export", "fast-1a", "--as", form, "--to", form, cwd=folder)
            names = list((folder / form).iterdir())
            assert len(names) == 1, names
            back = json_of("import", "--check", names[0], cwd=folder)["files"][0]["runs"][0]
            assert back["tool"].split()[0] == form and back["rows_kept"] == 400, back


def test_files_of_several_days_are_one_target_and_make_a_trend():
    with scratch() as folder:
        for day in range(5):
            write_run(folder / f"vllm-2026-01-0{day + 3}T10-00.csv", 200 + 20 * day, start=1767434400 + 86400 * day)
            write_run(folder / f"tgi-2026-01-0{day + 3}T10-00.csv", 200, start=1767434400 + 86400 * day)
        files = sorted(folder.glob("*.csv"))
        value = json_of("import", *files, cwd=folder)
        assert [f["runs"][0]["targets"] for f in value["files"]] == [["tgi"]] * 5 + [["vllm"]] * 5, value
        for engine, verdict in (("vllm", "worse"), ("tgi", "steady")):
            ids = [run.name for run in runs_in(folder / "results") if run.name.startswith(engine)]
            assert len(ids) == 5, ids
            text = tokentrial("report", *ids, "--kind", "trend", "--format", "md", "--output", "-", cwd=folder).stdout
            row = next(line for line in text.splitlines() if line.startswith("| TTFT p50"))
            assert verdict in row, row


def test_files_of_two_tools_are_compared_by_what_was_asked():
    """A CSV of llm-locust against a vLLM result file: other words for the workload, the same lengths."""
    with scratch() as folder:
        write_run(folder / "fast-20260131-120000-1a.csv", 200)
        write_run(folder / "slow-20260131-120000-1a.csv", 300)
        tokentrial("import", folder / "fast-20260131-120000-1a.csv", folder / "slow-20260131-120000-1a.csv", cwd=folder)
        tokentrial("results", "export", "slow-1a", "--as", "vllm", "--to", "away", cwd=folder)
        away = next((folder / "away").iterdir()).rename(folder / "other-20260131-120000-questions.json")
        tokentrial("import", away, cwd=folder)
        value = json_of("compare", "fast-1a", "other", cwd=folder, exits=(0, 3, 4))["comparisons"][0]
        gate = {check["id"]: check for check in value["checks"]}
        assert gate["same_workload"]["level"] == "warn", gate["same_workload"]
        assert gate["equal_input"]["level"] == gate["equal_output"]["level"] == "pass", gate
        assert value["comparable"], value
        ttft = next(f for f in value["figures"] if f["name"] == "ttft_p50")
        assert ttft["not_comparable"] == "TTFT is defined differently by llm-locust and vllm bench serve", ttft
        success = next(f for f in value["figures"] if f["name"] == "success_rate")
        assert success["against_baseline"][0]["verdict"] == "same", success


def test_a_preview_shows_the_first_rows_that_are_kept():
    with scratch() as folder:
        done = tokentrial("import", "--check", "--preview", "2", FIXTURES / "locust-faults.csv", cwd=folder)
        rows = [line.split() for line in done.stdout.splitlines() if line.split()[-2:-1] == ["ok"]]
        assert [row[4] for row in rows] == ["300", "295"], done.stdout
        tokentrial("import", "--check", "--preview", "none", VLLM, cwd=folder, exits=2)


def test_check_writes_nothing():
    with scratch() as folder:
        tokentrial("import", "--check", VLLM, cwd=folder)
        assert not (folder / "results").exists()


def test_a_folder_of_every_fixture():
    with scratch() as folder:
        done = tokentrial("import", FIXTURES, "--json", cwd=folder, exits=1)
        files = json.loads(done.stdout)["files"]
        bad = [Path(f["file"]).name for f in files if "error" in f]
        assert all(name.startswith("bad-") for name in bad), bad
        assert len(files) - len(bad) >= 25, len(files)


main(globals())
