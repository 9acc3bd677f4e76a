#!/usr/bin/env python3
"""A real Prometheus scrapes the simulated engines while tokentrial loads them: what its PromQL answers agrees with
what the client measured of the same run.

TT_PROMETHEUS names the program; where it is missing the test is skipped, but fails if TT_NEED_PROMETHEUS is set.
"""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

from harness import (PATIENCE, die_with_us, json_of, main, manifest, only_run, scratch, sim, tokentrial, wait_for)

PROMETHEUS = os.environ.get("TT_PROMETHEUS", "")
ANY_VERDICT = (0, 4)  # short runs may well be judged not valid
SCRAPE_S = 0.2
PROBE_TOKENS = 1  # of each short answer by which `run` learns of a target before it begins; vLLM gives one
# Four at a time, so that eight clients make a queue; a memory that they fill by a good part.
PROFILE = """
engine: vllm
limits: {max_sequences: 4, kv_tokens: 2048}
jitter: {step_sigma: 0.01, pauses_per_s: 0}
"""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def answer_of(url):
    """None while nobody answers well."""
    try:
        with urllib.request.urlopen(url, timeout=5) as reply:
            return reply.read()
    except (urllib.error.URLError, OSError):
        return None


class Prometheus:
    def __init__(self, url):
        self.url = url

    def samples(self, query, at=None):
        """What an instant query gives: [(labels, value)]."""
        asked = {"query": query} | ({} if at is None else {"time": f"{at:.3f}"})
        body = answer_of(f"{self.url}/api/v1/query?{urllib.parse.urlencode(asked)}")
        assert body is not None, f"Prometheus refused: {query}"
        return [(r["metric"], float(r["value"][1])) for r in json.loads(body)["data"]["result"]]

    def value(self, query, at=None):
        """The one value that a query gives; None where it gives none."""
        found = self.samples(query, at)
        assert len(found) <= 1, f"{query} gives {found}"
        return found[0][1] if found else None

    def wait_for_value(self, query, value):
        try:
            wait_for(lambda: self.value(query) == value, f"{query} is {value}")
        except AssertionError as e:
            raise AssertionError(f"{e}; it is {self.value(query)}") from None


@contextlib.contextmanager
def prometheus(folder, targets):
    """Scrapes {name: url or url with path}; gives it once it is ready. A port may be taken between its choice and its
    use, so another is tried."""
    jobs = []
    for name, url in targets.items():
        parts = urllib.parse.urlparse(url)
        jobs.append({"job_name": name, "metrics_path": parts.path or "/metrics",
                     "static_configs": [{"targets": [parts.netloc]}]})
    config = folder / "prometheus.yml"
    config.write_text(json.dumps({"global": {"scrape_interval": f"{int(SCRAPE_S * 1000)}ms",
                                             "scrape_timeout": f"{int(SCRAPE_S * 1000)}ms"},
                                  "scrape_configs": jobs}))  # JSON is YAML
    for attempt in range(5):
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        with open(folder / "prometheus.log", "w") as log:
            child = subprocess.Popen([PROMETHEUS, f"--config.file={config}", f"--storage.tsdb.path={folder}/tsdb{attempt}",
                                      f"--web.listen-address=127.0.0.1:{port}"], stdout=log, stderr=log, cwd=folder,
                                     preexec_fn=die_with_us)
        try:
            wait_for(lambda: child.poll() is not None or answer_of(url + "/-/ready"), "Prometheus is ready")
            if child.poll() is None:
                yield Prometheus(url)
                return
        finally:
            child.kill()
            child.wait()
    raise AssertionError("Prometheus does not start:\n" + (folder / "prometheus.log").read_text())


def close(value, wanted, share, what):
    assert value is not None and abs(value - wanted) <= share * abs(wanted), f"{what}: {value}, wanted {wanted}"


def edges_around(prom, histogram, value):
    """The bucket of the histogram that holds the value."""
    edges = sorted({float(labels["le"]) for labels, _ in prom.samples(histogram + "_bucket")})
    upper = next(e for e in edges if value <= e)
    return max([0.0] + [e for e in edges if e < upper]), upper


