#!/usr/bin/env python3
"""analyze: a run recorded from the simulator, section by section, in words and as JSON."""

from harness import environment, json_of, main, scratch, sim, tokentrial

ANY_VERDICT = (0, 4)
SECTIONS = ("latency", "throughput", "time", "tokens", "errors", "users", "quality", "resources")


def record_run(folder, url, *more, requests=200):
    tokentrial("run", "--target", f"vllm={url}", "--concurrency", "4", "--requests", str(requests), "--input-tokens", "32",
               "--output-tokens", "16", "--name", "look", *more, cwd=folder, exits=(*ANY_VERDICT, 3))


def test_every_section_in_words_and_as_json():
    with sim("vllm", "--fixed", "ttft=20ms,itl=2ms") as url, scratch() as folder:
        record_run(folder, url, "--slo", "ttft_p50=1s", "--keep-texts")
        text = tokentrial("analyze", "look", cwd=folder, env=environment(COLUMNS="80")).stdout
        for word in ("Latency", "Throughput", "Time", "Tokens", "Errors", "Users", "Quality", "TTFT", "sustained",
                     "warm-up", "success rate", "name no users", "100% of 200 successful requests"):
            assert word in text, f"{word} is not in:\n{text}"
        assert max(map(len, text.splitlines())) <= 80, text
        target = json_of("analyze", "look", cwd=folder)["targets"][0]
        assert tuple(k for k in target if k in SECTIONS) == SECTIONS, target.keys()
        ttft = target["latency"]["metrics"][0]
        assert ttft["metric"] == "ttft_ms" and ttft["n"] == 200 and ttft["percentiles"][0]["value"] >= 20, ttft
        assert ttft["percentiles"][4] | {"value": None, "needed": 1000} == ttft["percentiles"][4], ttft
        assert sum(ttft["histogram"]["counts"]) == 200
        rates = target["throughput"]["system"]
        assert rates["output_tokens_per_s"]["mean"] > 100 and rates["goodput_requests_per_s"]["mean"] > 5, rates
        assert rates["tokens_spread_evenly"] == 0
        assert target["latency"]["smoothness"]["gaps"] == 200 * 15
        # The same figures as in the run's own answer.
        summary = json_of("results", "show", "look", cwd=folder)["summary"]["targets"][0]["metrics"]
        assert summary["ttft_ms"]["p50"] == ttft["percentiles"][0]["value"]
        assert summary["ttft_ms"]["p50_interval"]["low"] == ttft["percentiles"][0]["interval"]["low"]


def test_one_section_one_target_and_ascii():
    with sim("vllm", "--fixed", "ttft=5ms,itl=1ms") as url, scratch() as folder:
        record_run(folder, url, "--target", f"other={url}")
        done = tokentrial("analyze", "look", "--section", "time", "--section", "users", "--target", "other", "--bucket",
                          "1m", "--warmup", "20", cwd=folder, env=environment(LANG="C"))
        assert "Time" in done.stdout and "Users" in done.stdout and "Latency" not in done.stdout, done.stdout
        assert "in buckets of 60 s" in done.stdout and "of the first 20" in done.stdout, done.stdout
        assert done.stdout.isascii()
        value = json_of("analyze", "look", "--section", "errors", "--target", "other", cwd=folder)
        assert [t["name"] for t in value["targets"]] == ["other"]
        assert set(value["targets"][0]) >= {"errors"} and "latency" not in value["targets"][0]


def test_insights_rest_on_evidence_of_the_run():
    # So slow that a busy machine adds little: a client that was late itself has no best performer.
    with sim("vllm", "--fixed", "ttft=250ms,itl=25ms") as fast, sim("vllm", "--fixed", "ttft=1s,itl=25ms") as slow, \
            scratch() as folder:
        record_run(folder, fast, "--target", f"slow={slow}", "--slo", "ttft_p50=500ms", requests=32)
        text = tokentrial("analyze", "look", "--section", "insights", cwd=folder).stdout
        assert "Insights" in text and "slow" in text and "Latency" not in text, text
        insights = json_of("analyze", "look", "--section", "insights", cwd=folder)["insights"]
        kinds = {insight["kind"] for insight in insights}
        assert {"best_performer", "slo"} <= kinds, kinds
        missed = [i for i in insights if i["kind"] == "slo" and i["evidence"]["target"] == "slow"]
        assert missed and "500" in missed[0]["simple"], insights
        assert all(i["simple"] and i["technical"] and i["evidence"]["metric"] for i in insights), insights
        only = json_of("analyze", "look", "--section", "insights", "--target", "slow", cwd=folder)["insights"]
        assert only and all(i["evidence"]["target"] == "slow" for i in only), only
        (folder / "rules.yaml").write_text("""rules:
  - {id: mine, kind: slo, severity: notice, signal: slo_missed, limit: 0, chart: slo, simple: "ask {target}", technical: "{slo}"}
""")
        own = json_of("analyze", "look", "--section", "insights", "--rules", "rules.yaml", cwd=folder)["insights"]
        assert [(i["rule"], i["simple"]) for i in own] == [("mine", "ask slow")], own
        (folder / "rules.yaml").write_text("rules: [{id: mine, signal: slo_mist}]")
        done = tokentrial("analyze", "look", "--section", "insights", "--rules", "rules.yaml", cwd=folder, exits=2)
        assert "rules.yaml:1:28" in done.stderr and "slo_missed" in done.stderr, done.stderr


def test_what_cannot_be_understood():
    with sim("vllm", "--fixed", "ttft=5ms,itl=1ms", "--faults", "error=1") as url, scratch() as folder:
        tokentrial("run", "--target", f"vllm={url}", "--requests", "20", "--concurrency", "2", "--name", "bad",
                   "--input-tokens", "32", "--output-tokens", "8", cwd=folder, exits=(1, 4))
        text = tokentrial("analyze", "bad", cwd=folder).stdout
        assert "No request succeeded" in text and "http_server_error" in text, text
        done = tokentrial("analyze", "bad", "--target", "nobody", cwd=folder, exits=2)
        assert "there are vllm" in done.stderr, done.stderr
        tokentrial("analyze", "bad", "--section", "weather", cwd=folder, exits=2)
        tokentrial("analyze", "bad", "--bucket", "10ms", cwd=folder, exits=2)
        tokentrial("analyze", "absent", cwd=folder, exits=1)
        (next((folder / "results").glob("bad*")) / "requests.parquet").write_bytes(b"not Parquet")
        done = tokentrial("analyze", "bad", cwd=folder, exits=1)
        assert "requests.parquet" in done.stderr, done.stderr


main(globals())
