#!/usr/bin/env python3
"""The dashboard's server, as a browser, a script and an attacker use it."""

import functools
import json
import re
import shutil
import socket
import tempfile
import time
from pathlib import Path

from dashboard_harness import SCHEMA, dashboard, faults, held_to_document, read_all
from harness import PATIENCE, main, only_run, scratch, sim, tokentrial


@functools.cache
def results():
    """A folder with one run of two engines."""
    folder = Path(tempfile.mkdtemp(prefix="tokentrial-"))
    with sim("vllm") as a, sim("tgi", "--profile", "a100-8b-tgi") as b:
        tokentrial("run", "--target", f"vllm={a}", "--target", f"tgi={b}", "--concurrency", "4", "--requests", "60",
                   "--input-tokens", "64", "--output-tokens", "12", "--results", folder / "results", exits=(0, 4))
    return folder / "results"


def run_id():
    return only_run(results()).name


def test_the_page_is_there_and_loads_nothing_from_elsewhere():
    with dashboard(results()) as server:
        page = server.get("/")
        assert page.status == 200 and b"<title>Tokentrial</title>" in page.body
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        assert page.headers["Cache-Control"] == "no-cache"
        for path in re.findall(rb'(?:src|href)="(/[^"]*\.(?:css|js))"', page.body):
            asset = server.get(path.decode())
            assert asset.status == 200 and "immutable" in asset.headers["Cache-Control"], path
            small = server.get(path.decode(), Accept_Encoding="br, gzip;q=0.8")
            assert small.headers["Content-Encoding"] == "gzip" and len(small.body) < len(asset.body), path
            again = server.get(path.decode(), If_None_Match=asset.headers["ETag"])
            assert again.status == 304 and again.body == b"", path
            # Scripts name things by such words (SVG's namespace, licences); dashboard_page_test.py sees that they load none.
            assert path.endswith(b".js") or not re.search(rb"https?://", asset.body), path
        assert server.interrupt() == 0


def test_every_path_of_the_document_answers_as_it_says():
    run = run_id()
    values = {"run": run, "run_id": run, "chart": "ttft-ecdf", "target": "0", "index": "3", "file": "manifest.json"}
    queries = {"/api/v1/compare": f"runs={run}", "/api/v1/objectives": f"runs={run}&slo=ttft_p99=5s",
               "/api/v1/cost": f"runs={run}&price=2", "/api/v1/charts/{chart}": f"runs={run}",
               "/api/v1/charts/{chart}/file": f"runs={run}&format=csv", "/api/v1/report": f"runs={run}&format=md",
               "/api/v1/plan": "path=preset:quick", "/api/v1/runs/{run}/requests": "sort=-ttft_ms&limit=7&min_e2e_ms=1",
               "/api/v1/runs/{run}/analysis": "sections=latency,errors", "/api/v1/differences": f"runs={run},{run}",
               "/api/v1/figures": f"runs={run}&min_ttft_ms=1&target=1"}
    with dashboard(results()) as server:
        assert server.good("/api/v1/openapi.json") == SCHEMA
        for pattern, operations in SCHEMA["paths"].items():
            if "get" not in operations or "{job}" in pattern:
                continue
            path = re.sub(r"\{(\w+)\}", lambda m: values[m[1]], pattern)
            answer = server.get(path + "?" + queries.get(pattern, ""))
            assert answer.status == 200, (pattern, answer.status, answer.body[:300])
            held_to_document("GET", pattern, answer)
        page = server.get("/api/docs").body.decode()
        for pattern in SCHEMA["paths"]:
            assert pattern in page, pattern


def test_the_check_against_the_document_can_fail():
    assert faults({"code": 1}, {"$ref": "#/components/schemas/Problem"})
    assert faults({"code": "a", "message": "b", "remedy": "c", "more": 1}, {"$ref": "#/components/schemas/Problem"})


