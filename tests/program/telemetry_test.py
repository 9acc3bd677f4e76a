#!/usr/bin/env python3
"""Telemetry as a user meets it: engines' metrics beside the requests, GPUs by exporter and by library, kill -9."""

import contextlib
import itertools
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from harness import PROGRAM, environment, json_of, main, only_run, scratch, sim, started, tokentrial, wait_for

ANY_VERDICT = (0, 3, 4)
PARTS = ("queue_ms", "prefill_ms", "decode_ms", "rest_ms")


def record_run(folder, *words, interval="200ms", env=None):
    return tokentrial("run", "--concurrency", "4", "--duration", "3s", "--input-tokens", "64", "--output-tokens", "32",
                      "--telemetry", interval, "--name", "look", *words, cwd=folder, exits=ANY_VERDICT, env=env)


def resources(folder, target=0):
    return json_of("analyze", "look", "--section", "resources", cwd=folder)["targets"][target]["resources"]


def sql(folder, query):
    return json.loads(tokentrial("sql", "look", query, "--format", "json", cwd=folder).stdout)["rows"]


def figure(view, key):
    return next(f for f in view["figures"] if f["key"] == key)


def events(folder):
    lines = (only_run(folder / "results") / "events.jsonl").read_text().splitlines()
    return [e for e in map(json.loads, lines) if e["type"] == "telemetry"]


@contextlib.contextmanager
def exporter():
    """A dcgm-exporter of one GPU at 400 W whose energy counter adds 100 J a reading; gives URL and headers seen."""
    seen = []
    readings = itertools.count()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            seen.append(dict(self.headers))
            millijoules = 5_000_000 + 100_000 * next(readings)
            body = (f'DCGM_FI_DEV_POWER_USAGE{{gpu="0"}} 400\nDCGM_FI_DEV_GPU_UTIL{{gpu="0"}} 90\n'
                    f'DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION{{gpu="0"}} {millijoules}\n').encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/metrics", seen
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_the_engines_times_next_to_the_clients():
    with sim("vllm") as vllm, sim("sglang") as sglang, scratch() as folder:
        record_run(folder, "--target", f"vllm={vllm}", "--target", f"sglang={sglang}")
        for target, source in ((0, "vllm:"), (1, "sglang:")):
            view = resources(folder, target)
            parts = {p["part"]: p for p in view["breakdown"]["parts"]}
            assert tuple(parts) == PARTS and all(p["exposed"] for p in parts.values()), parts
            assert parts["queue_ms"]["source"].startswith(source), parts
            total = sum(p["mean_ms"] for p in parts.values())
            assert abs(total - view["breakdown"]["e2e_ms"]) < 1e-6, view["breakdown"]
            # The engine's own E2E is the client's, but for the way between them.
            e2e = next(entry for entry in view["engine_latencies"] if entry["key"] == "e2e")
            assert 0.8 < e2e["mean_ms"] / e2e["client_mean_ms"] < 1.05, e2e
            assert 1 <= figure(view, "running")["peak"] <= 4, figure(view, "running")
            assert figure(view, "output_rate")["mean"] > 10
            assert figure(view, "kv_cache")["exposed"] and not figure(view, "gpu_power")["exposed"]
            assert figure(view, "gpu_power")["mean"] is None, "not exposed is not 0"
            assert view["energy"] is None
            assert figure(view, "host_memory")["mean"] > 1e6
        text = tokentrial("analyze", "look", "--section", "resources", cwd=folder, env=environment(COLUMNS="80")).stdout
        assert "latency breakdown" in text and "not exposed" in text and "client machine" in text, text
        assert max(map(len, text.splitlines())) <= 80, text
        rows = sql(folder, "SELECT max(value) AS running, count(*) AS n FROM telemetry "
                           "WHERE name = 'requests_running' AND target = 0")
        assert float(rows[0]["running"]) <= 4 and int(rows[0]["n"]) > 10, rows
        assert "by the engine's metrics" in tokentrial("analyze", "look", "--section", "insights", cwd=folder).stdout


