#!/usr/bin/env python3
"""What the page launches, and how it looks at a part: plans, scenarios, targets, sweeps, filters, marks, differences."""

import contextlib
import functools
import json
import re
import tempfile
import threading
from csv import reader
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from dashboard_harness import dashboard, faults, held_to_document
from harness import main, runs_in, scratch, sim, tokentrial, wait_for
from websocket import WebSocket

TOKEN = "X-Tokentrial-Token"


@functools.cache
def results():
    """A folder with two runs of two engines, at different loads."""
    folder = Path(tempfile.mkdtemp(prefix="tokentrial-")) / "results"
    with sim("vllm") as a, sim("tgi", "--profile", "a100-8b-tgi") as b:
        for users in ("2", "4"):
            tokentrial("run", "--target", f"vllm={a}", "--target", f"tgi={b}", "--concurrency", users, "--requests", "40",
                       "--input-tokens", "uniform(32,96)", "--output-tokens", "12", "--results", folder, exits=(0, 4))
    return folder


def run_ids():
    return sorted(run.name for run in runs_in(results()))


def ask(server, path, body, pattern=None, expect=200):
    """A POST whose answer is held against the document."""
    server.change("POST", "/api/v1/jobs/0/stop", {}, 404)  # makes sure of the token
    answer = server.call("POST", path, json.dumps(body), {TOKEN: server.token})
    assert answer.status == expect, (path, answer.status, answer.body[:500])
    held_to_document("POST", pattern or path, answer)
    return answer.json()


def ended(server, job):
    return wait_for(lambda: (s := server.good(f"/api/v1/jobs/{job}"))["state"] not in ("waiting", "running") and s,
                    f"job {job} ends")


def test_one_filter_holds_in_charts_figures_and_the_list():
    run = run_ids()[0]
    with dashboard(results()) as server:
        listed = server.good(f"/api/v1/runs/{run}/requests?limit=1000&target=0&sort=e2e_ms")["requests"]
        low, high = listed[5]["e2e_ms"], listed[20]["e2e_ms"]
        part = f"target=0&min_e2e_ms={low}&max_e2e_ms={high}"
        rows = server.good(f"/api/v1/runs/{run}/requests?{part}")
        figures = server.good(f"/api/v1/figures?runs={run}&{part}")
        chart = server.good(f"/api/v1/charts/e2e-ecdf?runs={run}&{part}")
        assert rows["matching"] == 16 == figures["requests"] == chart["selection"]["requests"], (rows, figures)
        assert figures["of"] == chart["selection"]["of"] == 80
        mine, other = figures["targets"]
        assert (mine["requests"], mine["of"], other["requests"], other["of"]) == (16, 40, 0, 40), figures
        assert low <= mine["e2e_ms"]["p50"] <= high and other["e2e_ms"]["p50"] is None, figures
        assert mine["statuses"] == {"ok": 16} and other["statuses"] == {}, figures
        whole = server.good(f"/api/v1/charts/e2e-ecdf?runs={run}")
        assert whole["selection"] is None and whole["table"] != chart["table"]
        # Several runs at once: the targets count through.
        both = server.good(f"/api/v1/figures?runs={','.join(run_ids())}&target=3&status=ok")
        assert [t["requests"] for t in both["targets"]] == [0, 0, 0, 40], both
        assert server.good(f"/api/v1/figures?runs={run}&min_sent_s=1e9")["requests"] == 0
        for wrong in ("min_e2e=1", "target=9", "status=nice", "where=x"):
            assert server.get(f"/api/v1/figures?runs={run}&{wrong}").status == 400, wrong
            assert server.get(f"/api/v1/charts/e2e-ecdf?runs={run}&{wrong}").status == 400, wrong


def test_every_chart_of_rows_can_be_made_of_a_part_and_of_nothing():
    run = run_ids()[0]
    with dashboard(results()) as server:
        for chart in server.good(f"/api/v1/charts?runs={run}")["charts"]:
            for part in ("max_ttft_ms=0", "target=1", "min_input_tokens=60"):
                made = server.good(f"/api/v1/charts/{chart['id']}?runs={run}&{part}")
                assert made["chart"] or made["empty"], (chart["id"], part)
                assert (made["selection"] is not None) == (chart["needs"] in ("run", "targets")), (chart["id"], part)


