#!/usr/bin/env python3
"""What goes wrong around a dashboard: full disks, callers that break off or send rubbish, files that are not what they
seem, several who do the same at once. Each time: an error that says what to do, nothing lost, and the server goes on."""

import contextlib
import functools
import json
import os
import random
import re
import resource
import shutil
import socket
import struct
import subprocess
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from dashboard_harness import SCHEMA, Dashboard, dashboard, faults, read_all
from harness import PROGRAM, environment, main, only_run, runs_in, scratch, sim, tokentrial, wait_for
from websocket import WebSocket

PLAN = """name: live
targets:
  - {{name: mine, engine: vllm, url: "{url}"}}
load: {{concurrency: 8}}
workload: {{input: 32, output: 32}}
stop: {{requests: {requests}}}
warmup: {{requests: 0}}
blocks: 1
"""
LONG_SQL = "SELECT sum(a.range + b.range) FROM range(10000000) a, range(10000000) b"


def table_of_requests(rows):
    """As request tables of other tools are."""
    random.seed(1)
    lines = ["request_id,timestamp,user_id,user_request_num,input_tokens,output_tokens,ttft_ms,tpot_ms,end_to_end_s,"
             "total_tokens_per_sec,output_tokens_per_sec,status_code"]
    for i in range(rows):
        first, pace, tokens, prompt = random.uniform(30, 200), random.uniform(5, 20), random.randint(5, 400), 100
        end = (first + pace * (tokens - 1)) / 1000
        lines.append(f"{i + 1},{1_760_000_000 + i / 500:.3f},{i % 50},{i // 50},{prompt},{tokens},{first:.3f},{pace:.3f},"
                     f"{end:.6f},{(prompt + tokens) / end:.2f},{tokens / end:.2f},200")
    return "\n".join(lines).encode()


@functools.cache
def original():
    folder = Path(tempfile.mkdtemp(prefix="tokentrial-")) / "results"
    with sim("vllm") as url:
        tokentrial("run", "--target", f"vllm={url}", "--concurrency", "4", "--requests", "60", "--input-tokens", "32",
                   "--output-tokens", "12", "--results", folder, exits=(0, 4))
    return only_run(folder)


@contextlib.contextmanager
def with_a_run():
    """A folder of its own with one run."""
    with scratch() as folder:
        shutil.copytree(original(), folder / "results" / original().name)
        yield folder / "results", original().name


def ended(server, job):
    return wait_for(lambda: (s := server.good(f"/api/v1/jobs/{job}"))["state"] not in ("waiting", "running") and s,
                    f"job {job} ends")


def played(server, order):
    return ended(server, server.change("POST", "/api/v1/jobs", order)["id"])


def problem_of(answer, what):
    """Refused, and says why and what to do."""
    assert 400 <= answer.status < 600, (what, answer.status, answer.body[:300])
    found = faults(answer.json(), {"$ref": "#/components/schemas/Problem"})
    assert not found and all(answer.json().values()), (what, answer.body[:300], found)
    return answer.json()


def call(server, method, path, body=None):
    server.token = server.token or server.good("/api/v1/session")["token"]
    return server.call(method, path, body, {"X-Tokentrial-Token": server.token})