def test_requests_are_filtered_sorted_and_paged():
    with dashboard(results()) as server:
        base = f"/api/v1/runs/{run_id()}/requests"
        whole = server.good(f"{base}?limit=1000&sort=-e2e_ms")
        e2e = [r["e2e_ms"] for r in whole["requests"]]
        assert whole["matching"] == len(e2e) == 120 and e2e == sorted(e2e, reverse=True)
        middle = e2e[60]
        half = server.good(f"{base}?min_e2e_ms={middle}&limit=5&offset=2&sort=-e2e_ms")
        assert half["matching"] == 61 and [r["e2e_ms"] for r in half["requests"]] == e2e[2:7]
        first = half["requests"][0]
        one = server.good(f"{base}/{first['target']}/{first['index']}")["request"]
        assert (one["end_ns"] - one["sent_ns"]) / 1e6 == first["e2e_ms"]
        assert len(one["chunk_at_ns"]) >= 2
        wrong = server.get(f"{base}?sort=tftt_ms")
        assert wrong.status == 400 and "did you mean ttft_ms" in wrong.json()["message"]


def test_charts_come_with_their_figures_and_words():
    with dashboard(results()) as server:
        run = run_id()
        listed = [c["id"] for c in server.good(f"/api/v1/charts?runs={run}")["charts"]]
        assert "ttft-ecdf" in listed
        for chart in listed:
            made = server.good(f"/api/v1/charts/{chart}?runs={run}")
            assert made["alt"], chart
            assert made["empty"] or (made["chart"]["option"] and made["table"]["rows"]), chart
        picture = server.get(f"/api/v1/charts/ttft-ecdf/file?runs={run}&format=png&size=800x450")
        assert picture.body.startswith(b"\x89PNG") and 'filename="ttft-ecdf.png"' in picture.headers["Content-Disposition"]
        near = server.get(f"/api/v1/charts/ttft-edcf?runs={run}")
        assert near.status == 404 and "ttft-ecdf" in near.json()["message"]


def test_a_chart_is_shown_as_its_reader_wants():
    with dashboard(results()) as server:
        whole = server.good(f"/api/v1/charts/ttft-ecdf?runs={run_id()}")
        chosen = "slo=ttft_p90%3D77ms,e2e_p99%3D3s&leave_out=5"
        asked = server.good(f"/api/v1/charts/ttft-ecdf?runs={run_id()}&{chosen}")
        assert asked["subtitle"].startswith("Within 77.0 ms (p90 is asked of each target)"), asked["subtitle"]
        assert "without the first 5 of each target" in asked["source"] and "without" not in whole["source"], asked["source"]
        assert asked["table"] != whole["table"], "as many requests as before"
        file = server.get(f"/api/v1/charts/ttft-ecdf/file?runs={run_id()}&format=svg&{chosen}").body
        assert b"77.0 ms" in file and b"without the first 5" in file, "the file is of something else"
        assert len(server.good(f"/api/v1/charts/ttft-over-time?runs={run_id()}&bucket=1h")["table"]["rows"]) == 2, "a row a target"
        for wrong in ("bucket=10ms", "leave_out=some", "slo=fast"):
            reply = server.get(f"/api/v1/charts/ttft-ecdf?runs={run_id()}&{wrong}")
            assert reply.status == 400 and wrong.split("=")[0] in reply.json()["message"], (wrong, reply.json())


def test_a_report_can_be_looked_at_and_reach_nobody():
    with dashboard(results()) as server:
        page = server.get(f"/api/v1/report?runs={run_id()}&view=true&kind=executive")
        assert page.status == 200 and b"<!doctype html" in page.body[:100].lower(), page.body[:300]
        assert page.headers["Content-Security-Policy"].startswith("sandbox allow-scripts")
        assert server.get(f"/api/v1/report?runs={run_id()}&format=exe").status == 400
        picture = server.get(f"/api/v1/report?runs={run_id()}&format=png&kind=executive")
        assert picture.body[:4] == b"\x89PNG" and picture.headers["Content-Type"] == "image/png", picture.headers
        said = json.loads(server.get(f"/api/v1/report?runs={run_id()}&format=values&kind=executive").body)
        assert {"answer", "risks", "steps"} <= {one["id"] for one in said["sections"]}, said
        saved = server.get(f"/api/v1/runs/{run_id()}/files/requests.parquet")
        assert saved.body == (only_run(results()) / "requests.parquet").read_bytes()


