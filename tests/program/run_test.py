#!/usr/bin/env python3
"""run, check, models, results, export, compare, against simulated engines."""

import csv
import http.server
import json
import socket
import subprocess
import threading

from harness import (PROGRAM, environment, json_of, main, manifest, only_run, runs_in, scratch, sim, started, tokentrial)

FAST = ("--fixed", "ttft=5ms,itl=1ms,tokens=8")
SHORT = ("--concurrency", "4", "--requests", "20", "--input-tokens", "32", "--output-tokens", "8")
ANY_VERDICT = (0, 4)  # short runs may well be judged not valid


def at_most_files(n):
    """The program with so many open files, and no more to be had."""
    return ("bash", "-c", f'ulimit -n {n}; exec "$0" "$@"', PROGRAM)


def counts_of(results):
    return manifest(only_run(results))["counts"]


def test_files_that_run_out_are_the_clients_fault_and_not_the_targets():
    with sim("vllm", "--fixed", "ttft=2s,itl=1ms,tokens=4") as url, scratch() as folder:
        (folder / "prompts.txt").write_text("Why is the sky blue?\n")
        # Each holds a connection for 2 s, so 160 of them would be open at once.
        done = subprocess.run([*at_most_files(64), "run", "--target", f"vllm={url}", "--rate", "200", "--requests",
                               "160", "--prompts", "prompts.txt", "--blocks", "1", "--workers", "1"],
                              cwd=folder, env=environment(), capture_output=True, text=True, timeout=60)
        assert done.returncode == 4, (done.returncode, done.stderr)
        kept = manifest(only_run(folder / "results"))
        counts = kept["counts"]
        assert kept["status"] == "completed", "no target was given up"
        assert set(counts["failed"]) == {"client_limit"} and counts["failed"]["client_limit"] > 50, counts
        assert counts["ok"] + counts["failed"]["client_limit"] == 160 and counts["sent"] == counts["ok"], counts
        assert "was the bottleneck" in done.stdout and "raise the limit with" in done.stdout, done.stdout
        assert "Few errors" not in done.stdout, done.stdout


def test_a_system_without_files_is_an_error_with_a_remedy():
    for files in (8, 12, 16, 20, 24, 28):
        with scratch() as folder:
            done = subprocess.run([*at_most_files(files), "demo", "--duration", "1s", "--no-progress"], cwd=folder,
                                  env=environment(), capture_output=True, text=True, timeout=60)
            assert done.returncode in (0, 1, 4), (files, done.returncode, done.stderr)
            if done.returncode == 1:
                assert done.stderr.startswith("Three simulated") and "tokentrial" in done.stderr, (files, done.stderr)
                assert "terminate" not in done.stderr, (files, done.stderr)


def test_every_engine_is_measured_in_its_own_protocol():
    engines = ("vllm", "sglang", "tgi", "ollama", "llamacpp", "trtllm", "openai")
    for engine in engines:
        with sim(engine, *FAST) as url, scratch() as folder:
            tokentrial("run", "--target", f"{engine}={url}", *SHORT, cwd=folder, exits=ANY_VERDICT)
            counts = counts_of(folder / "results")
            assert counts["rows"] == counts["ok"] == 20, f"{engine}: {counts}"