def tokens_between(run, results, begin_s, end_s):
    """Output tokens that the client saw between two instants, seconds since 1970."""
    anchor = manifest(run)["anchor_realtime_ns"]
    query = ("SELECT coalesce(sum(n), 0) AS tokens FROM (SELECT unnest(chunk_at_ns) AS t, unnest(chunk_tokens) AS n "
             f"FROM requests) WHERE t BETWEEN {int(begin_s * 1e9) - anchor} AND {int(end_s * 1e9) - anchor}")
    return float(json_of("sql", run.name, query, "--results", results)["rows"][0]["tokens"])


def test_promql_agrees_with_the_client_under_load():
    with scratch() as folder:
        (folder / "small.yaml").write_text(PROFILE)
        with sim("vllm", "--profile", folder / "small.yaml") as url, prometheus(folder, {"vllm": url}) as prom:
            prom.wait_for_value('up{job="vllm"}', 1)
            began = time.time()
            done = json_of("run", "--target", f"vllm={url}", "--concurrency", "8", "--duration", "5s", "--blocks", "1",
                           "--input-tokens", "64", "--output-tokens", "64", cwd=folder, exits=ANY_VERDICT)
            run = only_run(folder / "results")
            client = done["summary"]["targets"][0]
            # The engine has counted all by the time the client has read all; then one more scrape.
            ended = wait_for(lambda: (lambda s: s[0] if s and s[0] > time.time() - 1 else None)(
                [t for _, t in prom.samples("timestamp(vllm:num_requests_running == 0)")]), "a scrape after the run")
            agrees_on_counts(prom, run, folder, client)
            agrees_on_rates(prom, run, folder, began, ended)
            agrees_on_latency(prom, client)
            agrees_on_gauges(prom, began)


def agrees_on_counts(prom, run, folder, client):
    all_rows = json_of("sql", run.name, "SELECT status, count(*) AS n, sum(output_tokens) AS tokens FROM requests "
                       "GROUP BY status", "--results", folder / "results")
    rows = {r["status"]: r for r in all_rows["rows"]}
    ok = rows["ok"]
    prom.wait_for_value('vllm:request_success_total{finished_reason="length"}', ok["n"] + 1)
    prom.wait_for_value("vllm:request_generation_tokens_sum", ok["tokens"] + PROBE_TOKENS)
    # Those that the end of the run cut off were begun; the engine counts what it made for them.
    cut_off = sum(r["n"] for status, r in rows.items() if status != "ok")
    made = prom.value("vllm:generation_tokens_total") - ok["tokens"] - PROBE_TOKENS
    assert 0 <= made <= 64 * cut_off, (made, rows)
    prompt = prom.value("vllm:request_prompt_tokens_sum / vllm:request_prompt_tokens_count")
    close(prompt, client["tokens"]["mean_input"], 0.02, "tokens of a prompt")


def agrees_on_rates(prom, run, folder, began, ended):
    """In a window well within the run. rate() reaches beyond its samples by up to a scrape at each end."""
    end = ended - 1.5
    window = 3
    assert end - window > began, "the run is long enough"
    rate = prom.value(f"rate(vllm:generation_tokens_total[{window}s])", at=end)
    seen = tokens_between(run, folder / "results", end - window, end) / window
    assert seen > 0
    close(rate, seen, 2 * SCRAPE_S / window, "tokens a second")


def agrees_on_latency(prom, client):
    """Quantiles within their bucket, means nearly: the client's also hold the way through the sockets."""
    for histogram, name in (("vllm:time_to_first_token_seconds", "ttft_ms"),
                            ("vllm:e2e_request_latency_seconds", "e2e_ms")):
        for q, key in ((0.5, "p50"), (0.9, "p90")):
            theirs = prom.value(f"histogram_quantile({q}, sum by (le) ({histogram}_bucket))")
            low, high = edges_around(prom, histogram, theirs)
            ours = client["metrics"][name][key] / 1e3
            assert low * 0.95 <= ours <= high * 1.05 + 0.02, (histogram, q, theirs, ours, (low, high))
        mean = prom.value(f"{histogram}_sum / {histogram}_count")
        ours = client["metrics"][name]["mean"] / 1e3
        close(mean, ours, 0.1, f"mean of {histogram}")
    gap = prom.value("vllm:inter_token_latency_seconds_sum / vllm:inter_token_latency_seconds_count")
    close(gap, client["metrics"]["itl_ms"]["mean"] / 1e3, 0.1, "mean of the gaps between tokens")
    parts = prom.value("vllm:request_queue_time_seconds_sum + vllm:request_prefill_time_seconds_sum + "
                       "vllm:request_decode_time_seconds_sum")
    close(parts, prom.value("vllm:e2e_request_latency_seconds_sum"), 0.1, "queue, prefill and decode")


