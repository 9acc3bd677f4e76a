#!/usr/bin/env python3
"""What a simulated engine can be told to do, seen through the program."""

import urllib.error
import urllib.request

from harness import json_of, main, only_run, scratch, sim, tokentrial, wait_for

ANY_VERDICT = (0, 4)  # short runs may well be judged not valid
QUIET = ("--set", "jitter.step_sigma=0", "--set", "jitter.pauses_per_s=0")


def rows_of(folder, select):
    return json_of("sql", only_run(folder / "results").name, select, "--results", folder / "results")["rows"]


def played(url, folder, *words):
    """The rows of a short run, one request at a time."""
    tokentrial("run", "--target", f"vllm={url}", "--concurrency", "1", "--blocks", "1", "--output-tokens", "16", *words,
               cwd=folder, exits=ANY_VERDICT)
    return rows_of(folder, 'SELECT cached_tokens, input_tokens, output_tokens, (first_token_ns - sent_ns) / 1e6 AS ttft, '
                   'len(chunk_at_ns) AS chunks, (last_token_ns - first_token_ns) / 1e6 AS decode FROM requests '
                   "WHERE status = 'ok' ORDER BY sent_ns")


def test_a_shared_beginning_is_found_in_the_cache_and_told():
    with sim("vllm", *QUIET, "--set", "report_cached_tokens=true", "--set", "step.token_ms=0.5") as url, \
            scratch() as folder:
        rules = "Answer in one word and be polite about it. " * 20
        (folder / "prompts.txt").write_text("".join(f"{rules} Question {i}\n" for i in range(12)))
        rows = played(url, folder, "--prompts", "prompts.txt", "--requests", "12")
        assert len(rows) == 12, rows
        # 200 words in common are 12 whole blocks of 16; the first request alone finds nothing.
        assert sum(r["cached_tokens"] >= 192 for r in rows) >= 11, rows
        assert rows[0]["ttft"] > 90 and max(r["ttft"] for r in rows[1:]) < rows[0]["ttft"], rows


def test_guesses_come_in_chunks():
    with sim("vllm", *QUIET, "--profile", "h100-8b-speculative", "--set", "speculation.acceptance=1") as url, \
            scratch() as folder:
        for row in played(url, folder, "--requests", "6", "--input-tokens", "32"):
            # The first token alone, then four at a time.
            assert row["output_tokens"] == 16 and row["chunks"] <= 5, row


def test_replicas_share_the_load():
    with sim("vllm", *QUIET, "--profile", "h100-8b-router", "--set", "router.policy=round_robin") as url, \
            scratch() as folder:
        played(url, folder, "--requests", "20", "--input-tokens", "32")
        page = urllib.request.urlopen(url + "/metrics", timeout=10).read().decode()
        for replica in range(4):
            line = next(x for x in page.splitlines()
                        if x.startswith(f'vllm:request_success_total{{engine="{replica}",finished_reason="length"'))
            assert float(line.split()[-1]) >= 5, line


def health(url):
    try:
        return urllib.request.urlopen(url + "/health", timeout=5).status
    except urllib.error.HTTPError as e:
        return e.code
    except OSError:
        return None


def test_a_cold_server_is_not_healthy_before_it_has_loaded():
    for engine, before in (("vllm", None), ("llamacpp", 503)):
        with sim(engine, "--set", "cold_start.load=1s") as url:
            assert health(url) == before, engine
            wait_for(lambda: health(url) == 200, "the model is loaded")


def test_a_machine_that_slows_down_is_slower():
    with sim("vllm", *QUIET, "--set", "effects.slow_after=1500ms", "--set", "effects.slow_factor=4") as url, \
            scratch() as folder:
        rows = played(url, folder, "--duration", "4s", "--input-tokens", "32")
        assert rows[-1]["decode"] > 2 * rows[0]["decode"], (rows[0], rows[-1])


def test_every_built_in_profile_starts():
    names = ("h100-8b", "a100-8b", "a100-8b-sglang", "a100-8b-tgi", "rtx4090-8b-ollama", "h200x8-70b", "h100-8b-router",
             "h100-8b-speculative", "h100-8b-cold", "h100-8b-unsteady", "mistral-7b-fp16", "mistral-7b-awq",
             "mistral-7b-lora", "mistral-7b-judge")
    for name in names:
        with sim("vllm", "--profile", name) as url:
            assert url


def test_a_wrong_key_is_told_with_its_place_and_a_remedy():
    for setting, words in (("router.replica=4", "did you mean `replicas`?"), ("router", "write KEY=VALUE"),
                           ("effects.slow_factor=fast", "must be a number"),
                           ("speculation.draft_tokens=99", "between 1 and 16")):
        done = tokentrial("sim", "--port", "0", "--set", setting, exits=2)
        assert words in " ".join(done.stderr.split()) and "--set" in done.stderr, done.stderr
    with scratch() as folder:
        (folder / "mine.yaml").write_text("extends: h100-8b\nrouter:\n  policy: best\n")
        done = tokentrial("sim", "--port", "0", "--profile", folder / "mine.yaml", exits=2)
        assert "mine.yaml:3:11: no such policy" in " ".join(done.stderr.split()), done.stderr


main(globals())