def test_the_answer_says_who_wins_and_where_it_lies():
    # Slow enough that a busy machine still measures them well.
    with sim("vllm", "--fixed", "ttft=20ms,itl=20ms") as fast, sim("tgi", "--fixed", "ttft=80ms,itl=60ms") as slow, \
            scratch() as folder:
        done = tokentrial("run", "--target", f"vllm={fast}", "--target", f"tgi={slow}", "--concurrency", "4",
                          "--requests", "60", "--input-tokens", "32", "--output-tokens", "8", "--name", "duel",
                          cwd=folder, exits=ANY_VERDICT)
        for word in ("vllm is better", "TTFT", "TPOT", "ITL", "E2E", "winner", "client", "checks", "Files",
                     "tokentrial results export"):
            assert word in done.stdout, f"{word} is not in:\n{done.stdout}"
        assert "\x1b" not in done.stdout + done.stderr
        assert "Playing the load" in done.stderr
        assert max(map(len, done.stdout.splitlines())) <= 100

        # The same again from the files, at another width, as JSON, and by a part of the id.
        shown = tokentrial("results", "show", "duel", cwd=folder, env=environment(COLUMNS="80"),
                           exits=ANY_VERDICT).stdout
        assert "vllm is better" in shown and max(map(len, shown.splitlines())) <= 80, shown
        value = json_of("results", "show", "duel", cwd=folder, exits=ANY_VERDICT)
        assert value["summary"]["answer"]["winner"] == "vllm"
        assert value["status"] == "completed"
        listing = json_of("results", "list", cwd=folder)["runs"]
        assert [r["rows"] for r in listing] == [120] and listing[0]["targets"] == ["vllm", "tgi"]
        assert "duel-" in tokentrial("results", cwd=folder).stdout


def test_json_is_all_of_stdout():
    with sim("vllm", *FAST) as url, scratch() as folder:
        value = json_of("run", "--target", f"vllm={url}", *SHORT, cwd=folder, exits=ANY_VERDICT)
        assert value["summary"]["targets"][0]["requests"]["ok"] == 20
        assert (folder / value["folder"] / "requests.parquet").exists()


def test_quiet_is_quiet():
    with sim("vllm", *FAST) as url, scratch() as folder:
        done = tokentrial("run", "--target", f"vllm={url}", *SHORT, "--quiet", cwd=folder, exits=ANY_VERDICT)
        assert done.stderr == "" and len(done.stdout.splitlines()) <= 6, done


def test_every_planned_request_is_a_row_whatever_goes_wrong():
    faults = "error=0.1,overload=0.1,stream_error=0.1,cut=0.1,garbage=0.1,odd_chunks=0.5,slow_header=0.1," \
             "slow_header_for=5ms,stall=0.05,stall_for=20ms"
    for engine in ("vllm", "tgi", "ollama"):
        with sim(engine, *FAST, "--faults", faults) as url, scratch() as folder:
            done = tokentrial("run", "--target", f"{engine}={url}", "--concurrency", "4", "--requests", "200",
                              "--input-tokens", "32", "--output-tokens", "8", cwd=folder, exits=ANY_VERDICT)
            counts = counts_of(folder / "results")
            assert counts["rows"] == 200, counts
            assert counts["ok"] + counts["dropped"] + sum(counts["failed"].values()) == 200, counts
            kinds = set(counts["failed"])
            assert {"overloaded", "malformed"} <= kinds and len(kinds) >= 4, f"{engine}: {counts}"
            assert "Not answered" in done.stdout and "overloaded" in done.stdout, done.stdout


def test_a_missed_objective_exits_3():
    with sim("vllm", "--fixed", "ttft=20ms,itl=20ms,tokens=8") as url, scratch() as folder:
        for limit, met, words in (("1ms", False, "missed"), ("5s", True, "all met")):
            done = tokentrial("run", "--target", f"vllm={url}", "--concurrency", "8", "--requests", "48",
                              "--input-tokens", "32", "--output-tokens", "8", "--slo", f"ttft_p50={limit}", "--json",
                              cwd=folder, exits=(0, 3, 4))
            result = json.loads(done.stdout)
            assert result["summary"]["slos_met"] is met, result
            # On a machine too busy to measure, the result is not valid, and that goes first.
            expected = 4 if not result["summary"]["valid"] else 0 if met else 3
            assert done.returncode == result["exit_code"] == expected, result
            shown = tokentrial("results", "show", result["run_id"], cwd=folder, exits=ANY_VERDICT)
            assert words in shown.stdout, shown.stdout