def table_of(csv):
    """CSV as the chart's own table has it: numbers as numbers."""
    def cell(text):
        with contextlib.suppress(ValueError):
            return float(text)
        return text or None
    head, *rows = list(reader(csv.decode().splitlines()))
    return {"columns": head, "rows": [[cell(one) for one in row] for row in rows]}


def test_files_of_a_chart_show_the_same_part_and_say_so():
    run = run_ids()[0]
    with dashboard(results()) as server:
        high = server.good(f"/api/v1/runs/{run}/requests?limit=1000&target=0&sort=e2e_ms")["requests"][20]["e2e_ms"]
        part = f"target=0&max_e2e_ms={high}"
        chart = server.good(f"/api/v1/charts/e2e-ecdf?runs={run}&{part}")
        words = f"Part of the requests: 21 of 80 (target vllm; e2e_ms at most {high:.6g})"
        assert chart["source"].startswith(words), chart["source"]
        files = {f: server.get(f"/api/v1/charts/e2e-ecdf/file?runs={run}&{part}&format={f}") for f in ("png", "svg", "pdf", "csv")}
        assert all(answer.status == 200 for answer in files.values()), files
        assert files["png"].body[1:4] == b"PNG" and files["pdf"].body[:4] == b"%PDF"
        assert table_of(files["csv"].body) == chart["table"]
        drawn = " ".join(re.sub(r"<[^>]*>", " ", files["svg"].body.decode()).split())
        assert "Part of the requests: 21 of 80 (target vllm" in drawn, drawn
        whole = server.get(f"/api/v1/charts/e2e-ecdf/file?runs={run}&format=svg").body.decode()
        assert "Part of the requests" not in whole and "successful" in whole
        # Nothing is left: a picture that says so, and a table without rows.
        none = server.good(f"/api/v1/charts/e2e-ecdf?runs={run}&min_sent_s=1e9")
        assert none["empty"] == "No request is in this part: sent_s at least 1e+09.", none["empty"]
        for f in files:
            answer = server.get(f"/api/v1/charts/e2e-ecdf/file?runs={run}&min_sent_s=1e9&format={f}")
            assert answer.status == 200 and answer.body, (f, answer.body[:300])
        assert table_of(answer.body) == none["table"] and none["table"]["rows"] == [], (answer.body, none["table"])
        for wrong in ("min_e2e=1", "target=9", "status=nice", "where=x", "format=exe", "size=9x9", "theme=pink"):
            assert server.get(f"/api/v1/charts/e2e-ecdf/file?runs={run}&{wrong}").status == 400, wrong
        # What is not made of requests stays whole, as on the page; money needs a price.
        cost = f"/api/v1/charts/cost/file?runs={run}&{part}&format=csv"
        assert table_of(server.get(f"{cost}&price=2").body)["rows"] and not table_of(server.get(cost).body)["rows"]


def test_every_chart_of_rows_can_be_saved_of_a_part():
    run = run_ids()[0]
    with dashboard(results()) as server:
        for chart in server.good(f"/api/v1/charts?runs={run}")["charts"]:
            for part in ("max_ttft_ms=0", "target=1"):
                made = server.good(f"/api/v1/charts/{chart['id']}?runs={run}&{part}")
                saved = server.get(f"/api/v1/charts/{chart['id']}/file?runs={run}&{part}&format=csv")
                assert table_of(saved.body) == made["table"], (chart["id"], part, saved.body[:500], made["table"])


