#!/usr/bin/env python3
"""What the dashboard costs, for docs/dashboard.md and docs/benchmarks.md: memory while many files are imported, CPU time of
the live stream beside a run with many streams, and of a page that watches it in Chromium; how smoothly the table of a
million requests scrolls there. Not a test: prints figures.

    python3 -B tests/program/measure_dashboard.py build/release/bin/tokentrial [--only import|live|page|scroll] [--files 20] [--mb 100]
"""

import argparse
import json
import random
import subprocess
import sys
import threading
import time
from pathlib import Path

PARSER = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
PARSER.add_argument("program")
PARSER.add_argument("--files", type=int, default=20)
PARSER.add_argument("--mb", type=int, default=100, help="of each file")
PARSER.add_argument("--streams", type=int, default=1000)
PARSER.add_argument("--seconds", type=int, default=20)
PARSER.add_argument("--only", choices=("import", "live", "page", "scroll"))
WANTED = PARSER.parse_args()
sys.argv = [sys.argv[0], WANTED.program]

from dashboard_harness import dashboard  # noqa: E402  (the harness reads the command line)
from harness import only_run, scratch, sim, tokentrial  # noqa: E402
from websocket import WebSocket  # noqa: E402


def memory_mb(pid):
    fields = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return int(fields["VmRSS"].split()[0]) // 1024, int(fields["VmHWM"].split()[0]) // 1024


def cpu_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100


def write_file(path, megabytes):
    """A CSV as request tables of other tools are, a row a request; at most so large."""
    random.seed(1)
    at = 1_760_000_000.0
    with path.open("w") as out:
        out.write("request_id,timestamp,user_id,user_request_num,input_tokens,output_tokens,ttft_ms,tpot_ms,end_to_end_s,"
                  "total_tokens_per_sec,output_tokens_per_sec,status_code\n")
        rows = 0
        size = out.tell()
        while size < megabytes * 1_000_000 - 2_000_000:
            lines = []
            for _ in range(10_000):
                rows += 1
                at += 0.002
                first, pace, tokens = random.uniform(30, 200), random.uniform(5, 20), random.randint(5, 400)
                prompt, end = random.randint(20, 2000), (first + pace * (tokens - 1)) / 1000
                lines.append(f"{rows},{at:.3f},{rows % 50},{rows // 50},{prompt},{tokens},{first:.3f},{pace:.3f},{end:.6f},"
                             f"{(prompt + tokens) / end:.2f},{tokens / end:.2f},200\n")
            size += out.write("".join(lines))
    return rows


def ended(server, job):
    while (status := server.good(f"/api/v1/jobs/{job}"))["state"] in ("waiting", "running"):
        time.sleep(0.2)
    assert status["state"] == "done", status
    return status


def send(server, path):
    server.token = server.token or server.good("/api/v1/session")["token"]
    with path.open("rb") as body:
        answer = server.call("POST", f"/api/v1/uploads?name={path.name}", body,
                             {"X-Tokentrial-Token": server.token, "Content-Length": str(path.stat().st_size)}, timeout=600)
    assert answer.status == 200, answer.body[:500]
    return answer.json()["id"]


def measure_import():
    with scratch() as folder, dashboard(folder / "results") as server:
        rows = write_file(folder / "vllm-requests.csv", WANTED.mb)
        pid = server.child.pid
        print(f"{WANTED.files} files of {WANTED.mb} MB, {rows:,} rows each; memory in MB: now, and the most so far")
        print(f"  {'before':<12} {memory_mb(pid)}")
        for i in range(WANTED.files):
            began = time.monotonic()
            upload = send(server, folder / "vllm-requests.csv")
            sent = time.monotonic()
            runs = ended(server, server.change("POST", "/api/v1/jobs", {"kind": "import", "uploads": [upload]})["id"])["runs"]
            # The file, its upload and its run: more than two of the files are never there at once.
            disk = sum(p.stat().st_size for p in folder.rglob("*") if p.is_file()) // 1_000_000
            print(f"  file {i + 1:<7} {memory_mb(pid)}  upload {sent - began:.1f} s, import {time.monotonic() - sent:.1f} s, "
                  f"{disk} MB on disk", flush=True)
            for run in runs:
                server.change("DELETE", f"/api/v1/runs/{run}")