@contextlib.contextmanager
def files_up_to(server, size):
    """No file of the dashboard grows beyond this: a disk that is full, as far as a program can see."""
    before = resource.prlimit(server.child.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(server.child.pid, resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.prlimit(server.child.pid, resource.RLIMIT_FSIZE, before)


def contents(folder):
    return {p.relative_to(folder): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_a_disk_that_fills_up_while_a_file_is_sent_or_imported():
    with with_a_run() as (results, run), dashboard(results) as server:
        before = contents(results / run)
        good = table_of_requests(20_000)
        with files_up_to(server, 500_000):
            # The sender hears it although it is still sending.
            refused = problem_of(call(server, "POST", "/api/v1/uploads?name=a.csv", b"x" * 20_000_000), "upload")
            assert refused["code"] == "io" and "ulimit -f" in refused["message"], refused
        assert server.good("/api/v1/uploads")["uploads"] == []
        assert [p for p in (results / ".uploads").rglob("*") if p.is_file()] == [], "nothing stays of it"
        upload = server.change("POST", "/api/v1/uploads?name=vllm.csv", good)["id"]
        with files_up_to(server, 100_000):
            failed = played(server, {"kind": "import", "uploads": [upload]})
        assert failed["state"] == "failed" and failed["runs"] == [], failed
        assert "is there room" in failed["result"]["files"][0]["problem"], failed
        assert [r["id"] for r in server.good("/api/v1/runs")["runs"]] == [run], "no half of a run"
        # What was sent need not be sent again.
        again = played(server, {"kind": "import", "uploads": [upload]})
        assert again["state"] == "done" and server.good(f"/api/v1/runs/{again['runs'][0]}")["rows"] == 20_000, again
        assert server.good("/api/v1/uploads")["uploads"] == [] and contents(results / run) == before
        assert server.interrupt() == 0


def test_a_disk_that_fills_up_while_a_run_is_recorded():
    with sim("vllm", "--fixed", "ttft=5ms,itl=2ms") as url, with_a_run() as (results, run), dashboard(results) as server:
        before = contents(results / run)
        with WebSocket(server.port, "/api/v1/live") as tab:
            job = server.change("POST", "/api/v1/jobs", {"yaml": PLAN.format(url=url, requests=100_000)})["id"]
            new = wait_for(lambda: server.good(f"/api/v1/jobs/{job}")["runs"], "the run begins")[0]
            journal = results / new / "journal.ttj"
            wait_for(lambda: journal.stat().st_size > 30_000, "rows are written")
            with files_up_to(server, journal.stat().st_size):
                failed = ended(server, job)
            told = tab.until(lambda m: m["type"] == "error")[-1]
        assert failed["state"] == "failed" and "journal is kept" in failed["problem"], failed
        assert "ulimit -f" in told["message"], told
        listed = {r["id"]: r for r in server.good("/api/v1/runs")["runs"]}
        assert listed[new]["status"] == "recovered" and listed[new]["rows"] > 10, listed[new]
        assert server.good(f"/api/v1/runs/{new}/summary")["run_id"] == new
        assert contents(results / run) == before
        assert played(server, {"yaml": PLAN.format(url=url, requests=20)})["state"] == "done"


def test_a_disk_that_is_full_while_documents_and_pictures_are_made():
    formats = ("html", "md", "pdf", "xlsx", "docx", "pptx")
    with with_a_run() as (results, run), dashboard(results) as server:
        paths = [f"/api/v1/report?runs={run}&format={f}" for f in formats]
        paths += [f"/api/v1/charts/ttft-ecdf/file?runs={run}&format={f}" for f in ("png", "pdf")]
        with files_up_to(server, 0):
            answers = [server.get(path) for path in paths]
        refused = [problem_of(a, path) for path, a in zip(paths, answers) if a.status != 200]
        assert len(refused) >= 3, "pictures need their fonts, workbooks a file in memory"
        assert all(r["code"] == "io" and "File too large" in r["message"] for r in refused[-2:]), refused
        for path in paths:
            assert server.get(path).status == 200, path
        with files_up_to(server, 0):
            book = server.get(f"/api/v1/report?runs={run}&format=xlsx&kind=technical")
        assert problem_of(book, "xlsx")["code"] == "io", book.body
        assert server.get(f"/api/v1/report?runs={run}&format=xlsx&kind=technical").body.startswith(b"PK")


@contextlib.contextmanager
def on_a_small_disk(megabytes):
    """A dashboard whose results lie on a file system of their own; None where the system makes none without root."""
    with scratch() as folder:
        (folder / "disk").mkdir()
        mount = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c",
                 f'mount -t tmpfs -o size={megabytes}m none "$1" && shift && exec "$@"', "sh", str(folder / "disk")]
        if subprocess.run([*mount, "true"], capture_output=True).returncode != 0:
            yield None, None
            return
        child = subprocess.Popen([*mount, PROGRAM, "dashboard", "--port", "0", "--no-browser", "--results",
                                  str(folder / "disk/results")], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                 env=environment())
        try:
            port = int(child.stdout.readline().strip().rstrip("/").rsplit(":", 1)[1])
            yield Dashboard(child, port), Path(f"/proc/{child.pid}/root{folder}/disk")
        finally:
            child.kill()
            child.communicate()


def fill(disk, leave):
    room = os.statvfs(disk)
    with open(disk / "filler", "wb") as filler:
        os.posix_fallocate(filler.fileno(), 0, room.f_bavail * room.f_frsize - leave)


def test_a_file_system_without_room():
    with sim("vllm") as url, on_a_small_disk(300) as (server, disk):
        if server is None:
            print("        left out: this system lets only root make a file system")
            return
        upload = server.change("POST", "/api/v1/uploads?name=vllm.csv", table_of_requests(1000))["id"]
        fill(disk, 0)
        sent = problem_of(call(server, "POST", "/api/v1/uploads?name=b.csv", b"x" * 1000), "upload")
        assert sent["code"] == "io" and "make room" in sent["message"], sent
        full = played(server, {"kind": "import", "uploads": [upload]})
        assert full["state"] == "failed" and "make room" in full["result"]["files"][0]["problem"], full
        run = played(server, {"yaml": PLAN.format(url=url, requests=20)})
        assert run["state"] == "failed" and "make room" in run["problem"], run
        (disk / "filler").unlink()
        run = played(server, {"kind": "import", "uploads": [upload]})["runs"][0]
        server.change("POST", f"/api/v1/runs/{run}/notes", {"text": "kept"})
        fill(disk, 0)
        base = f"/api/v1/runs/{run}"
        for method, path, body in (("POST", f"{base}/notes", {"text": "lost"}), ("POST", f"{base}/tags", {"tags": ["lost"]}),
                                   ("POST", f"{base}/marks", {"chart": "ttft-ecdf", "text": "lost"}),
                                   ("PUT", f"{base}/baseline", None)):
            said = problem_of(call(server, method, path, body and json.dumps(body)), path)
            assert said["code"] == "io" and "make room" in said["message"], said
        assert server.get(f"/api/v1/report?runs={run}&format=pdf").body.startswith(b"%PDF"), "needs no disk"
        one = server.good(base)
        assert [n["text"] for n in one["notes"]] == ["kept"] and one["tags"] == [] and not one["baseline"], one
        # A run whose disk fills up under way keeps what it has.
        (disk / "filler").unlink()
        job = server.change("POST", "/api/v1/jobs", {"yaml": PLAN.format(url=url, requests=100_000)})["id"]
        new = wait_for(lambda: server.good(f"/api/v1/jobs/{job}")["runs"], "the run begins")[0]
        wait_for(lambda: (disk / f"results/{new}/journal.ttj").stat().st_size > 20_000, "rows are written")
        fill(disk, 0)
        failed = ended(server, job)
        assert failed["state"] == "failed" and "No space left" in failed["problem"], failed
        (disk / "filler").unlink()
        listed = {r["id"]: r for r in server.good("/api/v1/runs")["runs"]}
        assert listed[new]["status"] == "recovered" and listed[new]["rows"] > 5, listed


def json_posts():
    """Every path that takes JSON, with what it may hold."""
    for pattern, operations in SCHEMA["paths"].items():
        for method, operation in operations.items():
            content = operation.get("requestBody", {}).get("content", {}).get("application/json")
            if content is None:
                continue
            schema = content.get("schema", {})
            if "$ref" in schema:
                schema = SCHEMA["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
            yield method.upper(), pattern, schema.get("properties", {})


def test_bodies_that_are_no_json_or_another_one():
    posts = list(json_posts())
    assert len(posts) >= 7, posts
    with with_a_run() as (results, run), dashboard(results) as server:
        before = contents(results / run)
        for method, pattern, members in posts:
            path = pattern.replace("{run}", run).replace("{job}", "1")
            for body in (b"{", b"[]", b"7", b"\"x\"", b"null", b"\xff", b"{\"a\": \"\xff\"}", b"{} {}", b"{\"a\": 1e999}",
                         b"[" * 500_000, b"{\"targets\": " + b"[" * 400_000 + b"]" * 400_000 + b"}",
                         b"{\"a\":" * 100_000 + b"1" + b"}" * 100_000):
                problem_of(call(server, method, path, body), (path, body[:40]))
            for member in members:
                for value in ([[[]]], {"a": {}}, [7], -1, True, "\0", "x" * 10_000):
                    answer = call(server, method, path, json.dumps({member: value}))
                    assert answer.status < 500 or answer.json()["remedy"], (path, member, answer.body[:300])
        assert contents(results / run).keys() == before.keys() | {Path("notes.json")} & contents(results / run).keys()
        for job in server.good("/api/v1/jobs")["jobs"]:
            if job["state"] in ("waiting", "running"):
                call(server, "POST", f"/api/v1/jobs/{job['id']}/stop", b'{"at_once": true}')
        assert server.get("/").status == 200


def test_ids_that_nobody_has():
    with with_a_run() as (results, run), dashboard(results) as server:
        for pattern, operations in SCHEMA["paths"].items():
            if "{" not in pattern:
                continue
            for name in ("nope", "-h", "--json", "..", "%2e%2e", "%00", "a%0d%0aSet-Cookie:x", "%ff", "9" * 30, "x" * 4000):
                path = pattern
                for part in ("{run}", "{run_id}", "{job}", "{upload}", "{chart}", "{target}", "{index}", "{file}", "{tag}",
                             "{note}", "{mark}"):
                    path = path.replace(part, name)
                for method in operations:
                    answer = call(server, method.upper(), path + f"?runs={name}", b"{}" if method != "get" else None)
                    problem_of(answer, (method, path))
                    assert answer.status in (400, 404, 405), (method, path, answer.status)
                    assert "Set-Cookie" not in answer.headers, path
        assert server.good(f"/api/v1/runs/{run}")["id"] == run


def test_parameters_that_make_no_sense():
    """Each of every path: an answer or a reason, soon."""
    with with_a_run() as (results, run), dashboard(results) as server:
        values = {"run": run, "run_id": run, "chart": "ttft-ecdf", "target": "0", "index": "3", "file": "manifest.json",
                  "job": "1"}
        for pattern, operations in SCHEMA["paths"].items():
            parameters = [p["name"] for p in operations.get("get", {}).get("parameters", []) if p["in"] == "query"]
            path = pattern
            for part, value in values.items():
                path = path.replace(f"{{{part}}}", value)
            runs = f"runs={run}&" if "runs" in parameters else ""
            needed = {"cost": "price=2&qps=5&", "report": "format=md&", "file": "format=csv&"}
            runs += needed.get(pattern.rsplit("/", 1)[1], "")
            nonsense = ["../../x", "%00", "--help", "-1", "1e308", "inf", "9" * 20, "%ff", "x" * 5000, "", ",,"]
            for name in parameters:
                # A document takes its time where the parameter is taken after all.
                for value in nonsense[:3] if pattern.endswith("/report") else nonsense:
                    answer = server.get(f"{path}?{runs}{name.replace('COLUMN', 'ttft_ms')}={value}")
                    if answer.status != 200:
                        problem_of(answer, (path, name, value))
                        assert answer.status < 500, (path, name, value, answer.body)


def test_names_that_would_lead_out_of_the_folder():
    with with_a_run() as (results, run), dashboard(results) as server:
        before = set(results.parent.iterdir())
        for name in ("../../evil", "a/b", "\n", "..", "-rf", "\0", "x" * 3000):
            upload = server.change("POST", "/api/v1/uploads?name=vllm.csv", table_of_requests(20))["id"]
            made = played(server, {"kind": "import", "uploads": [upload], "label": name})["runs"][0]
            assert (results / made).parent == results and re.fullmatch(r"[a-z][a-z-]*-[\d-]+", made), made
            checked = server.change("POST", "/api/v1/plans/check", {"targets": ["http://127.0.0.1:1"], "name": name})
            assert [f["place"] for f in checked["faults"]] == ["name"], (name, checked["faults"])
        assert set(results.parent.iterdir()) == before
        saved = server.get(f"/api/v1/report?format=md&runs={run},{run}%22%0d%0aX-Evil:%201")
        problem_of(saved, "no header of their own")


def test_no_path_is_without_a_guard():
    """Every path and method against other sites' pages, other names of this machine, and whoever has no token."""
    asked = [(method, re.sub(r"\{\w+\}", "x", pattern)) for pattern in [*SCHEMA["paths"], "/", "/runs", "/nothing", "/ws",
                                                                        "/api/v1/live", "/metrics", "/api/docs"]
             for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "PROPFIND")]
    with with_a_run() as (results, _), dashboard(results) as server:
        token = server.good("/api/v1/session")["token"]
        upgrade = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
                   "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA=="}
        for method, path in asked:
            for more, status in (({"Host": "evil.example"}, 421), ({"Host": "127.0.0.1"}, 421),
                                 ({"Origin": "https://evil.example"}, 403), ({"Origin": "null"}, 403),
                                 ({"Origin": f"http://localhost:{server.port + 1}"}, 403),
                                 ({"Sec-Fetch-Site": "same-site"}, 403), ({"Sec-Fetch-Site": "cross-site"}, 403)):
                for extra in ({}, upgrade):
                    answer = server.call(method, path, headers={"X-Tokentrial-Token": token} | more | extra)
                    assert answer.status == status, (method, path, more, answer.status)
                    assert not any(h.lower().startswith("access-control") for h in answer.headers), path
                    assert answer.headers["Cache-Control"] == "no-store", path
            if method not in ("GET", "HEAD"):
                assert server.call(method, path).status == 403, (method, path)
    with scratch() as folder:
        secret = folder / "token"
        secret.write_text("correct-horse-battery\n")
        secret.chmod(0o600)
        with with_a_run() as (results, _), dashboard(results, "--token-file", str(secret)) as server:
            for method, path in asked:
                for more in ({}, {"Authorization": "Bearer correct-horse-batter"}, {"Cookie": "tokentrial_access="}, upgrade,
                             {"Authorization": "Basic Y29ycmVjdC1ob3JzZS1iYXR0ZXJ5"}):
                    answer = server.call(method, path, headers=more)
                    assert answer.status == 401, (method, path, more, answer.status)


def raw_socket(server, data):
    s = socket.create_connection(("127.0.0.1", server.port), timeout=60)
    s.sendall(data)
    return s


def break_off(s):
    """Like a process that is killed in mid-stream: a reset, no goodbye."""
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    s.close()


def test_callers_that_are_killed_in_mid_stream():
    with sim("vllm") as url, with_a_run() as (results, run), dashboard(results) as server:
        head = f"Host: 127.0.0.1:{server.port}\r\nX-Tokentrial-Token: {server.good('/api/v1/session')['token']}\r\n"
        job = server.change("POST", "/api/v1/jobs", {"yaml": PLAN.format(url=url, requests=200)})["id"]
        for _ in range(10):
            half = raw_socket(server, f"POST /api/v1/uploads?name=x HTTP/1.1\r\n{head}Content-Length: 9999\r\n\r\nabc".encode())
            body = raw_socket(server, f"POST /api/v1/sql HTTP/1.1\r\n{head}Content-Length: 9999\r\n\r\n{{".encode())
            asks = raw_socket(server, f"GET /api/v1/report?runs={run}&format=pdf HTTP/1.1\r\n{head}\r\n".encode())
            tab = WebSocket(server.port, "/api/v1/live")
            tab.socket.sendall(b"\x81\xfe")  # half of a frame
            for s in (half, body, asks, tab.socket):
                break_off(s)
        assert ended(server, job)["state"] == "done"

        def quiet():
            said = server.get("/metrics").body.decode()
            return "tokentrial_http_sockets 1\n" in said and "tokentrial_live_sockets 0\n" in said
        wait_for(quiet, "the sockets of the dead are closed")
        assert [p for p in (results / ".uploads").rglob("*") if p.is_file()] == []


def test_what_is_too_large_for_one_caller():
    with with_a_run() as (results, run), dashboard(results) as server:
        token = server.good("/api/v1/session")["token"]
        host = f"Host: 127.0.0.1:{server.port}\r\n".encode()
        head = b"POST /api/v1/sql HTTP/1.1\r\n" + host + b"X-Tokentrial-Token: " + token.encode() + b"\r\n"
        chunked = head + b"Transfer-Encoding: chunked\r\n\r\n"
        much = b"x" * 30_000_000
        for data, status in ((b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n" + host + b"\r\n", b" 431 "),
                             (b"GET /?" + b"a&" * 300 + b" HTTP/1.1\r\n" + host + b"\r\n", b" 400 "),
                             (b"GET /" + b"a/" * 300 + b" HTTP/1.1\r\n" + host + b"\r\n", b" 400 "),
                             (b"GET / HTTP/1.1\r\n" + host + b"A: b\r\n" * 5000 + b"\r\n", b" 431 "),
                             (head + b"Content-Length: 30000000\r\n\r\n" + much, b" 413 "),
                             (chunked + b"1c9c380\r\n" + much, b" 413 "),
                             (chunked + b"1;" + much, b" 400 "), (chunked + b"0\r\nA: " + much, b" 400 "),
                             (head + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b" 400 ")):
            answer = server.raw(data, shut=True)
            assert status in answer.split(b"\r\n")[0], (data[:100], answer[:300])
            assert b'"remedy": "' in answer, answer[:600]
        peak = next(int(line.split()[1]) for line in Path(f"/proc/{server.child.pid}/status").read_text().splitlines()
                    if line.startswith("VmHWM"))
        assert peak < 2_000_000, f"{peak} KB"
        nested = "SELECT (repeat('[', 300000) || repeat(']', 300000))::JSON AS deep"
        table = server.change("POST", "/api/v1/sql", {"runs": [run], "sql": nested})
        assert table["rows"][0][0].startswith("[[["), "as a text"
        wide = server.change("POST", "/api/v1/sql", {"runs": [run], "limit": 10_000,
                                                     "sql": "SELECT repeat('x', 100000) FROM range(2000)"})
        assert wide["truncated"] and sum(len(row[0]) for row in wide["rows"]) < 40_000_000, len(wide["rows"])


def test_files_of_a_run_that_lead_elsewhere():
    with with_a_run() as (results, run):
        secret = results.parent / "secret.txt"
        secret.write_text("the secret")
        for name in ("manifest.json", "texts.parquet", "events.jsonl"):
            other = results / f"other{name.split('.')[0]}-20260101-000000"
            shutil.copytree(results / run, other)
            (other / name).unlink(missing_ok=True)
            (other / name).symlink_to(secret)
        pipe = results / "pipe-20260101-000000"
        shutil.copytree(results / run, pipe)
        (pipe / "telemetry.parquet").unlink(missing_ok=True)
        os.mkfifo(pipe / "telemetry.parquet")
        (results / "folder-20260101-000000").symlink_to(results / run)
        with dashboard(results) as server:
            for other in runs_in(results):
                if other.name == run or other.name.startswith("."):
                    continue
                for path in ("", "/manifest", "/files/manifest.json", "/files/texts.parquet", "/files/events.jsonl",
                             "/files/telemetry.parquet", "/summary", "/requests"):
                    answer = server.get(f"/api/v1/runs/{other.name}{path}")
                    problem_of(answer, (other.name, path))
                    assert b"the secret" not in answer.body, path
                problem_of(server.get(f"/api/v1/differences?runs={run},{other.name}"), other.name)
            assert server.good(f"/api/v1/runs/{run}/manifest")["run_id"] == run


def test_a_run_that_is_removed_while_it_is_used():
    with with_a_run() as (results, run), dashboard(results) as server:
        copies = [f"copy{n}-20260101-000000" for n in range(2)]
        for copy in copies:
            shutil.copytree(results / run, results / copy)
            manifest = results / copy / "manifest.json"
            manifest.write_text(manifest.read_text().replace(run, copy))
        server.change("PUT", f"/api/v1/runs/{run}/baseline")
        with ThreadPoolExecutor(8) as pool:
            for copy in copies:
                replay = server.change("POST", "/api/v1/jobs", {"kind": "replay", "run": copy, "speed": 0})["id"]
                uses = [pool.submit(server.get, f"/api/v1/{path}") for path in
                        (f"report?runs={copy}&format=html", f"charts/ttft-ecdf?runs={copy}", f"runs/{copy}/requests")]
                removals = [pool.submit(call, server, "DELETE", f"/api/v1/runs/{copy}") for _ in range(3)]
                gone = [r.result() for r in removals]
                assert sum(a.status == 200 for a in gone) >= 1, [(a.status, a.body) for a in gone]
                for answer in [*gone, *(u.result() for u in uses)]:
                    if answer.status != 200:
                        problem_of(answer, copy)
                assert ended(server, replay)["state"] in ("done", "failed")
                assert not (results / copy).exists()
        assert call(server, "DELETE", f"/api/v1/runs/{run}").status == 409, "the baseline stays"
        assert [p.name for p in runs_in(results)] == [run]


def test_a_run_under_way_cannot_be_removed():
    with sim("vllm") as url, with_a_run() as (results, _), dashboard(results) as server:
        job = server.change("POST", "/api/v1/jobs", {"yaml": PLAN.format(url=url, requests=100_000)})["id"]
        new = wait_for(lambda: server.good(f"/api/v1/jobs/{job}")["runs"], "the run begins")[0]
        wait_for(lambda: (results / new / "journal.ttj").exists(), "its journal is there")
        problem_of(call(server, "DELETE", f"/api/v1/runs/{new}"), "a run under way")
        for path in ("summary", "requests", "files/requests.parquet"):
            assert problem_of(server.get(f"/api/v1/runs/{new}/{path}"), path)["code"] == "unavailable"
        with ThreadPoolExecutor(4) as pool:  # all at once: one stops it, the others hear that it ends
            stops = list(pool.map(lambda _: call(server, "POST", f"/api/v1/jobs/{job}/stop", b'{"at_once": true}').status,
                                  range(4)))
        assert set(stops) <= {200, 409} and 200 in stops, stops
        assert ended(server, job)["state"] == "stopped"
        assert call(server, "DELETE", f"/api/v1/runs/{new}").status == 200


def test_two_programs_serve_one_folder():
    with with_a_run() as (results, _), dashboard(results) as first:
        upload = first.change("POST", "/api/v1/uploads?name=vllm.csv", table_of_requests(100))["id"]
        with dashboard(results) as second:
            assert second.good("/api/v1/uploads")["uploads"] == []
            second.change("POST", "/api/v1/uploads?name=other.csv", b"x")
            assert second.interrupt() == 0
        assert played(first, {"kind": "import", "uploads": [upload]})["state"] == "done"
        assert first.interrupt() == 0
        assert not (results / ".uploads").exists()


def test_the_program_ends_while_it_is_asked():
    with sim("vllm") as url, with_a_run() as (results, run), dashboard(results) as server:
        answers = []
        body = json.dumps({"runs": [run], "sql": LONG_SQL})
        server.good("/api/v1/session")
        job = server.change("POST", "/api/v1/jobs", {"yaml": PLAN.format(url=url, requests=100_000)})["id"]
        wait_for(lambda: server.good(f"/api/v1/jobs/{job}")["runs"], "the run begins")
        asking = threading.Thread(target=lambda: answers.append(call(server, "POST", "/api/v1/sql", body)))
        asking.start()
        idle = [raw_socket(server, b"GET / HT") for _ in range(20)]
        tabs = [WebSocket(server.port, path) for path in ("/api/v1/live", "/ws")]
        # Both are seen before the end begins: what follows the query is answered behind it.
        server.good("/api/v1/jobs")
        assert server.interrupt() == 0
        asking.join()
        assert problem_of(answers[0], "sql")["message"].endswith("stopped"), answers[0].body
        for s in idle:
            answer = read_all(s)
            assert not answer or b" 400 " in answer, answer
        for tab in tabs:
            tab.close()
        new = next(p for p in runs_in(results) if p.name != run)
        assert json.loads((new / "manifest.json").read_text())["status"] in ("aborted", "completed", "partial"), new


main(globals())