def test_sql_reads_and_nothing_else():
    with dashboard(results()) as server:
        def ask(sql, expect=200):
            return server.change("POST", "/api/v1/sql", {"runs": [run_id()], "sql": sql}, expect)
        table = ask("SELECT status, count(*) AS n FROM requests GROUP BY status")
        assert table["rows"] == [["ok", 120]] and table["columns"][1]["name"] == "n", table
        for sql in ("DROP VIEW requests", "COPY requests TO '/tmp/x.csv'", "SELECT * FROM read_csv('/etc/passwd')",
                    "INSTALL httpfs", "SELECT 1; SELECT 2", "", "ATTACH '/tmp/x.db'"):
            problem = ask(sql, 400)
            assert problem["message"] and problem["remedy"], sql


def test_nothing_outside_of_the_results_is_reached():
    with dashboard(results()) as server:
        secret = results().parent / "secret"
        shutil.copytree(only_run(results()), secret, dirs_exist_ok=True)
        for path in ("/../secret", "/%2e%2e/secret", "/..%2fsecret", "/api/v1/runs/../../secret", "/api/v1/runs/%2e%2e",
                     "/api/v1/runs/..%2fsecret", "/api/v1/runs/..%5csecret", f"/api/v1/runs/{'a' * 3000}",
                     f"/api/v1/runs/%2ftmp", "/api/v1/report?runs=../secret", "/api/v1/charts/ttft-ecdf?runs=../secret",
                     "/api/v1/charts/ttft-ecdf?runs=--template=/etc/passwd", "/api/v1/compare?runs=--results=/tmp",
                     f"/api/v1/compare?runs={secret}", f"/api/v1/runs/{run_id()}/files/..%2fmanifest.json",
                     f"/api/v1/runs/{run_id()}/files/notes.json", "/api/v1/runs/secret/summary"):
            answer = server.get(path)
            assert answer.status in (400, 404), (path, answer.status, answer.body[:200])
            assert set(answer.json()) == {"code", "message", "remedy"}, path


def test_other_sites_cannot_use_the_users_browser():
    with dashboard(results()) as server:
        assert server.get("/api/v1/runs", Host="evil.example").status == 421
        assert server.get("/api/v1/runs", Host=f"evil.example:{server.port}").status == 421
        assert server.get("/api/v1/runs", Origin="https://evil.example").status == 403
        assert server.get("/api/v1/runs", Sec_Fetch_Site="cross-site").status == 403
        body = json.dumps({"runs": [run_id()], "sql": "SELECT 1"})
        for headers in ({}, {"X-Tokentrial-Token": "guess"}, {"Content-Type": "text/plain"}):
            assert server.call("POST", "/api/v1/sql", body, headers).status == 403, headers
        answer = server.call("OPTIONS", "/api/v1/sql", headers={"Origin": "https://evil.example",
                                                               "Access-Control-Request-Method": "POST"})
        assert answer.status == 403 and not any(h.lower().startswith("access-control") for h in answer.headers)


def test_for_other_machines_a_token_is_needed():
    with scratch() as folder:
        secret = folder / "token"
        secret.write_text("correct-horse-battery\n")
        secret.chmod(0o644)
        done = tokentrial("dashboard", "--listen", "127.0.0.1", "--results", results(), exits=2)
        assert "--token-file" in done.stderr, done.stderr
        done = tokentrial("dashboard", "--token-file", secret, "--results", results(), exits=2)
        assert "chmod 600" in done.stderr, done.stderr
        secret.chmod(0o600)
        with dashboard(results(), "--listen", "127.0.0.1", "--token-file", str(secret)) as server:
            for path in ("/", "/api/v1/runs", "/api/v1/session", "/metrics", "/api/v1/live"):
                assert server.get(path).status == 401, path
            assert server.get("/api/v1/runs", Authorization="Bearer correct-horse-battery").status == 200
            assert server.get("/?token=wrong-horse-battery").status == 401
            first = server.get("/?token=correct-horse-battery")
            assert first.status == 303 and first.headers["Location"] == "/"
            cookie = first.headers["Set-Cookie"]
            assert "HttpOnly" in cookie and "SameSite=Strict" in cookie
            assert server.get("/api/v1/runs", Cookie=cookie.split(";")[0]).status == 200