def test_replies_that_tell_their_times():
    with sim("ollama") as url, scratch() as folder:
        record_run(folder, "--target", f"ollama={url}")
        view = resources(folder)
        assert view["breakdown"]["by_reply"], view["breakdown"]
        parts = {part["part"]: part for part in view["breakdown"]["parts"]}
        assert parts["queue_ms"]["mean_ms"] > 5 * parts["rest_ms"]["mean_ms"], "four ask, one is served"
        assert not figure(view, "running")["exposed"], "it has no metrics page"
        assert events(folder) == []


def test_a_prefix_cache_that_knows_the_prompts_is_told():
    title = "Prompts new to the engine?"
    for report in ("true", "false"):  # by replies, and by the metrics page
        with sim("vllm", "--set", "prefix_cache=true", "--set", f"report_cached_tokens={report}") as url:
            with scratch() as folder:
                words = ("run", "--target", f"vllm={url}", "--concurrency", "4", "--requests", "12", "--blocks", "1",
                         "--input-tokens", "400", "--output-tokens", "8", "--warmup", "0", "--telemetry", "200ms",
                         "--no-progress")
                assert title not in tokentrial(*words, cwd=folder, exits=ANY_VERDICT).stdout
                again = tokentrial(*words, cwd=folder, exits=ANY_VERDICT).stdout
                assert title in again and "--seed" in again, again
                assert title not in tokentrial(*words, "--seed", "77", cwd=folder, exits=ANY_VERDICT).stdout
                tokentrial("sweep", "--target", f"vllm={url}", "--concurrency", "2,4", "--requests", "12",
                           "--blocks", "1", "--input-tokens", "400", "--output-tokens", "8", "--seed", "5",
                           "--cool-down", "0", "--name", "steps", cwd=folder, exits=ANY_VERDICT)
                for load in (2, 4):
                    shown = tokentrial("results", "show", f"steps@{load}", cwd=folder, exits=ANY_VERDICT).stdout
                    assert title not in shown, shown


def test_a_named_page_that_never_answers_is_a_note():
    with sim("vllm") as url, scratch() as folder:
        record_run(folder, "--target", f"vllm={url}", "--gpu", "http://localhost:1/metrics")
        shown = tokentrial("results", "show", "look", cwd=folder, exits=ANY_VERDICT).stdout
        assert "no metrics were read of http://localhost:1/metrics: " in " ".join(shown.split()), shown


def test_tritons_page():
    with sim("openai", "--set", "metrics.triton=true") as url, scratch() as folder:
        record_run(folder, "--target", f"openai={url}", "--metrics", "/metrics")
        view = resources(folder)
        assert figure(view, "running")["source"] == "nv_trt_llm_request_metrics{request_type=active}", view["figures"]
        assert 2 < figure(view, "running")["peak"] <= 4, view["figures"]
        latencies = {one["key"]: one for one in view["engine_latencies"]}
        assert latencies["ttft"]["source"] == "nv_inference_first_response_histogram_ms", latencies
        for key in ("ttft", "e2e"):
            engine, client = latencies[key]["mean_ms"], latencies[key]["client_mean_ms"]
            # What the engine sees is part of what the client sees; a busy machine adds to the latter.
            assert 0.2 * client < engine < 1.05 * client, (key, engine, client)
        assert not figure(view, "output_rate")["exposed"], "it does not tell its tokens"


def test_two_targets_stand_side_by_side():
    with sim("vllm") as one, sim("sglang") as two, scratch() as folder:
        record_run(folder, "--target", f"vllm={one}", "--target", f"sglang={two}", "--metrics", "vllm=/nowhere")
        beside = json_of("analyze", "look", "--section", "resources", cwd=folder)["resources_beside"]
        assert beside["targets"] == ["vllm", "sglang"], beside
        rows = {row["key"]: row for row in beside["rows"]}
        assert rows["running"]["means"][0] is None and rows["running"]["means"][1] > 0, rows["running"]
        assert rows["prefill_ms"]["means"][0] is None and rows["prefill_ms"]["means"][1] > 0, rows["prefill_ms"]
        assert all(value > 0 for value in rows["e2e_ms"]["means"]), rows["e2e_ms"]
        text = tokentrial("analyze", "look", "--section", "resources", cwd=folder, env=environment(COLUMNS="80")).stdout
        assert "means, side by side" in text and max(map(len, text.splitlines())) <= 80, text


