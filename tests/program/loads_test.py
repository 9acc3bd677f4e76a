#!/usr/bin/env python3
"""Loads that change with time, traces, clients that leave, priorities and headers, against simulated engines."""

import csv
import json
import re
from pathlib import Path

from harness import json_of, main, manifest, only_run, scratch, sim, tokentrial

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
FAST = ("--fixed", "ttft=5ms,itl=1ms,tokens=8")
SLOW = ("--fixed", "ttft=20ms,itl=40ms")
ANY_VERDICT = (0, 4)  # short runs may well be judged not valid


def rows_of(folder, run="-", ask="select * from requests order by planned_ns, index"):
    run = run if run != "-" else only_run(folder / "results").name
    text = tokentrial("sql", run, ask, "--format", "csv", cwd=folder).stdout
    return list(csv.DictReader(text.splitlines()))


def seconds(row, column="planned_ns"):
    return int(row[column]) / 1e9


def test_every_example_plan_tells_its_shape_without_a_server():
    for name in ("ramp", "wave", "burst", "business-hours", "trace", "cancel", "priorities"):
        words = ("run", EXAMPLES / f"plans/{name}.yaml", "--target", "vllm=http://localhost:9", "--dry-run")
        plan = json_of(*words, cwd=EXAMPLES.parent)
        varies = name not in ("cancel", "priorities")
        assert (plan["shape"] is not None) == varies, plan
        text = tokentrial(*words, cwd=EXAMPLES.parent).stdout
        if varies:
            assert plan["shape"]["peak"] >= plan["shape"]["mean"] > 0 and len(plan["shape"]["levels"]) == 60, plan
            assert "shape up to" in text and "█" in text, text
        assert (plan["leaving"] > 0) == (name == "cancel"), plan


def test_the_page_shows_what_is_printed():
    page = (EXAMPLES.parent / "docs/loads.md").read_text()
    blocks = re.findall(r"```text\n\$ tokentrial (run examples/[^\n]* --dry-run)\n(.*?)```", page, re.DOTALL)
    assert len(blocks) == 3, blocks
    for words, shown in blocks:
        printed = tokentrial(*words.split(), cwd=EXAMPLES.parent).stdout
        lines = [" ".join(line.split()) for line in printed.splitlines()]
        for line in shown.splitlines():
            assert " ".join(line.split()) in lines, f"tokentrial {words} prints no '{line}', but\n{printed}"


def test_a_ramp_is_sent_where_its_integral_says():
    with sim("vllm", *FAST) as url, scratch() as folder:
        (folder / "p.yaml").write_text(
            "load: {rate: 0, to: 20, arrivals: constant}\nworkload: {input: 16, output: 8}\nstop: {duration: 3s}\n")
        tokentrial("run", "p.yaml", "--target", f"vllm={url}", cwd=folder, exits=ANY_VERDICT)
        rows = rows_of(folder)
        assert len(rows) == 30, len(rows)
        first = seconds(rows[0])
        for k, row in enumerate(rows):  # 20/3 t^2 / 2 = k
            assert abs(seconds(row) - first - (k * 3 / 10) ** 0.5) < 1e-6, (k, row["planned_ns"])
        answer = json_of("results", "show", only_run(folder / "results"), cwd=folder, exits=ANY_VERDICT)
        assert "load varies by plan" in json.dumps(answer), "no full load is claimed"


def test_users_come_and_go():
    with sim("vllm", "--fixed", "ttft=20ms,itl=5ms") as url, scratch() as folder:
        (folder / "p.yaml").write_text(
            "load: {stages: [{duration: 1s, concurrency: 1}, {duration: 1s, concurrency: 6}, "
            "{duration: 1s, concurrency: 2}]}\nworkload: {input: 16, output: 8}\n")
        tokentrial("run", "p.yaml", "--target", f"vllm={url}", "--workers", "2", cwd=folder, exits=ANY_VERDICT)
        rows = [r for r in rows_of(folder) if r["end_ns"]]
        start = min(seconds(r) for r in rows)

        def flying(at):
            return sum(seconds(r, "sent_ns") <= start + at < seconds(r, "end_ns") for r in rows)

        for begin, most in ((0.1, 1), (1.2, 6), (2.5, 2)):
            seen = [flying(begin + i * 0.01) for i in range(30)]
            assert max(seen) <= most and max(seen) >= most - 1, (begin, seen)


def test_a_trace_is_replayed_exactly_and_at_another_speed():
    with sim("vllm", *FAST) as url, scratch() as folder:
        (folder / "t.csv").write_text("timestamp,input_tokens,output_tokens\n7.5,20,5\n7.75,21,6\n8.5,22,7\n")
        for speed, at in ((1, (0, 0.25, 1)), (2, (0, 0.125, 0.5))):
            tokentrial("run", "--target", f"vllm={url}", "--trace", "t.csv", "--speed", speed, "--name", f"s{speed}",
                       cwd=folder, exits=ANY_VERDICT)
            rows = rows_of(folder, f"s{speed}")
            first = int(rows[0]["planned_ns"])
            assert [(int(r["planned_ns"]) - first) / 1e9 for r in rows] == list(at), rows
            lengths = [(r["planned_input_tokens"], r["planned_output_tokens"]) for r in rows]
            assert lengths == [("20", "5"), ("21", "6"), ("22", "7")], lengths


