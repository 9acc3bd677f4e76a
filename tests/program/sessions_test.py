#!/usr/bin/env python3
"""Conversations, request graphs and shared prefixes, as a user plays them against simulated engines."""

import json
import re
from pathlib import Path

from harness import json_of, main, manifest, only_run, scratch, sim, tokentrial

ROOT = Path(__file__).resolve().parents[2]
FAST = ("--fixed", "ttft=4ms,itl=1ms,tokens=12")
ANY_VERDICT = (0, 4)  # short runs may well be judged not valid


def rows_of(run, columns="*", where="true"):
    """The rows of a run, by session and turn."""
    answer = json_of("sql", run, f"SELECT {columns} FROM requests WHERE {where} ORDER BY target, session, turn",
                     "--limit", "0")
    return answer["rows"]


def shortened(example, **changes):
    """An example plan's text with some of its values put shorter."""
    text = (ROOT / "examples/plans" / f"{example}.yaml").read_text()
    for key, value in changes.items():
        text, count = re.subn(rf"^(\s*){key}: .*$", rf"\g<1>{key}: {value}", text, flags=re.MULTILINE)
        assert count > 0, f"{example} has no {key}"
    return text


def run_plan(text, folder, *targets, words=()):
    (folder / "plan.yaml").write_text(text)
    for target in targets:
        words += ("--target", target)
    done = tokentrial("run", "plan.yaml", *words, cwd=folder, exits=ANY_VERDICT)
    return only_run(folder / "results"), done


def test_the_conversation_example_grows_its_context_with_the_engines_answers():
    plan = shortened("conversation", think='"uniform(5ms,20ms)"', output="12", first_input="60", input="20",
                     system="30", concurrency="6", duration="1500ms")
    plan += "record: {texts: true}\n"
    with sim("vllm", *FAST) as vllm, sim("tgi", *FAST) as tgi, scratch() as folder:
        run, _ = run_plan(plan.replace("warmup:\n  duration: 1500ms", "warmup:\n  duration: 200ms"), folder,
                          f"vllm={vllm}", f"tgi={tgi}")
        rows = rows_of(run)
        assert {r["status"] for r in rows} == {"ok"}, {r["status"] for r in rows}
        assert {r["target"] for r in rows} == {0, 1} and all(r["turn"] >= 1 for r in rows)
        by = {(r["target"], r["session"], r["turn"]): r for r in rows}
        assert max(r["turn"] for r in rows) >= 3, "no conversation got to its third turn"
        assert max(r["session"] for r in rows) > 6, "nobody began a second conversation"
        texts = {(t["target"], t["index"]): t for t in json_of("sql", run, "SELECT * FROM texts", "--limit", "0")["rows"]}
        followed = 0
        for (target, session, turn), row in by.items():
            assert int(row["user"]) in range(1, 7)
            before = by.get((target, session, turn - 1))
            if turn == 1 or before is None:
                continue
            think = row["planned_ns"] - before["end_ns"]
            assert 5e6 <= think <= 20e6, f"a think time of {think / 1e6} ms"
            assert row["sent_ns"] >= row["planned_ns"] and row["input_tokens"] > before["input_tokens"]
            said = texts[target, before["index"]]
            asked = texts[target, row["index"]]["prompt"]
            assert said["answer"] and asked.startswith(f'{said["prompt"]}\n\n{said["answer"]}\n\n'), (said, asked)
            followed += 1
        assert followed > 20, followed

        shown = tokentrial("analyze", run, "--section", "users").stdout
        for word in ("turn", "session", "user"):
            assert re.search(rf"^  {word} +requests +TTFT p50", shown, re.MULTILINE), shown
        view = json_of("analyze", run, "--section", "users")
        turns = view["targets"][0]["sessions"]["by_turn"]
        assert [t["label"] for t in turns[:3]] == ["1", "2", "3"], turns
        assert sum(t["requests"] for t in turns) == view["targets"][0]["requests"]


CHATS = [
    {"messages": [{"role": "system", "content": "be brief"}, {"role": "user", "content": "first question"},
                  {"role": "assistant", "content": "recorded answer"}, {"role": "user", "content": "second question"}]},
    {"conversations": [{"from": "human", "value": "one"}, {"from": "gpt", "value": "two"},
                       {"from": "human", "value": "three"}, {"from": "gpt", "value": "four"}]},
]