def agrees_on_gauges(prom, began):
    whole = f"[{int(time.time() - began) + 2}s]"
    assert prom.value(f"max_over_time(vllm:num_requests_running{whole})") == 4, "as many as the batch holds"
    assert prom.value(f"max_over_time(vllm:num_requests_waiting{whole})") == 4, "the others wait"
    assert prom.value("vllm:num_requests_waiting") == 0
    used = prom.value(f"max_over_time(vllm:kv_cache_usage_perc{whole})")
    # Four requests of 64 tokens in and up to 64 out, of 2,048.
    assert 4 * 64 / 2048 <= used <= 4 * 144 / 2048, used
    assert prom.value("vllm:kv_cache_usage_perc") == 0


def test_every_engine_is_scraped_under_its_own_names():
    fast = ("--fixed", "ttft=5ms,itl=1ms")
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(scratch())
        (folder / "old.yaml").write_text('engine: vllm\nengine_version: "0.6.3"\nfixed: {ttft: 5ms, itl: 1ms}\n')
        urls = {engine: stack.enter_context(sim(engine, *fast))
                for engine in ("vllm", "sglang", "tgi", "llamacpp", "trtllm", "ollama")}
        urls["old"] = stack.enter_context(sim("vllm", "--profile", folder / "old.yaml"))
        paths = urls | {"trtllm": urls["trtllm"] + "/prometheus/metrics"}
        prom = stack.enter_context(prometheus(folder, paths))
        targets = [word for name, url in urls.items() if name != "ollama"
                   for word in ("--target", f"{name}:{'vllm' if name == 'old' else name}={url}")]
        tokentrial("run", *targets, "--concurrency", "4", "--requests", "20", "--blocks", "1", "--input-tokens", "32",
                   "--output-tokens", "8", cwd=folder, exits=ANY_VERDICT)
        rows = json_of("sql", only_run(folder / "results").name, "SELECT t.name AS name, sum(output_tokens) AS tokens "
                       "FROM requests r JOIN targets t ON r.run = t.run AND r.target = t.target GROUP BY t.name",
                       "--results", folder / "results")
        tokens = {r["name"]: r["tokens"] for r in rows["rows"]}
        # Some engines are tried with several answers of one token each, so tokens less requests is what agrees.
        for name, made, requests in (
                ("vllm", "vllm:generation_tokens_total", "vllm:request_success_total"),
                ("old", "vllm:generation_tokens_total", "vllm:request_success_total"),
                ("sglang", "sglang:generation_tokens_total", "sglang:num_requests_total"),
                ("tgi", "tgi_request_generated_tokens_sum", "tgi_request_success"),
                ("trtllm", "trtllm_generation_tokens_total", "trtllm_request_success_total")):
            prom.wait_for_value(f'sum({made}{{job="{name}"}}) - sum({requests}{{job="{name}"}})', tokens[name] - 20)
        prom.wait_for_value('llamacpp:tokens_predicted_total', tokens["llamacpp"] + PROBE_TOKENS)
        prom.wait_for_value('up{job="ollama"}', 0)  # it has no page
        assert prom.samples('vllm:gpu_cache_usage_perc{job="old"}')
        assert not prom.samples('vllm:kv_cache_usage_perc{job="old"}')


if not os.path.isfile(PROMETHEUS):
    print(f"Skipped: there is no Prometheus at {PROMETHEUS!r} (TT_PROMETHEUS); ./dev setup brings it.")
    sys.exit(1 if os.environ.get("TT_NEED_PROMETHEUS") else 77)
main(globals())
