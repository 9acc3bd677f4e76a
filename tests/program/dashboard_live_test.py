#!/usr/bin/env python3
"""The dashboard's jobs and its live stream, over real sockets against the simulator."""

import functools
import json
import tempfile
import time
from pathlib import Path

from dashboard_harness import SCHEMA, dashboard, faults, held_to_document
from harness import main, only_run, runs_in, scratch, sim, tokentrial, wait_for
from websocket import Closed, WebSocket

PLAN = """name: live
targets:
  - {{name: mine, engine: vllm, url: "{url}"}}
load: {{concurrency: 4}}
workload: {{input: 32, output: 8}}
stop: {{requests: {requests}}}
warmup: {{requests: 0}}
blocks: 1
telemetry: {{interval: 200ms}}
"""


def plan(url, requests=40):
    return PLAN.format(url=url, requests=requests)


@functools.cache
def results():
    folder = Path(tempfile.mkdtemp(prefix="tokentrial-"))
    with sim("vllm") as url:
        tokentrial("run", "--target", f"vllm={url}", "--concurrency", "4", "--requests", "60", "--input-tokens", "32",
                   "--output-tokens", "12", "--results", folder / "results", exits=(0, 4))
    return folder / "results"


def ended(server, job):
    return wait_for(lambda: (s := server.good(f"/api/v1/jobs/{job}"))["state"] not in ("waiting", "running") and s,
                    f"job {job} ends")


def is_end(run):
    return lambda m: m["type"] in ("error",) or (m["type"] == "phase" and m["phase"] == "done" and m["run_id"] == run)