def test_power_of_an_exporter_becomes_joules_a_token():
    with sim("vllm") as url, exporter() as (metrics, seen), scratch() as folder:
        record_run(folder, "--target", f"vllm={url}", "--gpu", metrics, "--header", "X-Team: blue")
        energy = resources(folder)["energy"]
        assert energy["joules"] > 500 and energy["joules_per_output_token"] > 0, energy
        assert energy["source"] == "DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION", energy
        assert abs(energy["joules_per_output_token"] * energy["output_tokens_per_joule"] - 1) < 1e-9
        assert len(seen) > 5 and not any("X-Team" in headers for headers in seen), "the target's headers are its own"
        assert "J an output token" in tokentrial("cost", "look", "--price", "2", cwd=folder).stdout


def test_gpus_of_this_machine_by_nvml():
    library = PROGRAM.parent.parent / "fake_nvml"
    if not (library / "libnvidia-ml.so.1").exists():
        return  # an installed program, without the tests' library
    with sim("vllm") as url, scratch() as folder:
        record_run(folder, "--target", f"vllm={url}", env=environment(LD_LIBRARY_PATH=str(library)))
        view = resources(folder)
        assert figure(view, "gpu_utilization")["source"] == "nvmlDeviceGetUtilizationRates", view["figures"]
        assert view["energy"]["joules"] > 0


def test_a_page_that_is_not_there_is_said_once_and_ends_nothing():
    with sim("vllm") as url, scratch() as folder:
        record_run(folder, "--target", f"vllm={url}", "--metrics", "/nowhere")
        said = events(folder)
        assert [(e["source"], e["state"]) for e in said] == [("vllm", "failing")], said
        assert "404" in said[0]["text"], said
        view = resources(folder)
        # It is asked for less and less, and what is missing is time.
        assert view["missed_readings"] > 2 and view["readings"] == 0, view
        assert [gap["source"] for gap in view["gaps"]] == ["vllm"], view["gaps"]
        assert abs(view["gaps"][0]["unknown_s"] - view["measured_s"]) < 0.01 * view["measured_s"], view["gaps"]
        assert not figure(view, "kv_cache")["exposed"]


def test_off_records_nothing():
    with sim("vllm") as url, scratch() as folder:
        record_run(folder, "--target", f"vllm={url}", interval="off")
        assert not (only_run(folder / "results") / "telemetry.parquet").exists()
        assert not figure(resources(folder), "host_cpu")["exposed"]


def test_kill_9_keeps_what_was_read():
    with sim("vllm") as url, scratch() as folder:
        with started("run", "--target", f"vllm={url}", "--duration", "60s", "--concurrency", "2", "--output-tokens",
                     "16", "--telemetry", "100ms", "--name", "look", cwd=folder) as run:
            journal = wait_for(lambda: next((folder / "results").glob("*/journal.ttj"), None), "a journal")
            wait_for(lambda: b"kv_cache_usage" in journal.read_bytes(), "a reading in the journal")
            wait_for(lambda: journal.stat().st_size > 20_000, "some readings more")
            run.kill()
        tokentrial("results", "recover", cwd=folder)
        rows = sql(folder, "SELECT count(*) AS n FROM telemetry WHERE name = 'kv_cache_usage'")
        assert int(rows[0]["n"]) > 1, rows


def test_the_plan_of_the_examples_is_good():
    with sim("vllm") as url, scratch() as folder:
        plan = "/".join(__file__.split("/")[:-3]) + "/examples/plans/telemetry.yaml"
        shown = tokentrial("run", plan, "--target", f"vllm={url}", "--dry-run", cwd=folder).stdout
        assert "telemetry" in shown, shown


def test_bad_settings_are_faults_with_their_place():
    with scratch() as folder:
        (folder / "p.yaml").write_text("targets: [vllm=http://127.0.0.1:9]\ntelemetry: {interval: 1ms}\n")
        said = tokentrial("run", "p.yaml", cwd=folder, exits=2).stderr
        assert "p.yaml:2:23: telemetry.interval: must lie from 100ms to 15s" in said, said


if __name__ == "__main__":
    main(globals())