def test_mooncake_prompts_share_their_blocks():
    with sim("vllm", *FAST) as url, scratch() as folder:
        trace = [{"timestamp": i * 100, "input_length": 1100, "output_length": 4, "hash_ids": [1, 2, 3 + i]}
                 for i in range(3)]
        (folder / "m.jsonl").write_text("\n".join(map(json.dumps, trace)) + "\n")
        (folder / "p.yaml").write_text("load: {trace: m.jsonl}\nrecord: {texts: true}\n")
        tokentrial("run", "p.yaml", "--target", f"vllm={url}", cwd=folder, exits=ANY_VERDICT)
        prompts = [r["prompt"].split() for r in rows_of(folder, ask="select prompt from texts")]
        assert len(prompts) == 3
        shared = next(i for i, (a, b) in enumerate(zip(prompts[0], prompts[1])) if a != b)
        assert 0.85 < shared / len(prompts[0]) < 0.995, (shared, len(prompts[0]))


def test_clients_that_leave_close_their_connections():
    with sim("vllm", *SLOW) as url, scratch() as folder:
        (folder / "p.yaml").write_text(
            "load: {concurrency: 4}\nstop: {requests: 40}\nblocks: 1\n"
            "workload: {input: 16, output: 40, cancel: {share: 0.5, after_tokens: 5}}\n")
        tokentrial("run", "p.yaml", "--target", f"vllm={url}", cwd=folder, exits=ANY_VERDICT)
        rows = rows_of(folder)
        left = [r for r in rows if r["status"] == "left"]
        assert len(rows) == 40 and 10 <= len(left) <= 30, len(left)
        for row in left:
            assert row["output_tokens"] == "5" and row["first_token_ns"], row
            assert seconds(row, "end_ns") - seconds(row, "sent_ns") < 0.8, row  # a whole answer takes 1.6 s
        answer = json_of("results", "show", only_run(folder / "results"), cwd=folder, exits=ANY_VERDICT)
        text = json.dumps(answer)
        counts = manifest(only_run(folder / "results"))["counts"]
        assert counts["ok"] == 40 - len(left), counts
        assert "clients went away in mid-answer, as planned" in text, text


def test_priorities_and_headers_are_sent_and_kept():
    with sim("vllm", *FAST, "--set", "scheduling_policy=priority") as url, scratch() as folder:
        (folder / "p.yaml").write_text(
            "load: {concurrency: 4}\nstop: {requests: 40}\nblocks: 1\n"
            "workload: {input: 16, output: 8, priority: [0, 10], headers: {X-Tenant: 't{user}'}}\n")
        tokentrial("run", "p.yaml", "--target", f"vllm={url}", cwd=folder, exits=ANY_VERDICT)
        assert {r["priority"] for r in rows_of(folder)} == {"0", "10"}
        assert {r["status"] for r in rows_of(folder)} == {"ok"}


def test_priorities_shorten_the_wait_where_the_engine_goes_by_them():
    with sim("vllm", "--set", "scheduling_policy=priority", "--set", "limits.max_sequences=2") as url, \
            scratch() as folder:
        (folder / "p.yaml").write_text(
            "load: {concurrency: 16}\nstop: {requests: 120}\nblocks: 1\n"
            "workload: {input: 16, output: 16, priority: [{value: 0, weight: 1}, {value: 10, weight: 3}]}\n")
        tokentrial("run", "p.yaml", "--target", f"vllm={url}", cwd=folder, exits=ANY_VERDICT)
        wait = {r["priority"]: float(r["ttft"]) for r in rows_of(
            folder, ask="select priority, median(first_token_ns - sent_ns) as ttft from requests group by priority")}
        assert wait["0"] * 3 < wait["10"], wait


def test_vllm_without_priorities_refuses_them():
    with sim("vllm", *FAST) as url, scratch() as folder:
        (folder / "p.yaml").write_text(
            "load: {concurrency: 4}\nstop: {requests: 20}\nblocks: 1\n"
            "workload: {input: 16, output: 8, priority: [0, 10]}\n")
        said = tokentrial("run", "p.yaml", "--target", f"vllm={url}", cwd=folder, exits=ANY_VERDICT).stdout
        assert "priority scheduling is not enabled" in said, said


def test_faults_say_where_and_what_to_do():
    with scratch() as folder:
        target = ("--target", "vllm=http://localhost:9", "--dry-run")
        (folder / "bad.csv").write_text("timestamp,input_tokens,output_tokens\n1,2,3\n2,many,3\n")
        cases = (
            (("--trace", "none.csv"), "none.csv: cannot be read"),
            (("--trace", "bad.csv"), "bad.csv:3: input_tokens: 'many' is no number of tokens"),
            (("--trace", "bad.csv", "--rate", "5"), "choose one"),
            (("--speed", "2"), "needs --trace"),
            (("--to", "9"), "needs --rate or --concurrency"),
        )
        for words, part in cases:
            done = tokentrial("run", *target, *words, cwd=folder, exits=2)
            assert part in done.stderr, (words, done.stderr)


main(globals())