def test_what_is_no_request_gets_an_answer_or_the_door():
    with dashboard(results()) as server:
        host = f"Host: 127.0.0.1:{server.port}\r\n".encode()
        for data, words in ((b"rubbish\r\n\r\n", b" 400 "), (b"\x16\x03\x01\x02\x00\x01\x00" * 20 + b"\r\n\r\n", b" 400 "),
                            (b"GET / HTTP/1.1\r\n" + host + b"X: " + b"a" * 40000 + b"\r\n\r\n", b" 431 "),
                            (b"GET / HTTP/1.1\r\n" + host + b"Host: evil\r\n\r\n", b" 400 "),
                            (b"GET / HTTP/1.1\r\n\r\n", b" 421 "),
                            (b"POST /api/v1/sql HTTP/1.1\r\n" + host + b"Content-Length: x\r\n\r\n", b" 400 "),
                            (b"BREW /api/v1/sql HTTP/1.1\r\n" + host + b"\r\n", b" 403 ")):
            answer = server.raw(data, shut=True)
            assert words in answer.split(b"\r\n")[0], (data[:60], answer[:200])
        token = server.good("/api/v1/session")["token"].encode()
        head = b"POST /api/v1/sql HTTP/1.1\r\n" + host + b"X-Tokentrial-Token: " + token + b"\r\n"
        for data, words in ((head + b"Content-Length: 99000000\r\n\r\n", b" 413 "),
                            (head + b"Content-Length: 10\r\n\r\nab", b" 400 "),
                            (head + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", b" 400 "),
                            (head + b"Transfer-Encoding: chunked\r\n\r\n" + b"200000\r\n" + b"x" * 0x200000, b" 413 "),
                            (head + b"Connection: close\r\nContent-Length: 7\r\n\r\n[1,2,3]", b" 400 "),
                            (head + b"Connection: close\r\nContent-Length: 40000\r\n\r\n" + b"[" * 40000, b" 400 ")):
            answer = server.raw(data, shut=True)
            assert words in answer.split(b"\r\n")[0], (data[:160], answer[:300])
        # The next call of a connection is not what stands behind a refused one's header.
        smuggled = server.raw(head + b"Content-Length: 9999999\r\n\r\nGET /metrics HTTP/1.1\r\n" + host + b"\r\n", shut=True)
        assert smuggled.count(b"HTTP/1.1 ") == 1, smuggled
        assert server.get("/").status == 200


def test_two_hundred_silent_sockets_do_not_lock_others_out_for_long():
    with dashboard(results()) as server:
        silent = [socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) for _ in range(230)]
        for s in silent[:100]:
            s.sendall(b"GET / HTTP/1.1\r\nHo")  # slow-loris
        refused = [s for s in silent if s in silent[200:]]
        for s in refused:
            assert b" 503 " in read_all(s), "a socket over the limit is told so"
        began = time.monotonic()
        for s in silent[:200]:
            assert read_all(s) == b""
            s.close()
        assert time.monotonic() - began < PATIENCE
        assert server.get("/").status == 200
        counted = server.get("/metrics").body.decode()
        assert re.search(r"^tokentrial_http_refused_sockets_total 30$", counted, re.M), counted
        assert re.search(r"^tokentrial_http_timeouts_total 200$", counted, re.M), counted


def test_a_port_that_is_taken_is_said():
    with dashboard(results()) as server:
        done = tokentrial("dashboard", "--no-browser", "--port", str(server.port), "--results", results(), exits=1)
        assert "--port 0" in " ".join(done.stderr.split()), done.stderr


def test_a_run_that_is_not_there_is_said_before_a_port_is_taken():
    done = tokentrial("dashboard", "--port", "0", "--no-browser", "--results", results(), "no-such-run", exits=1)
    assert "no-such-run" in done.stderr, done.stderr


main(globals())