def test_plans_are_checked_as_one_types_and_dry_run():
    with dashboard(results()) as server:
        check = "/api/v1/plans/check"
        wrong = ask(server, check, {"yaml": "name: x\nload:\n  concurrency: many\n"})
        fault = wrong["faults"][0]
        assert not wrong["valid"] and (fault["line"], fault["column"]) == (3, 16), wrong
        alone = ask(server, check, {"path": "preset:quick"})
        assert not alone["valid"] and alone["faults"][0]["place"] == "targets", alone
        form = {"path": "preset:quick", "targets": ["vllm=http://127.0.0.1:1"], "concurrency": 3, "requests": 50,
                "dry_run": True, "slos": ["ttft_p99=500ms"]}
        good = ask(server, check, form)
        assert good["valid"] and good["schedule"]["requests"] == 50 + good["schedule"]["warmup"], good
        assert "concurrency: 3" in good["plan"]["yaml"] and "ttft_p99" in good["plan"]["yaml"], good["plan"]
        assert good["schedule"]["output_tokens"] > 50 and good["schedule"]["runs"] == 1, good["schedule"]
        sweep = ask(server, check, form | {"sweep": {"over": "concurrency", "loads": "1..4x2"}})
        assert sweep["plan"]["kind"] == "sweep" and sweep["schedule"]["runs"] == 3, sweep
        assert sweep["schedule"]["requests"] == 3 * good["schedule"]["requests"], sweep
        search = ask(server, check, form | {"capacity": {"over": "rate"}})
        assert search["plan"]["kind"] == "capacity" and search["schedule"] is None, search
        for bad in ({"concurrency": -1}, {"concurrency": 1, "rate": 2}, {"slos": ["fast"]}, {"targets": ["ftp://x"]},
                    {"sweep": {"loads": "9..1"}}, {"capacity": {"over": "time"}}, {"concurrency": "many"}):
            refused = ask(server, check, form | bad)
            assert not refused["valid"] and refused["faults"][0]["message"], (bad, refused)
        large = ask(server, check, form | {"requests": 50_000_000})
        assert not large["valid"] and "--dry-run" in large["faults"][0]["message"], large
        nothing = ask(server, check, {})
        assert not nothing["valid"] and "names no plan" in nothing["faults"][0]["message"], nothing
        outside = ask(server, check, {"path": "../../etc/passwd", "targets": ["http://127.0.0.1:1"]})
        assert not outside["valid"] and outside["plan"] is None, outside


def test_scenarios_are_listed_and_played():
    with sim("vllm") as url, scratch() as folder, dashboard(folder / "results") as server:
        answer = server.get("/api/v1/scenarios")
        held_to_document("GET", "/api/v1/scenarios", answer)
        names = [s["name"] for s in answer.json()["scenarios"]]
        assert "short-to-short" in names and len(names) == 9, names
        order = {"scenario": "short-to-short", "targets": [f"vllm={url}"], "concurrency": 4, "requests": 8}
        job = ask(server, "/api/v1/jobs", order)
        done = ended(server, job["id"])
        assert done["state"] == "done" and len(done["runs"]) == 1, done
        run = server.good(f"/api/v1/runs/{done['runs'][0]}")
        assert run["rows"] == run["ok"] == 8, run
        for name in ("nope", "../../etc/passwd", "/etc/passwd"):
            ask(server, "/api/v1/jobs", order | {"scenario": name}, expect=400)


def test_targets_say_whether_they_are_ready():
    with sim("sglang") as url, dashboard(results()) as server:
        told = ask(server, "/api/v1/targets/check", {"targets": [f"mine={url}", "http://127.0.0.1:1", "gopher://x"]})
        mine, nobody, wrong = told["targets"]
        assert mine["ok"] and mine["engine"] == "sglang" and mine["models"] and mine["model"], mine
        assert mine["probe_ttft_ms"] is None and mine["connect_ms"] > 0, mine
        assert not nobody["ok"] and not nobody["reachable"] and nobody["problem"], nobody
        assert not wrong["ok"] and wrong["target"] == "gopher://x" and wrong["problem"], wrong
        asked = ask(server, "/api/v1/targets/check", {"targets": [url], "generate": True})
        assert asked["targets"][0]["probe_ttft_ms"] > 0, asked
        model = mine["model"]
        named = ask(server, "/api/v1/targets/check", {"targets": [{"url": url, "name": "b", "model": model}, {"url": 5}, 7]})
        assert named["targets"][0]["name"] == "b" and named["targets"][0]["model"] == model, named
        assert [bool(t["problem"]) for t in named["targets"]] == [False, True, True], named
        for wrong in ([], "all", [url] * 21):
            ask(server, "/api/v1/targets/check", {"targets": wrong}, expect=400)
        assert server.call("POST", "/api/v1/targets/check", "{}").status == 403, "without the page's token"