def test_nothing_succeeds_exits_1_or_4_and_is_kept():
    with sim("vllm", *FAST, "--faults", "error=1") as url, scratch() as folder:
        done = tokentrial("run", "--target", f"vllm={url}", *SHORT, cwd=folder, exits=(1, 4))
        assert "http_server_error" in done.stdout, done.stdout
        assert counts_of(folder / "results")["ok"] == 0


def test_dry_run_sends_nothing():
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
        do_POST = do_GET

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with scratch() as folder:
        url = f"http://127.0.0.1:{server.server_port}"
        words = ("run", "--target", f"vllm={url}", "--rate", "4", "--duration", "60s", "--dry-run")
        out = tokentrial(*words, cwd=folder).stdout
        assert "nothing was sent" in out and "Poisson" in out, out
        first, second = json_of(*words, cwd=folder), json_of(*words, cwd=folder)
        assert first == second and first["requests"] > 100 and first["dry_run"]
        assert json_of(*words, "--seed", "9", cwd=folder)["digest"] != first["digest"]
        assert list(folder.iterdir()) == []
    server.shutdown()
    assert asked == []


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def test_unreachable_target():
    url = f"http://127.0.0.1:{free_port()}"
    with scratch() as folder:
        done = tokentrial("run", "--target", f"vllm={url}", *SHORT, cwd=folder, exits=1)
        assert url in done.stderr and not runs_in(folder / "results"), done.stderr
        done = tokentrial("check", "--target", f"vllm={url}", exits=1)
        assert "unreachable" in done.stdout and "is the server running" in done.stdout, done.stdout
        value = json_of("check", "--target", f"vllm={url}", exits=1)
        assert value["targets"][0]["reachable"] is False and value["targets"][0]["problem"]


def test_wrong_model():
    with sim("vllm", *FAST, "--model", "right") as url, scratch() as folder:
        done = tokentrial("run", "--target", f"vllm={url}", "--model", "wrong", *SHORT, cwd=folder, exits=1)
        assert "wrong" in done.stderr and "right" in done.stderr, done.stderr


def test_check_and_models():
    with sim("vllm", *FAST, "--model", "a", "--model", "b") as one, sim("ollama", *FAST) as other:
        done = tokentrial("check", "--target", f"vllm={one}", "--model", "vllm=b", "--target", f"ollama={other}")
        assert "All are ready" in done.stdout, done.stdout
        targets = json_of("check", "--target", one, "--model", "a")["targets"]
        assert targets[0]["engine"] == "vllm" and targets[0]["engine_guessed"] and targets[0]["probe_ttft_ms"] > 0
        models = tokentrial("models", "--target", f"vllm={one}").stdout
        assert " a " in models and " b " in models, models


def test_export():
    with sim("vllm", *FAST) as url, scratch() as folder:
        tokentrial("run", "--target", f"vllm={url}", *SHORT, "--name", "ex", cwd=folder, exits=ANY_VERDICT)
        names = json_of("results", "export", "ex", "--to", "out", cwd=folder)["files"]
        assert sorted(p.name for p in (folder / "out").iterdir()) == sorted(names)
        assert {n.rsplit(".", 1)[1] for n in names} == {"csv", "json"}
        table = next(n for n in names if n.endswith(".csv") and "vllm" in n)
        rows = list(csv.DictReader((folder / "out" / table).open()))
        assert len(rows) == 20 and rows[0]["success"] in ("true", "True", "1"), rows[:1]
        only = json_of("results", "export", "ex", "--to", "csv", "--format", "csv", cwd=folder)["files"]
        assert only and all(n.endswith(".csv") for n in only)
        tokentrial("results", "export", "ex", "--to", "x", "--format", "pdf", cwd=folder, exits=2)
        tokentrial("results", "export", "ex", cwd=folder, exits=2)
        tokentrial("results", "export", "ex", "--to", "/proc/nowhere", cwd=folder, exits=1)