def test_recorded_conversations_send_every_target_the_same():
    with sim("vllm", *FAST) as chat, sim("ollama", *FAST) as ollama, scratch() as folder:
        (folder / "chats.jsonl").write_text("".join(json.dumps(c) + "\n" for c in CHATS))
        plan = """
name: recorded
workload:
  prompts: chats.jsonl
  output: 8
  sessions: {replay: recorded, think: 3ms}
load: {rate: 40, arrivals: constant}
stop: {requests: 8}
blocks: 2
record: {texts: true}
"""
        run, _ = run_plan(plan, folder, f"vllm={chat}", f"ollama={ollama}")
        texts = json_of("sql", run, "SELECT * FROM texts ORDER BY target, index", "--limit", "0")["rows"]
        prompts = [[t["prompt"] for t in texts if t["target"] == n] for n in (0, 1)]
        assert prompts[0] == prompts[1] and len(prompts[0]) == 8, prompts
        assert prompts[0][:4] == ["be brief\n\nfirst question",
                                  "be brief\n\nfirst question\n\nrecorded answer\n\nsecond question", "one",
                                  "one\n\ntwo\n\nthree"], prompts[0]
        counts = manifest(run)["counts"]
        assert counts["planned"] == counts["rows"] == counts["ok"] == 16, counts


def test_the_agent_graph_example_fans_out_and_joins():
    plan = shortened("agent-graph", graph=str(ROOT / "examples/graphs/agent.yaml"), requests="24")
    plan = plan.replace("warmup:\n  requests: 24", "warmup:\n  requests: 6") + "workers: 2\nrecord: {texts: true}\n"
    with sim("vllm", *FAST) as url, scratch() as folder:
        run, _ = run_plan(plan, folder, f"vllm={url}")
        rows = rows_of(run)
        assert len(rows) == 30 and {r["status"] for r in rows} == {"ok"}, rows
        assert sum(r["warmup"] for r in rows) == 6 and {r["worker"] for r in rows} == {0, 1}
        sessions = {}
        for row in rows:
            sessions.setdefault(row["session"], []).append(row)
        assert len(sessions) == 5
        for session in sessions.values():
            plan_, search, stock, prices, critic, answer = session
            assert len({r["worker"] for r in session}) == 1
            assert 300e6 <= search["planned_ns"] - plan_["end_ns"] <= 900e6
            assert stock["planned_ns"] - plan_["end_ns"] == 150e6
            assert critic["planned_ns"] == search["end_ns"]
            assert answer["planned_ns"] == max(r["end_ns"] for r in (stock, prices, critic))
            assert search["input_tokens"] > 1200 and critic["input_tokens"] < 100
        texts = {t["index"]: t for t in json_of("sql", run, "SELECT * FROM texts", "--limit", "0")["rows"]}
        last = texts[sessions[1][5]["index"]]["prompt"]
        for place in (0, 2, 3, 4):  # plan, stock, prices, critic
            assert texts[sessions[1][place]["index"]]["answer"] in last
        assert last.endswith("Give your recommendation now.")


def test_behind_a_warm_up_by_time_as_many_are_measured_as_were_asked_for():
    plan = shortened("conversation", think='"uniform(5ms,20ms)"', output="12", first_input="60", input="20")
    plan = plan.replace("duration: 5m", "requests: 40").replace("duration: 30s", "duration: 500ms")
    with sim("vllm", *FAST) as url, scratch() as folder:
        run, _ = run_plan(plan, folder, f"vllm={url}")
        counts = manifest(run)["counts"]
        assert counts["rows"] - counts["warmup"] == 40 and counts["warmup"] > 16, counts


def test_a_failed_turn_ends_its_session_and_says_so():
    plan = """
name: failing
workload: {input: 16, output: 4, sessions: {turns: 5, think: 1ms}}
load: {concurrency: 4}
stop: {requests: 200}
"""
    with sim("vllm", "--fixed", "ttft=2ms,itl=1ms,tokens=4", "--faults", "error=0.1", "--seed", "5") as url, \
            scratch() as folder:
        run, _ = run_plan(plan, folder, f"vllm={url}")
        rows = rows_of(run)
        assert len(rows) == 200, len(rows)
        dropped = [r for r in rows if r["status"] == "dropped"]
        failed = {r["session"]: r for r in rows if r["status"] not in ("ok", "dropped")}
        assert failed and dropped, "the simulator failed nothing"
        for row in dropped:
            turn = failed[row["session"]]
            assert row["turn"] > turn["turn"] and row["sent_ns"] is None
            assert row["error"] == f'turn {turn["turn"]} of its session failed ({turn["status"]})', row["error"]
        for session, turn in failed.items():
            assert len([r for r in dropped if r["session"] == session]) == 5 - turn["turn"]