def test_a_sweep_is_played_from_the_page():
    with sim("vllm") as url, scratch() as folder, dashboard(folder / "results") as server:
        tab = WebSocket(server.port, "/api/v1/live")
        job = ask(server, "/api/v1/jobs", {"name": "steps", "targets": [f"vllm={url}"], "requests": 12,
                                           "sweep": {"over": "concurrency", "loads": "1,4"}})
        assert job["kind"] == "sweep", job
        done = ended(server, job["id"])
        assert done["state"] == "done" and len(done["runs"]) == 2 and done["result"]["group"], done
        assert not faults(done, {"$ref": "#/components/schemas/Job"}), done
        with tab:
            ends = []
            told = tab.until(lambda m: m.get("phase") == "done" and (ends.append(1) or len(ends) == 2))
        steps = [m["data"] for m in told if m.get("phase") == "sweep_iteration"]
        assert [(s["iteration"], s["total"]) for s in steps] == [(1, 2), (2, 2)], steps
        assert sorted(s["params"]["concurrency"] for s in steps) == [1, 4], steps
        curve = server.good(f"/api/v1/charts?runs={done['result']['group']}")["charts"]
        assert any(c["needs"] == "group" for c in curve), curve


def test_the_queue_can_be_put_in_order():
    with sim("vllm") as url, scratch() as folder, dashboard(folder / "results") as server:
        order = {"targets": [f"vllm={url}"], "concurrency": 1, "duration_s": 600}
        first = ask(server, "/api/v1/jobs", order)["id"]
        second, third = (ask(server, "/api/v1/jobs", order | {"name": n})["id"] for n in ("b", "c"))
        moved = ask(server, f"/api/v1/jobs/{third}/move", {"before": second}, "/api/v1/jobs/{job}/move")
        assert [j["id"] for j in moved["jobs"]] == [second, third, first], moved
        ask(server, f"/api/v1/jobs/{first}/move", {}, "/api/v1/jobs/{job}/move", expect=409)
        for job in (second, third):
            ask(server, f"/api/v1/jobs/{job}/stop", {}, "/api/v1/jobs/{job}/stop")
        ask(server, f"/api/v1/jobs/{first}/stop", {"at_once": True}, "/api/v1/jobs/{job}/stop")
        assert ended(server, first)["state"] in ("stopped", "failed")


def test_marks_stay_with_the_run():
    run = run_ids()[0]
    with dashboard(results()) as server:
        base = f"/api/v1/runs/{run}/marks"
        pattern = "/api/v1/runs/{run}/marks"
        ask(server, base, {"chart": "ttft-ecdf", "text": "a <b>step</b>", "x": 12.5, "target": "vllm"}, pattern)
        ask(server, base, {"chart": "e2e-ecdf", "text": "nowhere in particular"}, pattern)
        for wrong in ({"chart": "nope", "text": "x"}, {"chart": "ttft-ecdf"}, {"chart": "ttft-ecdf", "text": "y" * 5000},
                      {"chart": "ttft-ecdf", "text": "x", "x": "left"}):
            ask(server, base, wrong, pattern, expect=400)
    with dashboard(results()) as server:
        told = server.get(base)
        held_to_document("GET", pattern, told)
        marks = told.json()["marks"]
        assert [(m["chart"], m["text"], m["x"], m["y"], m["target"]) for m in marks] == [
            ("ttft-ecdf", "a <b>step</b>", 12.5, None, "vllm"), ("e2e-ecdf", "nowhere in particular", None, None, "")]
        left = server.change("DELETE", f"{base}/1")
        assert [m["chart"] for m in left["marks"]] == ["e2e-ecdf"]
        server.change("DELETE", f"{base}/2", expect=404)
        server.change("DELETE", f"{base}/1")
        assert server.good(f"/api/v1/runs/{run}")["notes"] == [], "marks are no notes"


def test_settings_that_differ_are_named():
    a, b = run_ids()
    with dashboard(results()) as server:
        answer = server.get(f"/api/v1/differences?runs={a},{b}")
        held_to_document("GET", "/api/v1/differences", answer)
        told = {d["setting"]: d["values"] for d in answer.json()["differences"]}
        assert told["load.concurrency"] == ["2", "4"], told
        assert "host.cpu_model" not in told and answer.json()["same"] > 20
        assert server.good(f"/api/v1/differences?runs={a},{a}")["differences"] == []
        assert server.get(f"/api/v1/differences?runs={a}").status == 400
        assert server.get(f"/api/v1/differences?runs={a},nope").status == 404