def test_a_run_is_started_from_a_plan_and_followed_live():
    with sim("vllm") as url, scratch() as folder, dashboard(folder / "results") as server:
        checked = server.change("POST", "/api/v1/plans/check", {"yaml": plan(url), "dry_run": True})
        assert checked["valid"] and checked["schedule"]["requests"] == 40, checked
        assert not faults(checked, {"$ref": "#/components/schemas/PlanCheck"}), checked
        with WebSocket(server.port, "/api/v1/live") as tab, WebSocket(server.port, "/ws") as plain:
            hello = tab.receive()
            assert hello["type"] == "hello" and hello["stream"] == server.good("/api/v1/session")["stream"]
            job = server.change("POST", "/api/v1/jobs", {"kind": "run", "yaml": plan(url)})
            assert not faults(job, {"$ref": "#/components/schemas/Job"}), job
            got = tab.until(lambda m: m["type"] == "error" or m.get("phase") == "done")
            run = only_run(folder / "results").name
            assert [m["seq"] for m in got] == list(range(1, len(got) + 1)), "nothing is missing"
            phases = [m["phase"] for m in got if m["type"] == "phase"]
            assert phases[-3:] == ["execution", "cleanup", "done"], phases
            rows = [r for m in got if m["type"] == "request_complete" for r in m["data"]]
            assert sorted(r["request_index"] for r in rows) == list(range(40))
            assert all(r["ttft_ms"] > 0 and r["tbt_ms"] > 0 and r["completion_tokens"] == 8 for r in rows)
            summary = next(m for m in got if m["type"] == "summary")
            assert summary["run_id"] == run and summary["data"]["targets"]
            # The plain form: a message a request, under its old names.
            old = plain.until(lambda m: m.get("phase") == "done")
            assert len([m for m in old if m["type"] == "request_complete"]) == 40
            one = next(m for m in old if m["type"] == "request_complete")
            assert set(one) == {"type", "run_id", "data"} and {"ttft_ms", "e2e_latency_ms", "tbt_ms"} <= set(one["data"])
            assert next(m for m in old if m.get("phase") == "done")["data"]["result_path"].endswith(run)
        status = ended(server, job["id"])
        assert status["state"] == "done" and status["runs"] == [run] and status["kind"] == "run"
        assert server.good(f"/api/v1/runs/{run}/summary")["summary"]["targets"]
        # A tab that comes back names what it saw, and misses nothing.
        half = got[len(got) // 2]["seq"]
        with WebSocket(server.port, f"/api/v1/live?stream={hello['stream']}&after={half}") as again:
            assert again.receive()["after"] == half
            rest = again.until(lambda m: m.get("phase") == "done")
            assert rest == [m for m in got if m["seq"] > half]
        # A number of another server's stream means nothing: it gets the newest run whole.
        with WebSocket(server.port, "/api/v1/live?stream=other&after=99999") as other:
            other.receive()
            assert [m["seq"] for m in other.until(lambda m: m.get("phase") == "done") if m["type"] == "request_complete"]


def test_runs_wait_for_each_other_and_can_be_stopped():
    with sim("vllm") as url, scratch() as folder, dashboard(folder / "results") as server:
        long = server.change("POST", "/api/v1/jobs", {"yaml": plan(url, 100000)})
        waits = server.change("POST", "/api/v1/jobs", {"yaml": plan(url)})
        wait_for(lambda: runs_in(folder / "results"), "the run has a folder")
        run = wait_for(lambda: (server.good(f"/api/v1/jobs/{long['id']}")["runs"] or [None])[0], "the run has an id")
        assert server.good(f"/api/v1/jobs/{waits['id']}")["state"] == "waiting"
        assert server.get(f"/api/v1/runs/{run}/summary").status == 409, "it goes on"
        assert server.good(f"/api/v1/runs/{run}")["live"] is True
        server.change("DELETE", f"/api/v1/runs/{run}", expect=409)
        server.change("POST", f"/api/v1/jobs/{long['id']}/stop", {})
        assert ended(server, long["id"])["state"] == "stopped"
        assert server.good(f"/api/v1/runs/{run}")["status"] == "aborted", "what was measured is kept"
        assert ended(server, waits["id"])["state"] == "done"
        server.change("POST", f"/api/v1/jobs/{waits['id']}/stop", {}, expect=409)
        server.change("POST", "/api/v1/jobs/99/stop", {}, expect=404)


def test_the_program_ends_a_run_gracefully():
    with sim("vllm") as url, scratch() as folder:
        with dashboard(folder / "results") as server:
            server.change("POST", "/api/v1/jobs", {"yaml": plan(url, 100000)})
            wait_for(lambda: "execution" if any(j["phase"] == "playing" for j in server.good("/api/v1/jobs")["jobs"]) else 0,
                     "the load plays")
            with WebSocket(server.port, "/api/v1/live") as tab:
                tab.receive()
                assert server.interrupt() == 0
                try:
                    tab.until(lambda m: False)
                except Closed as end:
                    assert end.args[0] == 1001, "going away"
        status = json.loads((only_run(folder / "results") / "manifest.json").read_text())["status"]
        assert status == "aborted", status


def test_a_closed_page_harms_no_run():
    with sim("vllm") as url, scratch() as folder, dashboard(folder / "results") as server:
        tabs = [WebSocket(server.port, "/api/v1/live") for _ in range(5)]
        job = server.change("POST", "/api/v1/jobs", {"yaml": plan(url, 60)})
        tabs[0].until(lambda m: m.get("phase") == "execution")
        for tab in tabs:
            tab.close()
        assert ended(server, job["id"])["state"] == "done"


def test_a_recorded_run_is_told_once_more():
    with dashboard(results()) as server:
        run = only_run(results()).name
        with WebSocket(server.port, "/api/v1/live") as tab:
            server.change("POST", "/api/v1/jobs", {"kind": "replay", "run": run, "speed": 0})
            got = tab.until(lambda m: m.get("phase") == "done")
            rows = [r for m in got if m["type"] == "request_complete" for r in m["data"]]
            assert len(rows) == 60 and [r["end_s"] for r in rows] == sorted(r["end_s"] for r in rows)
            assert any(m["type"] == "gpu_sample" and m["data"]["kv_cache_usage"] is not None for m in got)
        for bad in ({"run": "../x"}, {"run": "nope"}, {"run": run, "speed": -1}, {"run": 7}):
            answer = server.call("POST", "/api/v1/jobs", json.dumps({"kind": "replay", **bad}),
                                 {"X-Tokentrial-Token": server.token})
            assert answer.status in (400, 404), (bad, answer.body)


def test_a_slow_tab_costs_nothing():
    with dashboard(results()) as server:
        run = only_run(results()).name
        with WebSocket(server.port, "/ws", buffer=2048) as slow:  # never reads
            began = time.monotonic()
            for _ in range(5):
                job = server.change("POST", "/api/v1/jobs", {"kind": "replay", "run": run, "speed": 0})
                assert ended(server, job["id"])["state"] == "done"
            assert time.monotonic() - began < 30
            assert server.get("/").status == 200
            assert slow.status == 101


def test_commands_of_the_plain_form():
    with sim("vllm") as url, scratch() as folder:
        (folder / "mine.yaml").write_text(plan("http://127.0.0.1:1"))
        (folder / "broken.yaml").write_text("targets: 7\n")
        (folder / "other.yaml").write_text("services: {}\n")
        with dashboard(folder / "results", cwd=folder) as server, WebSocket(server.port, "/ws") as tab:
            def ask(command):
                tab.send(command)
                return tab.until(lambda m: m["type"] in ("configs", "results", "result", "error", "started", "stopping"))[-1]
            configs = {c["path"]: c for c in ask({"type": "list_configs"})["data"]}
            assert configs["mine.yaml"]["valid"] and not configs["broken.yaml"]["valid"] and "other.yaml" not in configs
            assert server.good("/api/configs") == list(configs.values())
            assert ask({"type": "list_results"})["data"] == []
            assert ask({"type": "load_result", "run_id": "../x"})["type"] == "error"
            for bad in ("{", "[]", '{"type": 7}', '{"type": "fly"}', '{"type": "start_experiment", "config_path": "/etc/passwd"}',
                        '{"type": "start_experiment", "config_path": "../mine.yaml"}', '{"type": "stop_experiment", "run_id": "x"}',
                        '{"type": "start_experiment", "config_path": "mine.yaml", "options": 7}', "[" * 50000):
                answer = ask(bad)
                assert answer["type"] == "error" and answer["message"], bad
            started = ask({"type": "start_experiment", "config_path": "mine.yaml", "options": {"server_url": f"vllm={url}"}})
            assert started["type"] == "started", started
            tab.until(lambda m: m.get("phase") == "done" or m["type"] == "error")
            run = ask({"type": "list_results"})["data"][0]["run_id"]
            result = ask({"type": "load_result", "run_id": run})["data"]
            assert result == server.good(f"/api/results/{run}")
            assert len(result["requests"]) == 40 and result["aggregated"]["targets"]


def test_sockets_of_other_sites_are_refused():
    with dashboard(results()) as server:
        assert WebSocket(server.port, "/ws", ["Origin: https://evil.example"]).status == 403
        assert WebSocket(server.port, "/ws", [f"Origin: http://127.0.0.1:{server.port}"]).status == 101
        assert server.get("/api/v1/live").status == 426
        with WebSocket(server.port, "/ws") as tab:
            tab.frame(1, b"x" * 400_000)  # over the limit
            try:
                while True:
                    tab.receive()
            except (Closed, ConnectionError):
                pass
        assert server.get("/").status == 200


def test_files_are_uploaded_judged_and_imported():
    with scratch() as folder, dashboard(folder / "results") as server:
        with tempfile.TemporaryDirectory() as out:
            tokentrial("results", "export", only_run(results()).name, "--to", out, "--results", results())
            good = next(Path(out).glob("*_results.csv")).read_bytes()
        first = server.change("POST", "/api/v1/uploads?name=vllm.csv", good)
        assert not faults(first, {"$ref": "#/components/schemas/Upload"}), first
        bad = server.change("POST", "/api/v1/uploads?name=..%2F..%2Fx.csv", b"this is no result file\n")
        assert "/" not in bad["name"], bad
        job = server.change("POST", "/api/v1/jobs", {"kind": "import", "uploads": [first["id"], bad["id"]], "check": True,
                                                     "preview": 5})
        status = ended(server, job["id"])
        assert status["state"] == "done", status
        files = status["result"]["files"]
        assert files[0]["runs"][0]["rows_kept"] == 60 and len(files[0]["runs"][0]["first_rows"]) == 5, files[0]
        assert files[1]["problem"] and not files[1]["runs"]
        assert runs_in(folder / "results") == [folder / "results/.uploads"], "a check writes nothing"
        job = server.change("POST", "/api/v1/jobs", {"kind": "import", "uploads": [first["id"]], "label": "mine"})
        run = ended(server, job["id"])["runs"][0]
        assert server.good(f"/api/v1/runs/{run}")["imported"] is True
        assert [u["id"] for u in server.good("/api/v1/uploads")["uploads"]] == [bad["id"]]
        server.change("DELETE", f"/api/v1/uploads/{bad['id']}")
        # An upload that ends too soon leaves nothing.
        cut = (f"POST /api/v1/uploads?name=x HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nX-Tokentrial-Token: "
               f"{server.token}\r\nContent-Length: 1000\r\n\r\nabc").encode()
        assert b" 400 " in server.raw(cut, shut=True).split(b"\r\n")[0]
        assert server.good("/api/v1/uploads")["uploads"] == []
        large = cut.replace(b"Content-Length: 1000", b"Content-Length: 600000000")
        assert b" 413 " in server.raw(large, shut=True).split(b"\r\n")[0]
        for _ in range(20):
            server.change("POST", "/api/v1/uploads?name=x", b"x")
        server.change("POST", "/api/v1/uploads?name=x", b"x", expect=409)


def test_what_people_say_of_runs():
    with dashboard(results()) as server:
        run = only_run(results()).name
        assert "nightly" in server.change("POST", f"/api/v1/runs/{run}/tags", {"tags": ["nightly"]})["tags"]
        assert server.change("DELETE", f"/api/v1/runs/{run}/tags/nightly")["tags"] == []
        server.change("POST", f"/api/v1/runs/{run}/tags", {"tags": ["a,b"]}, expect=400)
        server.change("POST", f"/api/v1/runs/{run}/tags", {"tags": "a"}, expect=400)
        note = server.change("POST", f"/api/v1/runs/{run}/notes", {"text": "--remove <script>"})
        assert note["notes"][0]["text"] == "--remove <script>"
        assert server.change("DELETE", f"/api/v1/runs/{run}/notes/1")["notes"] == []
        server.change("PUT", f"/api/v1/runs/{run}/baseline")
        assert server.good(f"/api/v1/runs/{run}")["baseline"] is True
        server.change("DELETE", f"/api/v1/runs/{run}", expect=409)
        server.change("DELETE", "/api/v1/baseline")
        server.change("DELETE", "/api/v1/runs/nope", expect=404)


def test_faults_of_a_plan_have_their_places():
    with dashboard(results()) as server:
        checked = server.change("POST", "/api/v1/plans/check", {"yaml": "name: x\nload: {concurrency: none}\n"})
        assert not checked["valid"] and checked["faults"][0]["place"].startswith("plan.yaml:2:"), checked
        for body in (b"", b"{", b"[1]", b'{"yaml": 7}', b'{"yaml": "\xff"}'):
            answer = server.call("POST", "/api/v1/plans/check", body, {"X-Tokentrial-Token": server.token})
            assert answer.status in (200, 400), (body, answer.body)
        for job in ({"kind": "fly"}, {"yaml": "name: x\n"}, {"path": "/etc/passwd"}, {"kind": "import"}, {"yaml": 7},
                    {"kind": "import", "uploads": ["x"]}):
            answer = server.call("POST", "/api/v1/jobs", json.dumps(job), {"X-Tokentrial-Token": server.token})
            assert answer.status in (400, 404), (job, answer.body)
        held_to_document("POST", "/api/v1/jobs", answer)
        assert SCHEMA["paths"]["/api/v1/jobs"]["post"]


main(globals())