def test_compare_and_remove():
    with sim("vllm", *FAST) as url, scratch() as folder:
        for name in ("before", "after"):
            tokentrial("run", "--target", f"vllm={url}", *SHORT, "--name", name, cwd=folder, exits=ANY_VERDICT)
        done = tokentrial("compare", "before", "after", cwd=folder, exits=ANY_VERDICT)
        assert "TTFT p50" in done.stdout and "Can they be compared?" in done.stdout, done.stdout
        value = json_of("compare", "before", "after", cwd=folder, exits=ANY_VERDICT)
        assert value["comparisons"][0]["figures"]
        tokentrial("compare", "before", "absent", cwd=folder, exits=1)
        tokentrial("compare", "before", "before", cwd=folder, exits=2)
        tokentrial("compare", "before", "after", "--metric", "speed", cwd=folder, exits=2)
        tokentrial("compare", "before", "after", "--baseline", "absent", cwd=folder, exits=2)
        tokentrial("results", "rm", "before", cwd=folder, exits=2)  # nobody to ask
        tokentrial("results", "rm", "before", "--yes", cwd=folder)
        assert len(json_of("results", "list", cwd=folder)["runs"]) == 1


def test_compare_is_a_gate():
    with scratch() as folder:
        for name, itl in (("main", "5ms"), ("branch", "8ms")):
            with sim("vllm", "--fixed", f"ttft=5ms,itl={itl},tokens=8") as url:
                tokentrial("run", "--target", f"vllm={url}", *SHORT, "--name", name, cwd=folder, exits=ANY_VERDICT)
        gate = ("--fail-on-regression", "--metric", "tpot")
        done = tokentrial("compare", "main", "branch", *gate, cwd=folder, exits=3)
        assert "Regression" in done.stdout, done.stdout
        tokentrial("compare", "main", "branch", "--metric", "tpot", cwd=folder, exits=ANY_VERDICT)
        tokentrial("compare", "main", "branch", *gate, "--baseline", "branch", cwd=folder, exits=ANY_VERDICT)
        tokentrial("compare", "main", "branch", *gate, "--min-effect", "90%", cwd=folder, exits=ANY_VERDICT)
        tokentrial("results", "baseline", "set", "branch", cwd=folder)
        value = json_of("compare", "main", *gate, cwd=folder, exits=ANY_VERDICT)["comparisons"][0]
        assert value["baseline"].startswith("branch"), value["baseline"]
        assert value["answer"]["winner"].startswith("main"), value["answer"]


def test_open_loop_and_file_plan():
    with sim("vllm", *FAST) as url, scratch() as folder:
        plan = folder / "plan.yaml"
        plan.write_text(f"name: filed\ntargets:\n  - vllm={url}\nload:\n  rate: 50\nstop:\n  requests: 40\n"
                        "workload:\n  input: 32\n  output: 8\n")
        done = tokentrial("run", plan, cwd=folder, exits=ANY_VERDICT)
        assert "from plan" in done.stdout, done.stdout
        assert counts_of(folder / "results")["rows"] == 40


def test_api_keys_reach_no_file_and_no_screen():
    secret = "sk-very-secret-4711"
    env = environment(MY_KEY=secret)
    with started("sim", "--engine", "vllm", "--port", "0", *FAST, "--api-key-env", "MY_KEY", env=env) as child, \
            scratch() as folder:
        url = child.stdout.readline().split()[-1]
        target = ("--target", f"vllm={url}")
        tokentrial("run", *target, *SHORT, cwd=folder, env=env, exits=1)
        done = tokentrial("run", *target, *SHORT, "--api-key-env", "MY_KEY", "--keep-texts", cwd=folder, env=env,
                          exits=ANY_VERDICT)
        assert counts_of(folder / "results")["ok"] == 20
        for path in (folder / "results").rglob("*"):
            assert path.is_dir() or secret.encode() not in path.read_bytes(), path
        assert secret not in done.stdout + done.stderr


main(globals())