def test_a_dry_run_tells_what_sessions_and_prefixes_will_bring():
    done = tokentrial("run", ROOT / "examples/plans/shared-prefix.yaml", "--dry-run", "--target", "vllm=http://x:8000",
                      "--requests", "400", cwd=ROOT)
    share = float(re.search(r"reuse\s+([\d.]+)% of the input tokens come again", done.stdout)[1])
    # 0.75 * 1000 of 0.75 * 1000 + 128 tokens, less the first of each of the eight.
    assert 75 < share < 90, done.stdout
    done = tokentrial("run", ROOT / "examples/plans/agent-graph.yaml", "--dry-run", "--target", "vllm=http://x:8000",
                      cwd=ROOT)
    assert re.search(r"sessions\s+22 of 6 turns", done.stdout), done.stdout


CACHING = "extends: a100-8b\nname: caching\nprefix_cache: true\nreport_cached_tokens: true\n"


def test_a_prefix_cache_serves_the_share_that_the_dry_run_expects():
    plan = shortened("shared-prefix", input="64", output="2", groups="4", tokens="512", duration="60s", concurrency="1",
                     blocks="1") + "record: {texts: true}\n"
    plan = plan.replace("warmup:\n  requests: 24", "").replace("  duration: 60s", "  requests: 120")
    with scratch() as folder:
        (folder / "caching.yaml").write_text(CACHING)
        with sim("vllm", "--profile", folder / "caching.yaml") as url:
            run, _ = run_plan(plan, folder, f"vllm={url}")
            done = tokentrial("run", "plan.yaml", "--dry-run", "--target", f"vllm={url}", cwd=folder)
        expected = float(re.search(r"reuse\s+([\d.]+)% of the input tokens come again", done.stdout)[1]) / 100
        cache = json_of("analyze", run, "--section", "tokens")["targets"][0]["tokens"]["prefix_cache"]
        assert cache["requests"] == 120, cache
        # The cache keeps whole blocks of 16 tokens, of 576 or so a request.
        assert abs(cache["share"] - expected) < 0.03, (cache, expected)
        share = cache["requests_with_hits"] / 120
        assert abs(share - 0.75) < 0.15, share  # less the first of each group
        shown = tokentrial("analyze", run, "--section", "tokens").stdout
        assert "came from the engine's prefix cache" in " ".join(shown.split()), shown
        starts = {}
        for text in json_of("sql", run, "SELECT prompt FROM texts", "--limit", "0")["rows"]:
            head = text["prompt"].partition("\n\n")[0]
            starts[head] = starts.get(head, 0) + 1
        common = [n for n in starts.values() if n > 1]
        assert len(common) == 4 and abs(sum(common) / 120 - 0.75) < 0.15, starts.values()


def test_later_turns_find_their_context_in_the_cache():
    plan = """
name: kept
workload:
  input: 64
  output: 32
  sessions: {turns: 4, think: 2ms}
load: {concurrency: 2}
stop: {requests: 40}
blocks: 1
"""
    with scratch() as folder:
        (folder / "caching.yaml").write_text(CACHING)
        with sim("vllm", "--profile", folder / "caching.yaml") as url:
            run, _ = run_plan(plan, folder, f"vllm={url}")
        turns = json_of("analyze", run, "--section", "users")["targets"][0]["sessions"]["by_turn"]
        shares = [t["cached_tokens"] / t["input_tokens"] for t in turns]
        assert len(shares) == 4 and shares[0] < 0.1, shares
        # 64 of 160, of 256 and of 352 tokens are new; the cache keeps whole blocks of 16.
        for share, new in zip(shares[1:], (160, 256, 352)):
            assert abs(share - (1 - 64 / new)) < 0.12, shares


def test_bad_sessions_are_refused_before_anything_is_sent():
    with scratch() as folder:
        (folder / "circle.yaml").write_text("nodes:\n  - {id: a, after: b}\n  - {id: b, after: a}\n")
        (folder / "plan.yaml").write_text("workload: {sessions: {graph: circle.yaml}}\n")
        done = tokentrial("run", "plan.yaml", "--dry-run", "--target", "vllm=http://x:8000", cwd=folder, exits=2)
        assert "circle.yaml:2:" in done.stderr and "waits for itself: a after b after a" in done.stderr, done.stderr
        (folder / "plan.yaml").write_text("workload: {sessions: {graph: missing.yaml}}\n")
        done = tokentrial("run", "plan.yaml", "--dry-run", "--target", "vllm=http://x:8000", cwd=folder, exits=2)
        assert "missing.yaml" in done.stderr, done.stderr
        (folder / "plan.yaml").write_text("workload:\n  sessions: {turns: 5000, think: soon}\n  prefix: {share: 7}\n")
        done = tokentrial("run", "plan.yaml", "--dry-run", "--target", "vllm=http://x:8000", cwd=folder, exits=2)
        for word in ("plan.yaml:2:", "plan.yaml:3:", "at most 1000 turns", "lognormal(8s,4s)", "from 0 (no request)"):
            assert word in done.stderr, done.stderr


main(globals())