def test_cost_takes_what_the_page_asks():
    a = run_ids()[0]
    with dashboard(results()) as server:
        told = server.good(f"/api/v1/cost?runs={a}&price=2&gpus=2&qps=5&hours=100&months=6&from=vllm&to=tgi&investment=1000"
                           "&people=10&answers-per-day=20&wage=40&slo=ttft_p99=5s&utilization=50%25")
        dearer = server.good(f"/api/v1/cost?runs={a}&price=4&gpus=2&qps=5")
        assert told != dearer
        several = server.good(f"/api/v1/cost?runs={a}&price=vllm=2,tgi=4&qps=10,500")
        assert [one["requests_per_s"] for one in several["targets"][0]["budgets"]] == [10, 500], several["targets"][0]["budgets"]
        said = server.get(f"/api/v1/report?runs={a}&format=md&sections=answer,cost&price=vllm=2,tgi=4&qps=10,500")
        assert said.status == 200 and b"500" in said.body, said.body[:300]
        assert server.get(f"/api/v1/cost?runs={a}&price=much").status == 400


def numbers(value):
    if isinstance(value, (dict, list)):
        for member in value.values() if isinstance(value, dict) else value:
            yield from numbers(member)
    elif isinstance(value, float):
        yield round(value, 6)


def test_prices_are_listed_and_can_be_asked_for():
    a = run_ids()[0]
    with dashboard(results()) as server:
        answer = server.get("/api/v1/prices")
        held_to_document("GET", "/api/v1/prices", answer)
        prices = {p["name"]: p for p in answer.json()["prices"]}
        h100 = prices["aws-h100-sxm"]
        assert abs(h100["per_gpu_hour"] - 55.04 / 8) < 1e-9 and h100["source"] and h100["date"], h100
        for name in ("aws-h100-sxm", min(prices, key=lambda n: prices[n]["per_gpu_hour"])):
            asked = (f"gpu={name}", f"price={prices[name]['per_gpu_hour']!r}")
            by_name, by_money = (list(numbers(server.good(f"/api/v1/cost?runs={a}&{q}"))) for q in asked)
            assert by_name == by_money and len(by_name) > 10, (name, by_name, by_money)


class ThreeModels(BaseHTTPRequestHandler):
    """A server with models that a caller must choose from."""

    def do_GET(self):
        body = json.dumps({"object": "list", "data": [{"id": f"model-{c}", "object": "model"} for c in "abc"]}).encode()
        self.send_response(200 if self.path in ("/v1/models", "/health") else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def test_every_model_of_a_server_is_told():
    server_of_three = ThreadingHTTPServer(("127.0.0.1", 0), ThreeModels)
    threading.Thread(target=server_of_three.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server_of_three.server_port}"
    with dashboard(results()) as server:
        open_one, chosen, missing = ask(server, "/api/v1/targets/check", {"targets": [
            f"vllm={url}", {"url": f"vllm={url}", "model": "model-b"}, {"url": f"vllm={url}", "model": "model-x"}]})["targets"]
        for one in (open_one, chosen, missing):
            assert one["models"] == ["model-a", "model-b", "model-c"], one
        assert chosen["ok"] and chosen["model"] == "model-b", chosen
        assert not missing["ok"] and "model-x" in missing["problem"] + missing["remedy"], missing
        assert not open_one["ok"] and open_one["problem"] == "the server has 3 models", open_one
    server_of_three.shutdown()


def test_the_demo_brings_its_engines_and_ends_them():
    def children(server):
        tasks = Path(f"/proc/{server.child.pid}/task").glob("*/children")
        return [pid for task in tasks for pid in task.read_text().split()]

    with scratch() as folder, dashboard(folder / "results") as server:
        job = ask(server, "/api/v1/jobs", {"kind": "demo"})["id"]
        run = wait_for(lambda: server.good(f"/api/v1/jobs/{job}")["runs"], "the demo's run begins")[0]
        assert len(children(server)) == 3
        server.change("POST", f"/api/v1/jobs/{job}/stop", {"at_once": True})
        assert ended(server, job)["state"] == "stopped"
        wait_for(lambda: not children(server), "the simulated engines end")
        assert run.startswith("demo-"), run
        targets = [one["name"] for one in server.good(f"/api/v1/runs/{run}")["targets"]]
        assert targets == ["vllm", "tgi", "ollama"], targets


main(globals())