def play(server, url, tabs):
    """CPU seconds of one run, with so many pages that listen."""
    stop = threading.Event()

    def listen():
        with WebSocket(server.port, "/api/v1/live") as tab:
            while not stop.is_set() and tab.receive():
                pass

    threads = [threading.Thread(target=listen, daemon=True) for _ in range(tabs)]
    for thread in threads:
        thread.start()
    before = cpu_seconds(server.child.pid)
    plan = (f"name: live\ntargets:\n  - {{name: vllm, engine: vllm, url: \"{url}\"}}\n"
            f"load: {{concurrency: {WANTED.streams}}}\nworkload: {{input: 32, output: 64}}\n"
            f"stop: {{duration: {WANTED.seconds}s}}\nblocks: 1\n")
    job = ended(server, server.change("POST", "/api/v1/jobs", {"yaml": plan})["id"])
    used = cpu_seconds(server.child.pid) - before
    stop.set()
    return used, server.good(f"/api/v1/runs/{job['runs'][0]}")


def measure_live():
    with scratch() as folder, sim("vllm") as url, dashboard(folder / "results") as server:
        print(f"{WANTED.streams} streams; CPU seconds of runner and server together")
        for tabs in (0, 1, 3, 0):
            used, run = play(server, url, tabs)
            share = used / run["duration_s"]
            print(f"  {tabs} pages: {used:.2f} s in {run['duration_s']:.1f} s ({share:.1%} of a core), {run['ok']} requests",
                  flush=True)


def measure_page():
    look = Path(__file__).resolve().parents[1] / "browser/live_cost.mjs"
    with scratch() as folder, sim("vllm") as url, dashboard(folder / "results") as server:
        print(f"Live beside {WANTED.streams} streams, {WANTED.seconds} s each; shares of a core")
        print("mode      width  answers/s  page's process  whole browser  threads that serve")
        told = subprocess.Popen(["node", look, f"http://127.0.0.1:{server.port}", str(server.child.pid), url,
                                 str(WANTED.streams), str(WANTED.seconds)], stdout=subprocess.PIPE, text=True)
        for line in told.stdout:
            one = json.loads(line)
            print(f"{one['mode']:<9}{one['width']:>6}{one['rate']:>11.0f}{one['page']:>16.1%}{one['browser']:>15.1%}"
                  f"{one['server']:>20.1%}", flush=True)
        assert told.wait() == 0


SCROLL = Path(__file__).resolve().parents[1] / "browser/scroll.mjs"
MILLION_MB = 86  # of a file that write_file makes


def measure_scroll():
    with scratch() as folder:
        write_file(folder / "vllm-requests.csv", MILLION_MB)
        tokentrial("import", "vllm-requests.csv", cwd=folder)
        run = only_run(folder / "results").name
        with dashboard(folder / "results") as server:
            done = subprocess.run(["node", SCROLL, f"http://127.0.0.1:{server.port}/", run], capture_output=True, text=True,
                                  check=True, timeout=300)
    found = json.loads(done.stdout)
    assert found["trouble"] == [], found["trouble"][:3]
    print(f"table of {found['rows']:,} requests, 1920x1080; of each frame: the time until the next, and how long the page was busy")
    for name, one in found["speeds"].items():
        print(f"  {name:<6} {one['per_s']:5.1f} frames/s, p50 {one['p50_ms']:5.1f} ms, p95 {one['p95_ms']:5.1f} ms, p99 "
              f"{one['p99_ms']:5.1f} ms, {one['late']} of {one['frames']} later than 25 ms; busy {one['busy_ms']:.1f} ms; "
              f"{one['empty']} without any row read", flush=True)


MEASURES = {"import": measure_import, "live": measure_live, "page": measure_page, "scroll": measure_scroll}
for kind, measure in MEASURES.items():
    if WANTED.only in (None, kind):
        measure()
